/** What asks policy about a merge again, and what opens or takes back the merge itself. */
import type { Stamp } from '../decider.ts';
import { effectKey, type NewEffect } from '../effect.ts';
import type { JudgedHead } from '../judged-head.ts';
import { later } from '../retry.ts';
import { mayBeQueued } from './in-merge-queue.ts';
import { usedByMerge } from './open-approvals.ts';
import { decide } from './react-approval.ts';
import { runAtPull } from './run-at-pull.ts';
import { createdOf, type DataOf, mergeRun, purposeOf, type Run, type TaskState } from './state.ts';
import { GATHER_MS } from './surfaces.ts';

/** Nothing is decided before the last of the checks, so a green one of many is looked at together with others. */
const OTHERS_AWAITED_MS = 60_000;

/** What GitHub tells of a pull request comes many at a time: policy is asked once about all of it. */
export function signaled(
  state: TaskState,
  data: DataOf<'pull.signaled'>,
  stamp: Stamp,
): NewEffect[] {
  const { signal, check } = data;
  if (usedByMerge(state)) return [];
  const ask = askAgain(state);
  // What people say is never kept waiting, and neither is what a merge waits for.
  if (signal === 'review') return ask;
  const after = (ms: number) => ask.map(one => ({ ...one, notBefore: later(stamp.at, ms) }));
  // What policy is being asked about may be from before: its outcome would forget this check.
  const onceMore = after(GATHER_MS).map(one => ({ ...one, ifUnderWay: true as const }));
  // It is named, and nothing can be decided before it has ended.
  if (check?.state === 'pending') return onceMore;
  const isGreen = check?.state === 'green';
  const areOthersAwaited = state.waitsFor.length > 0;
  if (isGreen && state.mergeWaits) return areOthersAwaited ? [] : ask;
  // It may have ended while policy was asked, which was told that it is awaited.
  if (isGreen && areOthersAwaited) return [...after(OTHERS_AWAITED_MS), ...onceMore];
  return after(GATHER_MS);
}

export function askAgain(state: TaskState): NewEffect[] {
  const run = runAtPull(state);
  return run && run.state !== 'queued' ? [askAboutRun(state, run)] : [];
}

/** What was kept from being pushed or merged is tried again once policy has allowed it again. */
export const askAboutRun = (state: TaskState, run: Run): NewEffect =>
  decide(purposeOf(state, run) === 'publish' ? 'branch.push' : 'pr.merge', run.id, null);

/** GitHub would merge it from there whatever policy and people say meanwhile. */
export const leaveQueue = (state: TaskState): NewEffect[] =>
  mayBeQueued(state) ? [{ kind: 'leave_queue', key: effectKey.leaveQueue() }] : [];

/** Elsewhere the check says what it says of the task. */
export const judge = (state: TaskState, about: JudgedHead): NewEffect => ({
  kind: 'judge_head',
  key: effectKey.judgeHead(about.head),
  repository: createdOf(state).repository,
  about,
});

/** Our own check is required on the head: it must be green before GitHub lets us merge. */
export function mergeOnceShown(state: TaskState): NewEffect[] {
  const run = mergeRun(state);
  const check = state.surfaces.check;
  const green = check?.conclusion === 'success' && check.head === state.mergeable;
  return run && run.state === 'running' && green && !state.mergeWaits
    ? [{ kind: 'merge', key: effectKey.merge(run.id), run: run.id }]
    : [];
}
