/** What a person may ask for at one place, and why not the rest: what `/agent help` says. */
import { hasRole, type Person, type Role } from '../../actor.ts';
import { backlogOffer } from '../../backlog/offers.ts';
import type { BacklogState } from '../../backlog/state.ts';
import { type CommandPlace, type CommandSpec, PLACES } from '../../commands/command-spec.ts';
import { COMMANDS, CommandName } from '../../commands/commands.ts';
import type { CommandOffer } from '../../reply.ts';
import { openApprovals } from '../approvals/open-approvals.ts';
import { ownersOf } from '../approvals/own-work.ts';
import { standsAsApprover } from '../decide/answer.ts';
import { givesWay } from '../state/gives-way.ts';
import { type Approval, isOpen, type TaskState } from '../state/state.ts';
import { blockingReviews, NO_REVIEW_BLOCKS } from '../work/blocking-reviews.ts';

export type Asking = {
  by: Person;
  role: Role;
  place: CommandPlace;
  /** The issue or pull request. */
  number: number;
  /** The task that works here, or the last one; null where there was none. */
  task: TaskState | null;
  /** The backlog that is shown on this issue. */
  backlog: BacklogState;
  /** The request that is looked at; null: whichever waits. */
  request: string | null;
  /** The issue or pull request is over; left out where it is open, or nobody has looked. */
  over?: 'closed' | 'merged' | undefined;
  /** Whether their approval of their own work counts here (the rule `solo`). */
  ownCounts: boolean;
};

/** All commands, or the one of this name. */
export const offersTo = (asking: Asking, only: CommandName | null): CommandOffer[] =>
  (only ? [only] : CommandName.options).map(command => ({
    command,
    because: whyNot(asking, COMMANDS[command]),
  }));

/** A clause without a full stop; null where the person may ask for it now. */
function whyNot(asking: Asking, { places, role, does }: CommandSpec): string | null {
  if (!places.includes(asking.place)) return `it works on ${PLACES[places[0] ?? 'issue']} only`;
  return roleInTheWay(asking.role, role) ?? inTheWay(asking, does);
}

export const roleInTheWay = (role: Role, least: CommandSpec['role']): string | null =>
  least === 'read' || hasRole(role, least)
    ? null
    : `it takes the role ${least}, and you have ${role}`;

/** What the task that works here, or its absence, keeps from being done. */
function inTheWay(asking: Asking, does: CommandSpec['does']): string | null {
  const { task, by, number, backlog } = asking;
  const open = task && isOpen(task) ? task : null;
  const steered = backlogOffer(backlog, does);
  // An answer that the backlog does not take is that of the task at work here.
  if (steered === null || (steered !== undefined && !(open && does.kind === 'answer')))
    return steered;
  const isOwn = task?.pull?.number === number;
  switch (does.kind) {
    case 'task':
      if (task?.merged && isOwn) return `#${number} is merged`;
      if (asking.over) return whatIsOver(asking.over, number);
      if (!open || givesWay(open, does) || (isOwn && does.graph === 'fix')) return null;
      return 'a task works here already';
    case 'play':
    case 'examine':
      return asking.over ? whatIsOver(asking.over, number) : null;
    case 'answer':
      if (!open) return NO_TASK;
      if (does.says === 'revoke')
        return standsAsApprover(open, by.id) ? null : 'you have approved nothing here';
      return notAnswered(asking, open);
    case 'cancel':
      return open ? null : NO_TASK;
    case 'unlock':
      return task ? null : NO_TASK;
    case 'pause':
      if (!open) return NO_TASK;
      return open.paused ? 'the task here is paused already' : null;
    case 'resume':
      return open?.paused ? null : 'nothing is paused here';
    case 'retry':
      return task?.status === 'failure' || (open && open.question !== null)
        ? null
        : 'nothing failed here that could be tried again';
    case 'override':
      return task && blockingReviews(task).length > 0 ? null : NO_REVIEW_BLOCKS;
    default:
      return null;
  }
}

const whatIsOver = (over: 'closed' | 'merged', number: number): string =>
  over === 'merged' ? `#${number} is merged` : `#${number} is closed, and has to be reopened first`;

/** Why the person may answer none of what waits. */
function notAnswered({ by, request, ownCounts }: Asking, task: TaskState): string | null {
  const waiting = openApprovals(task).filter(({ id }) => request === null || id === request);
  if (waiting.length === 0) return 'nothing waits for approval here';
  const isOwn = (approval: Approval) => ownersOf(task, approval).includes(by.id);
  return !ownCounts && waiting.every(isOwn)
    ? 'you asked for this work or pushed to it, and nobody approves their own'
    : null;
}

const NO_TASK = 'no task of mine works on this';
