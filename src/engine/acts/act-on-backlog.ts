/**
 * A person acts on a backlog in the console, by the rules of the same command in a comment on its issue:
 * what comes of it is decided by the backlog's stream.
 */
import { type Person, type Role, steererOf } from '../../core/actor.ts';
import type { BacklogCommand } from '../../core/backlog/decider.ts';
import { backlogOffer } from '../../core/backlog/offers.ts';
import { type BacklogState, createdOf, isOpen } from '../../core/backlog/state.ts';
import { COMMANDS } from '../../core/commands/commands.ts';
import type { StreamRef } from '../../core/stream.ts';
import { roleInTheWay } from '../../core/task/views/offers.ts';
import { loadFolded } from '../handle.ts';
import { actorOf, personOf } from '../intake/intake.ts';
import { asBacklog } from '../streams.ts';
import { type ActDependencies, type ActOutcome, overLimit, refused, sentence } from './act.ts';

/** Each is called as its command is. `digest`: of the plan that the person saw. `item`: null means all. */
export type BacklogAct =
  | { act: 'approve' | 'deny'; digest: string }
  | { act: 'pause' | 'resume' }
  | { act: 'retry' | 'cancel'; item: string | null };
type ActName = BacklogAct['act'];

export const BACKLOG_ACTS = ['approve', 'deny', 'pause', 'resume', 'retry', 'cancel'] as const;

/** An act, and why the person can't do it now; null: they can. */
export type BacklogActOffer = { act: ActName; because: string | null };

/** What a person with this role in its repository may do to the backlog now. */
export const mayActOnBacklog = (role: Role, state: BacklogState): BacklogActOffer[] =>
  BACKLOG_ACTS.map(act => ({
    act,
    because: roleInTheWay(role, COMMANDS[act].role) ?? inTheWay(state, act),
  }));

function inTheWay(state: BacklogState, act: ActName): string | null {
  return isOpen(state)
    ? (backlogOffer(state, COMMANDS[act].does) ?? null)
    : 'the backlog has ended';
}

type Asked = { by: Person; backlog: string; act: BacklogAct };

export const actOnBacklog = (deps: ActDependencies, asked: Asked): Promise<ActOutcome> =>
  deps.github.inClass('answer', () => judgeAndRecord(deps, asked));

async function judgeAndRecord(
  deps: ActDependencies,
  { backlog, act, by: caller }: Asked,
): Promise<ActOutcome> {
  const by = personOf(caller);
  const stream = { kind: 'backlog', id: backlog } as const satisfies StreamRef;
  const { state } = asBacklog(await loadFolded(deps.log, stream));
  if (state.status === 'absent') return refused('absent', 'There is no such backlog.');
  const { repository, digest } = createdOf(state);
  // The role is looked up now: what a page was shown with may be minutes old.
  const role = await deps.github.facts.role(repository, by);
  const lacksRole = roleInTheWay(role, COMMANDS[act.act].role);
  if (lacksRole !== null) return refused('forbidden', sentence(lacksRole));
  const isAnswer = act.act === 'approve' || act.act === 'deny';
  if (isAnswer && state.status !== 'proposed') return refused('decided', ANSWERED);
  if (isAnswer && act.digest !== digest)
    return refused('changed', 'The plan here is another one by now.');
  const tooMany = await overLimit(deps, act.act, repository, by);
  if (tooMany) return tooMany;
  const handled = await deps.handle({
    stream,
    command: commandOf(act, by),
    actor: actorOf(by),
    correlation: { via: 'console' },
  });
  if (handled.ok) return { ok: true, event: handled.before + 1 };
  const { code, message } = handled.refusal;
  if (code === 'stale') return refused('changed', message);
  return refused(isAnswer ? 'decided' : 'refused', message);
}

const ANSWERED = 'Nobody is asked about the plan any more.';

function commandOf(act: BacklogAct, by: Person): BacklogCommand {
  switch (act.act) {
    case 'approve':
      return { type: 'accept', by, digest: act.digest };
    case 'deny':
      return { type: 'cancel', by: steererOf(by), item: null };
    case 'pause':
    case 'resume':
      return { type: act.act, by: steererOf(by) };
    case 'retry':
    case 'cancel':
      return { type: act.act, by: steererOf(by), item: act.item };
  }
}
