/** State after an event about approvals. */
import { GHOST, type Person } from '../../actor.ts';
import { withMove } from '../../approvals/moves.ts';
import { isSameCheck } from '../../check-name.ts';
import { effectKey } from '../../effect.ts';
import { usedByMerge } from '../approvals/open-approvals.ts';
import { waitsForChecks } from '../events/blocked.ts';
import type { TaskEvent } from '../events/events.ts';
import type { Approval, DataOf, TaskState } from '../state/state.ts';

type Approving = Extract<TaskEvent, { type: `approval.${string}` | 'check.forged' }>;

/** `at`: when the event was appended. */
export function evolveApproval(state: TaskState, event: Approving, at: string): TaskState {
  switch (event.type) {
    case 'approval.requested':
      return { ...state, approvals: [...state.approvals, requested(state, event.data, at)] };
    case 'approval.posted':
      return change(state, event.data.approval, { posted: event.data.comment });
    case 'approval.answered': {
      const stops = event.data.says !== 'approve';
      return {
        ...state,
        answers: [...state.answers, { ...event.data, seq: state.version, revoked: null }],
        mergeable: stops ? null : state.mergeable,
      };
    }
    case 'approval.confirmed': {
      const { approval } = event.data;
      const counted = state.approvals.find(({ id }) => id === approval)?.counted ?? [];
      return change(state, approval, { counted: [...counted, event.data] });
    }
    case 'approval.granted': {
      const { approval, by, reviews, until } = event.data;
      return become(state, approval, at, { status: 'granted', by, reviews, until });
    }
    case 'approval.refused': {
      const { approval } = event.data;
      const refused = state.approvals.find(({ id }) => id === approval)?.refused ?? [];
      return change(state, approval, { refused: [...refused, event.data] });
    }
    case 'approval.revoked': {
      const { answer, how } = event.data;
      return {
        ...state,
        answers: state.answers.map(a =>
          a.answer === answer ? { ...a, revoked: how, seq: state.version } : a,
        ),
        mergeable: null,
      };
    }
    case 'approval.voided': {
      const { approval, was, head } = event.data;
      const gone = state.approvals.find(({ id }) => id === approval);
      const next = { ...become(state, approval, at, { status: 'void' }), mergeable: null };
      return head && was !== head ? moved(next, head, gone ? reviewsOf(gone) : []) : next;
    }
    case 'approval.denied': {
      const { approval, reason } = event.data;
      return become(state, approval, at, { status: 'denied', denial: reason });
    }
    case 'approval.used': {
      const { approval, effect, reviews } = event.data;
      return become(state, approval, at, { status: 'used', usedBy: effect, reviews });
    }
    case 'approval.put_aside': {
      const { approval, by, aside } = event.data;
      const others = state.aside.filter(
        other => other.approval !== approval || other.person !== by.id,
      );
      return { ...state, aside: aside ? [...others, { approval, person: by.id }] : others };
    }
    case 'check.forged':
      return { ...state, forged: [...state.forged, event.data] };
    default:
      throw new Error(`unknown event ${JSON.stringify(event satisfies never)}`);
  }
}

function requested(
  state: TaskState,
  data: DataOf<'approval.requested'>,
  requestedAt: string,
): Approval {
  const { approval: id, ...request } = data;
  const moved = state.moves.length;
  const before = state.approvals.findLast(
    ({ action, run, rework }) =>
      action === request.action && run === request.run && rework === request.rework,
  );
  const goesOn =
    request.digest !== null &&
    before?.digest === request.digest &&
    before.status === 'void' &&
    before.moved === moved;
  return {
    id,
    status: 'requested',
    chain: goesOn ? before.chain : id,
    requestedAt,
    changedAt: requestedAt,
    moved,
    posted: null,
    judged: state.version,
    by: [],
    reviews: [],
    counted: [],
    refused: [],
    until: null,
    usedBy: null,
    denial: '',
    ...request,
  };
}

