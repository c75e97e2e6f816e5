/** Reads the times of a walk from its log and artifacts. */
import type { StoredEvent } from '../../../src/core/event.ts';
import type { Artifacts } from '../../../src/engine/ports/artifacts.ts';
import type { EventLog } from '../../../src/engine/ports/event-log.ts';
import { fold, start } from '../../../src/engine/streams.ts';
import { type Interval, union } from './intervals.ts';

const at = (stored: StoredEvent) => Date.parse(stored.at);

/** The time from the first event, which the label's delivery caused, to the merge. */
export async function walkOf(log: EventLog, task: string): Promise<Interval> {
  let from = 0;
  let to = 0;
  for await (const { data: _, ...stored } of log.read({ kind: 'task', id: task })) {
    from ||= Date.parse(stored.at);
    if (stored.type === 'pull.merged') to = Date.parse(stored.at);
  }
  return { from, to };
}

/** The intervals in which an effect of any stream was due and not settled. */
export async function busyOf(log: EventLog, task: string): Promise<Interval[]> {
  const busy: Interval[] = [];
  for await (const stream of log.streams()) {
    if (stream.kind === 'task' && stream.id !== task) continue;
    let folded = start(stream.kind);
    const states: State[] = [];
    for await (const stored of log.read(stream)) {
      folded = fold(folded, stored);
      states.push({ at: at(stored), open: folded.open });
    }
    busy.push(...dueIn(states));
  }
  return union(busy);
}

/** What is open after an event. */
type State = { at: number; open: { notBefore: string | null }[] };

/**
 * The intervals in which something was due, up to the last event. From event to event, because what is
 * done and opened again at once may be put off from then on.
 */
export const dueIn = (states: State[]): Interval[] =>
  union(
    states.flatMap(({ at, open }, index) => {
      const to = states[index + 1]?.at ?? at;
      return open.map(({ notBefore }) => ({
        from: Math.max(at, notBefore === null ? at : Date.parse(notBefore)),
        to,
      }));
    }),
  );

/** The intervals in which an agent or a command of the repository ran in its sandbox. */
export async function agentsOf(artifacts: Artifacts, task: string): Promise<Interval[]> {
  const left = await artifacts.list(task);
  const text = async (digest: string) => (await artifacts.get(digest as never)).toString('utf8');
  const runs: Interval[] = [];
  for (const { run, digest } of left.filter(({ name }) => name === 'journal.jsonl')) {
    const lines = (await text(digest)).trim().split('\n');
    const result = left.find(other => other.run === run && other.name === 'result.json');
    const last = JSON.parse(lines.at(-1) ?? '{}') as { ts: string };
    const { end } = JSON.parse(await text(result?.digest ?? '')) as { end: { ms: number } };
    const to = Date.parse(last.ts);
    runs.push({ from: to - end.ms, to });
  }
  return runs;
}
