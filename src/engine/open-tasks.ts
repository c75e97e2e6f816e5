/** The runs of the open tasks, and what people are asked there: read anew where a task has changed. */
import { taskStream } from '../core/stream.ts';
import type { Dependencies } from './dependencies.ts';
import { loadFolded } from './handle.ts';
import { asTask } from './streams.ts';

export const RUN_STATES = ['queued', 'running', 'waiting_approval'] as const;
type RunNow = (typeof RUN_STATES)[number];

export type OpenTasks = {
  runs: Readonly<Record<RunNow, number>>;
  /** How many requests wait for people, and for how long the oldest does. */
  asked: { requests: number; oldestMs: number };
};

/** Events become visible when their transaction ends: what changed this long before is looked at again. */
const OVERLAP_MS = 30_000;

type Parts = Pick<Dependencies, 'log' | 'tasks' | 'clock'>;
type Known = { states: string[]; askedAt: number[] };

/** Of the newest open tasks as many as `most` are read. */
export function createOpenTasks(parts: Parts, most: number): () => Promise<OpenTasks> {
  const { log, tasks, clock } = parts;
  const known = new Map<string, Known>();
  let since: Date | null = null;
  return async () => {
    const now = clock.now().getTime();
    if (since) for await (const { stream } of log.grownSince(since)) known.delete(stream.id);
    const open = (await tasks.list({ open: true, limit: most })).map(({ id }) => id);
    const ids = new Set(open);
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    // One after the other: a look must not take the connections of those who work.
    for (const id of open) if (!known.has(id)) known.set(id, await knownOf(parts, id));
    since = new Date(now - OVERLAP_MS);
    const all = [...known.values()];
    const states = all.flatMap(task => task.states);
    const askedAt = all.flatMap(task => task.askedAt);
    const inState = (state: RunNow) => states.filter(other => other === state).length;
    return {
      runs: {
        queued: inState('queued'),
        running: inState('running'),
        waiting_approval: inState('waiting_approval'),
      },
      asked: {
        requests: askedAt.length,
        oldestMs: askedAt.length > 0 ? Math.max(0, now - Math.min(...askedAt)) : 0,
      },
    };
  };
}

async function knownOf({ log }: Pick<Parts, 'log'>, id: string): Promise<Known> {
  const stream = taskStream(id);
  const { state } = asTask(await loadFolded(log, stream));
  const states = state.runs.map(run => run.state);
  const waiting = new Set(
    state.approvals.filter(({ status }) => status === 'requested').map(approval => approval.id),
  );
  const askedAt: number[] = [];
  if (waiting.size > 0)
    for await (const { type, data, at } of log.read(stream))
      if (type === 'approval.requested' && waiting.has(String(data.approval)))
        askedAt.push(Date.parse(at));
  return { states, askedAt };
}