/** Every review that counted for it. */
const reviewsOf = ({ reviews, counted }: Approval): number[] => [
  ...new Set([
    ...reviews,
    ...counted.flatMap(({ statement }) => /^review-(\d+)$/.exec(statement)?.[1] ?? []).map(Number),
  ]),
];

/** The head or the base is another: what was given before does not count for it. */
export const moved = (state: TaskState, to: string, reviews: number[] = []): TaskState => ({
  ...state,
  moves: withMove(state.moves, { to, at: null, reviews }),
});

/** GitHub tells of a check, or of a move with its time: whoever pushed had a part in the work. */
export function signaled(before: TaskState, data: DataOf<'pull.signaled'>): TaskState {
  const { signal, detail, at, by, check } = data;
  const signaledInMerge = usedByMerge(before) !== null;
  const state = { ...before, signaledInMerge, turnedGreen: greenAfter(before, check) };
  if (check) {
    const others = state.waitsFor.filter(name => !isSameCheck(name, check.name));
    if (check.state === 'pending') return waitingFor(state, [...others, check.name].sort());
    const isCountedDown = others.length > 0 && others.length < state.waitsFor.length;
    return isCountedDown ? waitingFor(state, others) : { ...state, waitsFor: others };
  }
  if (at === null || (signal !== 'head' && signal !== 'state')) return state;
  const to = signal === 'head' ? detail : `base:${detail}`;
  const next = signal === 'head' ? pushedBy(state, detail, by) : state;
  return { ...next, moves: withMove(state.moves, { to, at, reviews: [] }) };
}

/** `by`: null where it was done in our name. */
function pushedBy(state: TaskState, head: string, by: Person | null): TaskState {
  if (by?.id === GHOST.id) return pushedBySomebody(state, head);
  const { pushers } = state;
  const isNew = by !== null && !pushers.some(({ id }) => id === by.id);
  return {
    ...state,
    pushers: isNew ? [...pushers, by] : pushers,
    pushes: { ...state.pushes, [head]: 'known' },
  };
}

/** GitHub may have told who pushed it, or tell later. What is merged in for us is ours. */
function pushedBySomebody(state: TaskState, head: string): TaskState {
  const who = state.blocked?.obstacle === 'behind' ? 'known' : 'unknown';
  return { ...state, pushes: { [head]: who, ...state.pushes } };
}

export const movedBySomebody = (state: TaskState, to: string): TaskState =>
  moved(pushedBySomebody(state, to), to);

export const movedByUs = (state: TaskState, to: string): TaskState => ({
  ...moved(state, to),
  pushes: { ...state.pushes, [to]: 'known' },
});

function greenAfter(
  { turnedGreen }: TaskState,
  check: DataOf<'pull.signaled'>['check'],
): TaskState['turnedGreen'] {
  if (!check) return turnedGreen;
  const others = turnedGreen.filter(name => !isSameCheck(name, check.name));
  return check.state === 'green' ? [...others, check.name] : others;
}

const waitingFor = (state: TaskState, waitsFor: string[]): TaskState => ({
  ...state,
  waitsFor,
  blocked: state.blocked && { ...state.blocked, reason: waitsForChecks(waitsFor) },
});

/** GitHub did not let the push or the merge happen: its approval is not spent. */
export const givenBack = (state: TaskState, run: string): TaskState => ({
  ...state,
  approvals: state.approvals.map(approval =>
    approval.status === 'used' &&
    (approval.usedBy === effectKey.merge(run) || approval.usedBy === effectKey.push(run))
      ? { ...approval, status: 'granted', usedBy: null }
      : approval,
  ),
});

const become = (
  state: TaskState,
  id: string,
  changedAt: string,
  fields: Partial<Approval> & Pick<Approval, 'status'>,
): TaskState => change(state, id, { ...fields, changedAt });

const change = (state: TaskState, id: string, fields: Partial<Approval>): TaskState => ({
  ...state,
  approvals: state.approvals.map(approval =>
    approval.id === id ? { ...approval, ...fields } : approval,
  ),
});
