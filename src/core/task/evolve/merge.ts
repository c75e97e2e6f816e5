/** State after a merge had to wait, and after the head moved. */
import type { Stamp } from '../../decider.ts';
import { NO_MERGE, type Obstacle, standsStill } from '../events/blocked.ts';
import { mayEnterAgain } from '../state/in-merge-queue.ts';
import type { DataOf, TaskState } from '../state/state.ts';
import { givenBack } from './approval.ts';

export function mergeBlocked(
  state: TaskState,
  data: DataOf<'merge.blocked'>,
  stamp: Stamp,
): TaskState {
  const { run, obstacle, reason, checksUntil, waitsFor } = data;
  const since = state.blocked?.obstacle === obstacle ? state.blocked.since : stamp.at;
  const blocked = { obstacle, reason, since };
  return {
    ...givenBack(state, run),
    // What policy allowed stands, but where nothing can be decided until people have acted.
    mergeable: standsStill(blocked) ? null : state.mergeable,
    mergeWaits: true,
    blocks: state.blocks + 1,
    blocked,
    mergeQueue: queueAfter(state, obstacle),
    signaledInMerge: false,
    updates: state.updates + (obstacle === 'behind' ? 1 : 0),
    checksUntil,
    waitsFor,
    turnedGreen: [],
  };
}

/** What is closed, held or in conflict, GitHub takes out by itself: it may be put there again. */
function queueAfter({ mergeQueue }: TaskState, obstacle: Obstacle): TaskState['mergeQueue'] {
  if (obstacle === 'queued') return 'in';
  if (obstacle === 'dequeued') return mayEnterAgain({ mergeQueue }) ? null : 'out';
  return standsStill({ obstacle }) ? null : mergeQueue;
}

/** A new head: whatever was known of merging the old one is void. */
export const headAt = (state: TaskState, head: string, since: string): TaskState => ({
  ...state,
  pull: state.pull && { ...state.pull, head },
  headSince: since,
  ...NO_MERGE,
});
