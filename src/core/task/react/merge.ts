/** What asks policy about a merge again, and what opens or takes back the merge itself. */
import type { Stamp } from '../../decider.ts';
import { effectKey, type NewEffect } from '../../effect.ts';
import type { JudgedHead } from '../../judged-head.ts';
import { later } from '../../retry.ts';
import { usedByMerge } from '../approvals/open-approvals.ts';
import { mayBeQueued } from '../state/in-merge-queue.ts';
import { mayMerge } from '../state/merge-after-check.ts';
import { runAtPull } from '../state/run-at-pull.ts';
import {
  createdOf,
  type DataOf,
  mergeRun,
  purposeOf,
  type Run,
  runOf,
  type TaskState,
} from '../state/state.ts';
import { askSinceMove, decide } from './ask-again.ts';
import { GATHER_MS } from './surfaces.ts';

/** How long a green check waits for others: policy can't decide before the last check has ended. */
const OTHERS_AWAITED_MS = 60_000;

/** GitHub's signals about a pull request come in bursts: policy is asked once about all of them. */
export function signaled(
  state: TaskState,
  data: DataOf<'pull.signaled'>,
  stamp: Stamp,
): NewEffect[] {
  const { signal, check } = data;
  if (usedByMerge(state)) return [];
  const since = signal === 'head' || signal === 'state' ? askSinceMove(state) : [];
  const ask = [...askAgain(state), ...since];
  // Reviews are judged at once, and so is a check that the merge waits for.
  if (signal === 'review') return ask;
  const after = (ms: number) => ask.map(one => ({ ...one, notBefore: later(stamp.at, ms) }));
  // Policy may be deciding on facts from before this check, so it is asked once more afterwards.
  const onceMore = after(GATHER_MS).map(one => ({ ...one, ifUnderWay: true as const }));
  // A pending check is only noted: nothing can be decided before it has ended.
  if (check?.state === 'pending') return onceMore;
  const isGreen = check?.state === 'green';
  const areOthersAwaited = state.waitsFor.length > 0;
  if (isGreen && state.mergeWaits) return areOthersAwaited ? [] : ask;
  // The check may have ended while policy was asked with facts in which it was pending.
  if (isGreen && areOthersAwaited) return [...after(OTHERS_AWAITED_MS), ...onceMore];
  return after(GATHER_MS);
}

export function askAgain(state: TaskState): NewEffect[] {
  const run = runAtPull(state);
  return run && run.state !== 'queued' ? [askAboutRun(state, run)] : [];
}

/** A push or merge that was blocked is tried again once policy has allowed it again. */
export const askAboutRun = (state: TaskState, run: Run): NewEffect =>
  decide(purposeOf(state, run) === 'publish' ? 'branch.push' : 'pr.merge', run.id, null);

/** Leaves the merge queue, from which GitHub would merge whatever policy and people decide meanwhile. */
export const leaveQueue = (state: TaskState): NewEffect[] =>
  mayBeQueued(state) ? [LEAVE_QUEUE] : [];

const LEAVE_QUEUE = { kind: 'leave_queue', key: effectKey.leaveQueue() } as const;

/** Has our check on another commit with the task's work say the same as on its head. */
export const judge = (state: TaskState, about: JudgedHead): NewEffect => ({
  kind: 'judge_head',
  key: effectKey.judgeHead(about.head),
  repository: createdOf(state).repository,
  about,
});

/** Opens the merge once our own check is green on the head, because rulesets may require it. */
export function mergeOnceShown(state: TaskState): NewEffect[] {
  const run = mergeRun(state);
  return run && run.state === 'running' && mayMerge(state)
    ? [{ kind: 'merge', key: effectKey.merge(run.id), run: run.id }]
    : [];
}

/** A merge may be under way as its run ends: then it may enter GitHub's queue even after that. */
export const leaveAfter = (state: TaskState, run: string): NewEffect[] =>
  purposeOf(state, runOf(state, run)) === 'merge' && mayMerge(state) && !state.merged
    ? [LEAVE_QUEUE]
    : [];
