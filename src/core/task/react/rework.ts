/** What people are told of more work on a pull request: in place, and in each thread of a review that asked. */
import { effectKey, type NewEffect } from '../../effect.ts';
import type { Reply } from '../../reply.ts';
import type { ReviewThread } from '../../review-thread.ts';
import { conversationOf, pullTarget } from '../state/place.ts';
import {
  createdOf,
  currentRework,
  type DataOf,
  type Rework,
  runOf,
  type TaskState,
} from '../state/state.ts';
import { workAt } from '../work/step-state.ts';
import { decide } from './ask-again.ts';

/** The task is tried again: policy is asked whether the reworks that wait may begin, where it had not let them. */
export const decideReworks = ({ waitingReworks }: TaskState): NewEffect[] =>
  waitingReworks
    .filter(({ admitted }) => !admitted)
    .map(({ id }) => decide('task.start', null, id));

/** The work that somebody asked for is pushed. */
export function reworked(state: TaskState, { run, sha }: DataOf<'branch.pushed'>): NewEffect[] {
  const { graph, repository } = createdOf(state);
  const rework = currentRework(state);
  const target = rework?.target;
  if (!target) return [];
  const worker = state.runs.findLast(({ step }) => step === graph.reworkFrom);
  const done = { commit: sha, summary: worker?.produced?.summary ?? '' };
  const change = workAt(state, runOf(state, run).step)?.change;
  const reply = { code: 'reworked' as const, ...done };
  const answer = ({ path }: ReviewThread, digest: string): Reply => ({
    code: 'thread_reworked',
    ...done,
    path,
    change: digest,
  });
  return [
    { kind: 'reply', key: effectKey.reply(rework.id), repository, target, reply },
    ...(change ? inThreads(state, rework, thread => answer(thread, change)) : []),
  ];
}

export function declined(state: TaskState, { id, reason }: DataOf<'rework.declined'>): NewEffect[] {
  const rework = [...state.reworks, ...state.waitingReworks].find(other => other.id === id);
  const target = rework?.target ?? pullTarget(state);
  if (!target) return [];
  const { repository } = createdOf(state);
  const reply = { code: 'rework_failed' as const, reason };
  return [
    { kind: 'reply', key: effectKey.reply(id), repository, target, reply },
    ...(rework ? inThreads(state, rework, () => reply) : []),
  ];
}

export function stopped(
  state: TaskState,
  { check, reason }: DataOf<'remediation.stopped'>,
): NewEffect[] {
  const target = conversationOf(state);
  if (!target) return [];
  const { repository, origin } = createdOf(state);
  const tried = [origin.kind === 'check' ? origin.check : null, ...state.reworks.map(r => r.check)];
  const rounds = tried.flatMap(one => one?.name ?? []);
  const reply = { code: 'remediation_stopped' as const, reason, rounds };
  const key = effectKey.reply(`stopped-${check?.head ?? state.version}`);
  return [{ kind: 'reply', key, repository, target, reply }];
}

/** Each thread of the review that asked is answered where it stands; only people resolve it. */
function inThreads(
  state: TaskState,
  rework: Rework,
  answer: (thread: ReviewThread) => Reply,
): NewEffect[] {
  const number = state.pull?.number;
  if (number === undefined) return [];
  return rework.threads.map(thread => ({
    kind: 'reply',
    key: effectKey.reply(`${rework.id}-${thread.comment}`),
    repository: createdOf(state).repository,
    target: { kind: 'review_comment', number, id: thread.comment },
    reply: answer(thread),
  }));
}
