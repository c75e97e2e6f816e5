/** The runs of the open tasks, and what people are asked there: read anew where a task has changed. */
import { taskStream } from '../../core/stream.ts';
import type { Dependencies } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import { asTask } from '../streams.ts';

export const RUN_STATES = ['queued', 'running', 'waiting_approval'] as const;
type RunNow = (typeof RUN_STATES)[number];

export type OpenTasks = {
  runs: Readonly<Record<RunNow, number>>;
  /** How much waits for people, requests and questions, and for how long the oldest of it does. */
  asked: { requests: number; oldestMs: number };
};

type Needs = Pick<Dependencies, 'log' | 'tasks' | 'clock'>;
type Known = { version: number; states: string[]; askedAt: number[] };

/** Of the newest open tasks as many as `most` are read. */
export function createOpenTasks(deps: Needs, most: number): () => Promise<OpenTasks> {
  const { tasks, clock } = deps;
  let known = new Map<string, Known>();
  return async () => {
    const open = await tasks.openVersions(most);
    const now = new Map<string, Known>();
    // One after the other: a look must not take the connections of those who work.
    for (const { id, version } of open) {
      const before = known.get(id);
      now.set(id, before?.version === version ? before : await readTask(deps, id));
    }
    known = now;
    const all = [...known.values()];
    const states = all.flatMap(task => task.states);
    const askedAt = all.flatMap(task => task.askedAt);
    const inState = (state: RunNow) => states.filter(other => other === state).length;
    const oldest = Math.min(...askedAt);
    return {
      runs: {
        queued: inState('queued'),
        running: inState('running'),
        waiting_approval: inState('waiting_approval'),
      },
      asked: {
        requests: askedAt.length,
        oldestMs: askedAt.length > 0 ? Math.max(0, clock.now().getTime() - oldest) : 0,
      },
    };
  };
}

async function readTask({ log }: Needs, id: string): Promise<Known> {
  const { version, state } = asTask(await loadFolded(log, taskStream(id)));
  const asked = state.approvals.filter(({ status }) => status === 'requested');
  return {
    version,
    states: state.runs.map(run => run.state),
    askedAt: [
      ...asked.map(({ requestedAt }) => requestedAt),
      ...(state.question === null ? [] : [state.question.at]),
    ].map(time => Date.parse(time)),
  };
}
