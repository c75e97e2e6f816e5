/**
 * A person acts on a task in the console. Who may, and what stands in the way, is what `/agent help` says
 * of the same command on GitHub; what comes of it is decided by the task's stream, as of a comment.
 */

import { randomUUID } from 'node:crypto';
import { hasRole, type Person, type Repository, steererOf } from '../../core/actor.ts';
import { NO_BACKLOG } from '../../core/backlog/state.ts';
import { COMMANDS, type CommandName, STOPS } from '../../core/commands/commands.ts';
import { keysOf } from '../../core/keys-of.ts';
import { taskStream } from '../../core/stream.ts';
import { openApprovals } from '../../core/task/approvals/open-approvals.ts';
import { standsAsApprover } from '../../core/task/decide/answer.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { conversationOf } from '../../core/task/state/place.ts';
import { createdOf, type TaskState } from '../../core/task/state/state.ts';
import { type Asking, offersTo } from '../../core/task/views/offers.ts';
import type { Settings, WorkerDependencies } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import { isOverLimit } from '../intake/callers/own-limit.ts';
import { actorOf, personOf } from '../intake/intake.ts';
import type { GitHubFacts, InClass } from '../ports/github.ts';
import { asTask } from '../streams.ts';

export type ActDependencies = Pick<WorkerDependencies, 'log' | 'handle' | 'now' | 'quotas'> & {
  github: { facts: Pick<GitHubFacts, 'role'>; inClass: InClass };
  settings: Pick<Settings, 'calls'>;
};

/** What a person may do to a task. `digest`: of the request that they saw. */
export type ConsoleAct =
  | { act: 'approve'; digest: string }
  | { act: 'deny'; digest: string; reason: string }
  | { act: 'revoke' }
  | { act: 'put_aside' | 'take_up'; approval: string }
  | { act: 'cancel' | 'pause' | 'resume' | 'unlock' }
  /** Of all that failed. `says`: what is said to it, or the answer to what the task asks. */
  | { act: 'retry'; says: string }
  /** Has the work published as it is. `says`: why. */
  | { act: 'override'; says: string };
type ActName = ConsoleAct['act'];

/** Why nothing was done. `changed`: something else waits now, which is in `fresh`. */
export type ActRefusal = {
  why: 'absent' | 'forbidden' | 'too_many' | 'decided' | 'changed' | 'refused';
  reason: string;
  /** What waits for approval now. */
  fresh: { approval: string; digest: string | null } | null;
};

/** `event`: the number of the first event that says so. */
export type ActOutcome = { ok: true; event: number } | ({ ok: false } & ActRefusal);

/** The command on GitHub that does the same, whose rules hold. */
const COMMAND_OF: Readonly<Record<ActName, CommandName>> = {
  approve: 'approve',
  deny: 'deny',
  revoke: 'revoke',
  // Whoever may answer a request is reminded of it.
  put_aside: 'approve',
  take_up: 'approve',
  cancel: 'cancel',
  pause: 'pause',
  resume: 'resume',
  unlock: 'unlock',
  retry: 'retry',
  override: 'override',
};
export const ACTS = keysOf(COMMAND_OF);

/** An act, and why the person can't do it now; null: they can. */
export type ActOffer = { act: ActName; because: string | null };

/** A person with this role in its repository, who looks at the task, or at one request of it. */
type ActAsker = Pick<Asking, 'by' | 'role' | 'request' | 'ownCounts'> & { state: TaskState };

/** What they may do to the task now. */
export const mayAct = (asked: ActAsker): ActOffer[] =>
  ACTS.map(name => {
    const { act, because } = offerOf(asked, name);
    return { act, because };
  });

function offerOf(
  { state: task, ...asker }: ActAsker,
  act: ActName,
): ActOffer & { lacksRole: boolean } {
  const { by, role } = asker;
  const name = COMMAND_OF[act];
  // Whoever approved while they had a say may take it back when they have none any more.
  const takesBack = (act === 'deny' || act === 'revoke') && standsAsApprover(task, by.id);
  const lacksRole = !hasRole(role, COMMANDS[name].role);
  if (lacksRole && takesBack) return { act, because: null, lacksRole: false };
  const place = task.pull ? ('pull' as const) : ('issue' as const);
  const target = conversationOf(task);
  const number = target?.kind === 'issue' ? target.number : 0;
  const asking = { ...asker, place, number, task, backlog: NO_BACKLOG };
  const because = offersTo(asking, name)[0]?.because ?? null;
  return { act, because, lacksRole };
}

