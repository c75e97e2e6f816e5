/**
 * Who calls. People with write access are followed, as often as one person works; of everybody else a
 * few calls are answered each day, and the rest costs neither an event nor a request.
 */
import { hasRole, type Person, type Repository, type Role } from '../../../core/actor.ts';
import { refusedCaller } from '../../../core/callers/decider.ts';
import { COMMANDS, type CommandName, STOPS } from '../../../core/commands/commands.ts';
import { callersStream, taskStream } from '../../../core/stream.ts';
import type { Target } from '../../../core/target.ts';
import { standsAsApprover } from '../../../core/task/decide/answer.ts';
import type { CommandCall, MalformedCall } from '../../../core/trigger.ts';
import type { Intake } from '../../dependencies.ts';
import { loadFolded } from '../../handle.ts';
import type { Window } from '../../ports/quotas.ts';
import { asCallers, asTask } from '../../streams.ts';
import { actorOf, GITHUB, lastTask, personOf } from '../intake.ts';
import { reply } from '../reply.ts';
import { inHour, isOverLimit, ownLimit } from './own-limit.ts';
import { mayWrite } from './taint.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const inDay = (limit: number): Window[] => [{ spanMs: DAY_MS, limit }];

/** Of one stranger in a day: more issues than these are not triaged. */
const TRIAGED_OF_STRANGER = 5;

/** Of one stranger in a day, where the command may be given by anybody. */
const ANSWERS_TO_STRANGER = 5;

/** How often the role of somebody who was turned away is looked up, where GitHub tells of no change. */
const LOOK_UPS: Window[] = [
  { spanMs: 60_000, limit: 1 },
  { spanMs: HOUR_MS, limit: 6 },
];

/** Whether the calls, answers and reviews of somebody are followed. */
export const hasSay = async (
  intake: Intake,
  repository: Repository,
  by: Person,
): Promise<boolean> => mayWrite(await roleNow(intake, repository, by));

/** The role now; of whoever was turned away today it is looked up a few times, however often they call. */
async function roleNow(intake: Intake, repository: Repository, by: Person): Promise<Role> {
  const { github, changes, quotas } = intake;
  const { id, installation } = repository;
  const { stream, state } = await callersOf(intake, repository);
  const wasTurnedAway = state.people.some(told => told.id === by.id);
  if (wasTurnedAway) {
    const changed = await changes.count('people', [{ repository: id }, { installation }]);
    if ((await quotas.take(`look-up:${id}:${by.id}:${changed}`, LOOK_UPS)) > 0) return 'none';
  }
  const role = await github.facts.role(repository, by);
  if (wasTurnedAway && mayWrite(role))
    await intake.handle({
      stream,
      command: { type: 'let_in', by: personOf(by) },
      actor: GITHUB,
      correlation: { delivery: intake.delivery },
    });
  return role;
}

/** The callers who were turned away in the repository today. */
async function callersOf({ log, now }: Pick<Intake, 'log' | 'now'>, { id }: Repository) {
  const stream = callersStream(id, await now());
  return { stream, state: asCallers(await loadFolded(log, stream)).state };
}

/** What is to become of a call; `answered`: it is not followed, and its caller is told why. */
type Admission = { admitted: true; isStranger: boolean } | NotFollowed;
type NotFollowed = { admitted: false; answered: boolean; note: string };

const silently = (note: string): NotFollowed => ({ admitted: false, answered: false, note });

export async function admitCall(
  intake: Intake,
  call: CommandCall | MalformedCall,
): Promise<Admission> {
  const { repository, by, issue, target } = call;
  const role = await roleNow(intake, repository, by);
  if (mayWrite(role)) return withinOwnLimit(intake, call);
  const names = call.kind === 'command' ? call.commands.map(({ name }) => name) : [];
  const beyond = names.find(name => !mayCall(role, name));
  if (beyond)
    return (await takesBack(intake, call, names))
      ? { admitted: true, isStranger: true }
      : turnAway(intake, { repository, issue, by, target }, beyond);
  const answered = await takeAll(intake, [
    [`stranger:${repository.installation}:${by.id}`, inDay(ANSWERS_TO_STRANGER)],
    ...strangerQuotas(intake, repository),
  ]);
  return answered
    ? { admitted: true, isStranger: true }
    : silently(`${by.login} is over the limit of strangers`);
}

