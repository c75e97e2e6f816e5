/** People answer a request, take it back, and the effect uses it. */
import { answeredRequest } from '../../approvals/answered-request.ts';
import { latestStatement } from '../../approvals/latest-statement.ts';
import { requestAnswered } from '../../approvals/request.ts';
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { openApprovals } from '../approvals/open-approvals.ts';
import type { Approval, TaskState } from '../state/state.ts';
import { blockingReviews } from '../work/blocking-reviews.ts';
import { notTaken, whatBecame } from './answer-in-console.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';

type Of<T extends TaskCommand['type']> = Extract<TaskCommand, { type: T }>;

const pastReview = (state: TaskState): string =>
  blockingReviews(state).length > 0 ? '`/agent override` publishes the change as it is; ' : '';

/** What exactly it answers is settled here and for good; whether it counts is judged live. */
export function answer(task: TaskDraft, command: Of<'answer'>): CommandRefusal | null {
  const { state } = task;
  const { data, names } = command;
  const refusals = state.approvals.flatMap(({ refused }) => refused);
  const known = (id: string | null) => id === data.answer;
  if (state.answers.some(a => known(a.answer)) || refusals.some(r => known(r.statement)))
    return refusal('repeated', 'That was taken already.');
  const tooLate = notTaken(state, command);
  if (tooLate) return tooLate;
  const open = openApprovals(state);
  const latest = open.at(-1);
  if (data.says === 'revoke') {
    task.add({ type: 'approval.answered', v: 2, data: { ...data, approval: latest?.id ?? null } });
    return null;
  }
  if (!latest)
    return refusal(
      'absent',
      state.question === null
        ? 'Nothing waits for approval here. `/agent status` says what is under way.'
        : `What is asked here is no approval. \`/agent retry\` tries it again, and what you write after it is told to the agent; ${pastReview(state)}\`/agent cancel\` stops the work.`,
    );
  const requests = open.map(request => {
    const posted = firstPosted(state, request);
    return { ...request, posted, edited: isEdited(state, request, posted) };
  });
  const bound = requestAnswered(requests, names, data.comment);
  // A denial is meant for whatever is going on; only an approval must name exactly one thing.
  const approval = bound.ok ? bound.request : data.says === 'deny' ? latest.id : null;
  const refused = bound.ok ? whyNoOrder(state, bound.request, data) : null;
  if (approval !== null && refused === null) {
    task.add({ type: 'approval.answered', v: 2, data: { ...data, approval } });
    return null;
  }
  const { answer: statement, by, target } = data;
  const rule = refused === null ? answeredRequest.name : latestStatement.name;
  const reason = bound.ok ? (refused ?? '') : bound.reason;
  task.add({
    type: 'approval.refused',
    v: 2,
    data: {
      approval: latest.id,
      review: null,
      statement,
      target,
      by,
      rule,
      reason,
    },
  });
  return null;
}

/**
 * GitHub does not say when a button was pressed, and a lost delivery may come late: who was against it since it
 * was asked may have pressed it before that. Null where it may be taken.
 */
function whyNoOrder(
  { approvals, answers }: TaskState,
  request: string,
  { via, says, by }: Of<'answer'>['data'],
): string | null {
  if (via !== 'button' || says !== 'approve') return null;
  const chain = approvals.find(({ id }) => id === request)?.chain;
  const same = approvals.filter(other => other.chain === chain).map(({ id }) => id);
  const isAgainst = answers.some(
    given =>
      given.by.id === by.id && given.says !== 'approve' && same.includes(given.approval ?? ''),
  );
  return isAgainst
    ? 'You denied it or took your approval back since it was asked, and GitHub does not say when a button was pressed: write `/agent approve`.'
    : null;
}

/** Requests in a row that ask for the same are one: whoever answered the first has answered the last. */
const firstPosted = ({ approvals }: TaskState, { chain }: Approval): number | null =>
  approvals.find(other => other.chain === chain && other.posted !== null)?.posted ?? null;

/** Whether the comment asked for something else before. */
const isEdited = ({ approvals }: TaskState, { chain }: Approval, posted: number | null): boolean =>
  posted !== null && approvals.some(other => other.posted === posted && other.chain !== chain);

/** Of that person alone: who does not want to be reminded of a request has decided nothing. */
export function putAside(task: TaskDraft, command: Of<'put_aside'>): CommandRefusal | null {
  const { approval, by, aside } = command;
  const waits = task.state.approvals.find(({ id }) => id === approval);
  if (!waits) return refusal('absent', `There is no request "${approval}" in this task.`);
  if (waits.status !== 'requested') return refusal('ended', whatBecame(waits));
  const isAside = task.state.aside.some(
    other => other.approval === approval && other.person === by.id,
  );
  if (isAside === aside)
    return refusal('repeated', aside ? 'It is put aside already.' : 'It is not put aside.');
  task.add({ type: 'approval.put_aside', v: 1, data: { approval, by, aside } });
  return null;
}

/** The words were edited or deleted. An objection stands all the same. */
export function revoke(
  task: TaskDraft,
  { comment, via, by, how }: Of<'revoke'>,
): CommandRefusal | null {
  const answer = task.state.answers.find(
    a => a.via === via && a.comment === comment && a.says === 'approve' && a.revoked === null,
  );
  if (!answer) return refusal('absent', 'It approved nothing.');
  task.add({ type: 'approval.revoked', v: 1, data: { answer: answer.answer, by, how } });
  return null;
}

/** Whether the person's last word in this task was an approval: an answer, or a review that counted. */
export function standsAsApprover({ answers, approvals }: TaskState, person: number): boolean {
  const last = answers.findLast(({ by }) => by.id === person);
  if (last) return last.says === 'approve';
  return approvals.some(({ by, counted }) =>
    [...by, ...counted.map(one => one.by)].some(({ id }) => id === person),
  );
}

/** One use, for exactly what was approved. */
export function use(task: TaskDraft, command: Of<'use'>): CommandRefusal | null {
  const { action, digest, effect, reviews } = command;
  const approvals = task.state.approvals.filter(approval => approval.action === action);
  const approval = approvals.findLast(
    ({ status, digest: of }) => status === 'granted' && of === digest,
  );
  if (approval) {
    task.add({
      type: 'approval.used',
      v: 1,
      data: { approval: approval.id, digest, effect, reviews },
    });
    return null;
  }
  const spent = approvals.some(({ status, digest: of }) => status === 'used' && of === digest);
  return spent
    ? refusal('repeated', 'This approval was used already: each is good for one use.')
    : refusal('stale', 'What is about to be done is not what was approved.');
}
