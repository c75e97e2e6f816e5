/**
 * A limit for a group or a service of a backlog holds over all open backlogs of the repository: an item
 * waits until those of others leave room for it. What the backlog itself has at work is counted before,
 * where it chooses its items.
 */

import { backlogLimits } from '../../core/backlog/next.ts';
import { createdOf as createdOfBacklog, type ItemState } from '../../core/backlog/state.ts';
import { type StreamRef, streamName, taskStream } from '../../core/stream.ts';
import { createdOf } from '../../core/task/state/state.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import { asBacklog, asTask } from '../streams.ts';

/** Longer than a task takes to be made. */
const MAKING_MS = 60_000;
/** Many times what all backlogs of a repository have at work. */
const MOST = 1_000;

type Needs = Pick<WorkerDependencies, 'leases' | 'log' | 'tasks'> & {
  settings: Pick<WorkerDependencies['settings'], 'worker'>;
};

/** Gives the turn back; null where there is no room, or another item of the repository is being started. */
export async function takeRoom(
  deps: Needs,
  stream: StreamRef,
  /** The name of the item. */
  id: string,
): Promise<(() => Promise<unknown>) | null> {
  const { state } = asBacklog(await loadFolded(deps.log, stream));
  const item = state.items.find(one => one.id === id);
  const limits = item ? backlogLimits(createdOfBacklog(state).plan, item) : [];
  if (limits.length === 0) return async () => {};
  const { leases, settings } = deps;
  // Two that are started at once would both find the last room.
  const turn = `backlogs:${createdOfBacklog(state).repository.id}`;
  const holder = `${settings.worker} ${streamName(stream)} ${id}`;
  const acquired = await leases.acquire(turn, holder, MAKING_MS);
  if (acquired === null) return null;
  const release = () => leases.release(turn, acquired.epoch);
  const others = await atWorkElsewhere(deps, createdOfBacklog(state).repository.id, stream).catch(
    async error => {
      await release();
      throw error;
    },
  );
  const own = state.items.filter(one => one.isActive && one.id !== id);
  const hasRoom = limits.every(
    ({ by, name, most }) => [...own, ...others].filter(one => one[by] === name).length < most,
  );
  if (hasRoom) return release;
  await release();
  return null;
}

/** The items of other backlogs of the repository that a task is open for. */
async function atWorkElsewhere(
  { tasks, log }: Needs,
  repositoryId: number,
  stream: StreamRef,
): Promise<ItemState[]> {
  const rows = await tasks.list({ repositoryId, origin: 'backlog', open: true, limit: MOST });
  const found: ItemState[] = [];
  for (const row of rows) {
    const { origin } = createdOf(asTask(await loadFolded(log, taskStream(row.id))).state);
    if (origin.kind !== 'backlog' || origin.backlog === stream.id) continue;
    const other = { kind: 'backlog' as const, id: origin.backlog };
    const { state } = asBacklog(await loadFolded(log, other));
    found.push(...state.items.filter(({ id }) => id === origin.item));
  }
  return found;
}