/** Why an issue is not triaged, because of whose it is; null: it is. Nobody called, so nobody is told. */
export async function admitOpening(
  intake: Intake,
  repository: Repository,
  by: Person,
): Promise<string | null> {
  const { installation } = repository;
  const mayAsk = mayWrite(await intake.github.facts.role(repository, by));
  const own: [string, Window[]][] = [
    [ownLimit(repository, by), inHour(intake.settings.calls.perPerson)],
  ];
  const strangers: [string, Window[]][] = [
    [`opened:${installation}:${by.id}`, inDay(TRIAGED_OF_STRANGER)],
    ...strangerQuotas(intake, repository),
  ];
  const within = await takeAll(intake, mayAsk ? own : strangers);
  return within ? null : `${by.login} opens too many`;
}

/** Whoever approved while they had a say may take it back, once, when they have none any more. */
async function takesBack(
  intake: Intake,
  call: CommandCall | MalformedCall,
  names: readonly CommandName[],
): Promise<boolean> {
  if (!names.every(name => name === 'deny' || name === 'revoke')) return false;
  const row = await lastTask(intake, call);
  if (!row?.open) return false;
  const { state } = asTask(await loadFolded(intake.log, taskStream(row.id)));
  return standsAsApprover(state, call.by.id);
}

/** Whoever may read may ask for what changes nothing. */
const mayCall = (role: Role, name: CommandName): boolean => {
  const least = COMMANDS[name].role;
  return least === 'read' || hasRole(role, least);
};

async function withinOwnLimit(
  intake: Intake,
  call: CommandCall | MalformedCall,
): Promise<Admission> {
  const { quotas, settings } = intake;
  const { repository, by } = call;
  const admitted = { admitted: true, isStranger: false } as const;
  if (call.kind === 'command' && call.commands.some(({ name }) => STOPS.has(name))) return admitted;
  if (!(await isOverLimit(intake, repository, by))) return admitted;
  const name = ownLimit(repository, by);
  const note = `${by.login} calls too often`;
  if ((await quotas.take(`told-${name}`, inHour(1))) > 0) return silently(note);
  const { perPerson: most } = settings.calls;
  return {
    admitted: false,
    answered: true,
    note: await reply(intake, call, { code: 'too_many_calls', most }),
  };
}

/** Whoever lacks the role that a command takes is told so once a day, together with all others. */
export async function turnAway(
  intake: Pick<Intake, 'handle' | 'log' | 'delivery' | 'now' | 'quotas' | 'settings'>,
  call: { repository: Repository; issue: number; by: Person; target: Target },
  command: CommandName,
): Promise<NotFollowed> {
  const { repository, target } = call;
  const by = personOf(call.by);
  const { stream, state } = await callersOf(intake, repository);
  const most = intake.settings.calls.strangersPerRepository;
  const before = refusedCaller(state, by, most);
  if (before) return silently(before.message);
  if (!(await takeAll(intake, strangerQuotas(intake, repository))))
    return silently(`${by.login} is over the limit of strangers`);
  const handled = await intake.handle({
    stream,
    command: {
      type: 'turn_away',
      data: { repository, by, target, command, needs: COMMANDS[command].role },
      most,
    },
    actor: actorOf(by),
    correlation: { delivery: intake.delivery },
  });
  return handled.ok
    ? { admitted: false, answered: true, note: `turned ${by.login} away` }
    : silently(handled.refusal.message);
}

/** Whether a label of somebody who is told nothing any more is taken off, so that others can call by it. */
export const mayTakeLabelOff = async (
  { quotas, settings: { calls } }: Pick<Intake, 'quotas' | 'settings'>,
  { id, installation }: Repository,
): Promise<boolean> => {
  const limit = inDay(calls.strangersPerRepository);
  return (await quotas.take(`labels-off:${installation}:${id}`, limit)) === 0;
};

const strangerQuotas = (
  { settings: { calls } }: Pick<Intake, 'settings'>,
  { id, installation }: Repository,
): [string, Window[]][] => [
  [`strangers:${installation}:${id}`, inDay(calls.strangersPerRepository)],
  [`strangers:${installation}`, inDay(calls.strangersPerInstallation)],
];

/** Takes of each in turn; what was taken before one that is used up is spent. */
export async function takeAll(
  { quotas }: Pick<Intake, 'quotas'>,
  all: [string, Window[]][],
): Promise<boolean> {
  for (const [name, windows] of all) if ((await quotas.take(name, windows)) > 0) return false;
  return true;
}