type Asked = { by: Person; task: string; act: ConsoleAct };

export const act = (deps: ActDependencies, asked: Asked): Promise<ActOutcome> =>
  deps.github.inClass('answer', () => judgeAndRecord(deps, asked));

async function judgeAndRecord(deps: ActDependencies, asked: Asked): Promise<ActOutcome> {
  const { task, act } = asked;
  const by = personOf(asked.by);
  const state = await stateOf(deps, task);
  if (!state) return refused('absent', 'There is no such task.');
  // The role is looked up now: what a page was shown with may be minutes old.
  const role = await deps.github.facts.role(createdOf(state).repository, by);
  // Whether their own work is theirs to approve is judged with their answer, and told by its rule.
  const asker = { by, role, state, request: null, ownCounts: true };
  const { because, lacksRole } = offerOf(asker, act.act);
  const isAnswer = act.act === 'approve' || act.act === 'deny';
  // Of an answer that comes too late the stream says what became of the request.
  const isAnswered = isAnswer && state.approvals.some(({ digest }) => digest === act.digest);
  if (because !== null && (lacksRole || !isAnswered))
    return refused(lacksRole ? 'forbidden' : 'refused', sentence(because));
  const tooMany = await overLimit(deps, COMMAND_OF[act.act], createdOf(state).repository, by);
  if (tooMany) return tooMany;
  const command = await commandOf(deps, act, by);
  const handled = await deps.handle({
    stream: taskStream(task),
    command,
    actor: actorOf(by),
    correlation: { via: 'console' },
  });
  if (handled.ok) return { ok: true, event: handled.before + 1 };
  const { code, message } = handled.refusal;
  const now = await stateOf(deps, task);
  const open = now ? openApprovals(now).at(-1) : undefined;
  const fresh = open ? { approval: open.id, digest: open.digest } : null;
  if (!isAnswer) return { ...refused('refused', message), fresh };
  const why = code === 'stale' || (fresh && fresh.digest !== act.digest) ? 'changed' : 'decided';
  return { ...refused(why, message), fresh };
}

/** What stops something is always done. */
export async function overLimit(
  deps: ActDependencies,
  command: CommandName,
  repository: Repository,
  by: Person,
): Promise<ReturnType<typeof refused> | null> {
  if (STOPS.has(command) || !(await isOverLimit(deps, repository, by))) return null;
  const most = deps.settings.calls.perPerson;
  return refused('too_many', `You have asked for as much as is followed within an hour (${most}).`);
}

async function commandOf(
  { now }: ActDependencies,
  act: ConsoleAct,
  by: Person,
): Promise<TaskCommand> {
  const steerer = steererOf(by);
  const target = null;
  switch (act.act) {
    case 'approve':
    case 'deny':
    case 'revoke':
      return {
        type: 'answer',
        names: 'digest' in act ? act.digest : '',
        data: {
          answer: `console-${randomUUID()}`,
          says: act.act,
          by,
          via: 'console',
          comment: null,
          text: null,
          reason: act.act === 'deny' ? act.reason : '',
          at: (await now()).toISOString(),
          target,
        },
      };
    case 'put_aside':
    case 'take_up':
      return { type: 'put_aside', approval: act.approval, by, aside: act.act === 'put_aside' };
    case 'cancel':
    case 'pause':
    case 'resume':
      return { type: act.act, by: steerer, target };
    case 'unlock':
      return { type: 'unlock', by: steerer, target, work: false };
    case 'retry':
      return { type: 'retry', by: steerer, instructions: act.says };
    case 'override':
      return { type: 'override', by, because: act.says };
  }
}

export const refused = (why: ActRefusal['why'], reason: string) =>
  ({ ok: false, why, reason, fresh: null }) as const;

export const sentence = (clause: string): string =>
  `${clause[0]?.toUpperCase()}${clause.slice(1)}.`;

async function stateOf(
  { log }: Pick<ActDependencies, 'log'>,
  task: string,
): Promise<TaskState | null> {
  const { state } = asTask(await loadFolded(log, taskStream(task)));
  return state.status === 'absent' ? null : state;
}
