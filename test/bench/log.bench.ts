/**
 * Measures the log: folding and verifying in memory, appending beside plain inserts by the same
 * client, and the cost of appending and of `status` with a million events, or thousands in one stream.
 */
import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '../../src/core/event.ts';
import type { StreamRef } from '../../src/core/stream.ts';
import { verifyStream } from '../../src/engine/chain.ts';
import { createHandle } from '../../src/engine/handle.ts';
import type { Append } from '../../src/engine/ports/event-log.ts';
import { listTasks, showTask } from '../../src/engine/queries/queries.ts';
import { fold, start } from '../../src/engine/streams.ts';
import { compared, type Figure, valued } from '../figures/figures.ts';
import { type Database, fill, openDatabases } from './log/databases.ts';
import { appendOf, appendStream, nextOf, ofIssue, recordedEvents } from './log/streams.ts';
import { alternate, median, timed } from './rounds.ts';

export const name = 'log';

const IN_FLIGHT = 20;
const APPENDS = 2_000;
const SINGLE = 150;
/** The number of events of an ordinary task that waits for approval. */
const SHORT = 160;

export async function measure(): Promise<Figure[]> {
  const events = await recordedEvents();
  const bytes = Math.round(
    events.reduce((sum, event) => sum + JSON.stringify(event).length, 0) / events.length,
  );
  const figures = [
    valued(
      `folding events of ${bytes} bytes, parsed by their schemas`,
      await rate(events, foldAll),
      '/s',
      { least: 100_000 },
    ),
    valued('verifying their chain', await rate(events, verifyAll), '/s', { least: 50_000 }),
  ];
  const { databases, close } = await openDatabases(['thousand', 'million']);
  try {
    const [thousand, million] = databases as [Database, Database];
    figures.push(await appendBesideInsert(thousand));
    await fill(thousand, 1_000);
    await fill(million, 1_000_000);
    figures.push(...(await growing(thousand, million)));
    figures.push(await longStream(thousand));
  } finally {
    await close();
  }
  return figures;
}

/**
 * Events in a second: the highest of eight measurements of half a second, because other work on the
 * machine can only slow them.
 */
async function rate(events: StoredEvent[], work: (events: StoredEvent[]) => Promise<unknown>) {
  const rates: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    const began = performance.now();
    let done = 0;
    for (; performance.now() - began < 500; done += events.length) await work(events);
    rates.push((done * 1000) / (performance.now() - began));
  }
  return Math.max(...rates);
}

async function foldAll(events: StoredEvent[]) {
  let folded = start('task');
  for (const event of events) folded = fold(folded, event);
}

async function verifyAll(events: StoredEvent[]) {
  const verdict = await verifyStream(events);
  if (!verdict.ok) throw new Error(verdict.problem);
}

/**
 * Transactions in a second with 20 in flight: the events of the recorded walk one by one, each with
 * all its projections, on 20 streams, beside plain rows of the same bytes. Both are prepared before
 * the measurement, because folding has a figure of its own.
 */
async function appendBesideInsert({ store, sql }: Database): Promise<Figure> {
  const walk = (await recordedEvents()).slice(0, APPENDS / IN_FLIGHT);
  const bytes = walk.reduce((sum, event) => sum + JSON.stringify(event).length, 0) / walk.length;
  const body = 'x'.repeat(Math.round(bytes));
  await sql.query('CREATE TABLE plain (id bigserial PRIMARY KEY, body text NOT NULL)');
  const perSecond = async <Row>(
    rowsOf: () => Row[],
    write: (row: Row) => Promise<unknown>,
  ): Promise<number> => {
    const writers = Array.from({ length: IN_FLIGHT }, rowsOf);
    const ms = await timed(() =>
      Promise.all(
        writers.map(async rows => {
          for (const row of rows) await write(row);
        }),
      ),
    );
    return (APPENDS * 1000) / ms;
  };
  const { ours, plain } = await alternate(
    5,
    () =>
      perSecond(
        () => appendsOf(walk),
        async append => {
          const { outcome } = await store.log.append(append);
          if (outcome !== 'appended') throw new Error(outcome);
        },
      ),
    () =>
      perSecond(
        () => walk.map(() => body),
        row =>
          sql.query({ name: 'plain', text: 'INSERT INTO plain (body) VALUES ($1)', values: [row] }),
      ),
  );
  const what = 'append transactions, 20 in flight, beside single-row inserts';
  return compared(what, { value: ours, unit: '/s', baseline: plain }, { least: 0.6 });
}

/** A copy of the walk, on a stream and an issue of its own. */
function appendsOf(walk: StoredEvent[]): Append[] {
  issues += 1;
  const stream: StreamRef = { kind: 'task', id: `bench-${randomUUID()}` };
  let folded = start('task');
  return walk.map(like => {
    const expected = folded.version;
    const next = nextOf(stream, folded, ofIssue(like, issues));
    folded = next.folded;
    return appendOf(stream, expected, [next.event], folded);
  });
}

let issues = 1_000;

/** Loads, decides and appends; and makes the queries of `status`: the open tasks, and one in full. */
async function growing(thousand: Database, million: Database): Promise<Figure[]> {
  const small = await costs(thousand, SHORT);
  const large = await costs(million, SHORT);
  const append = await alternate(3, large.append, small.append);
  const status = await alternate(3, large.status, small.status);
  return [
    compared(
      'append at a million events, beside a thousand',
      { value: append.ours, unit: 'ms', baseline: append.plain },
      {
        most: 1.3,
      },
    ),
    compared(
      'status at a million events, beside a thousand',
      { value: status.ours, unit: 'ms', baseline: status.plain },
      {
        most: 1.3,
      },
    ),
  ];
}

async function longStream(database: Database): Promise<Figure> {
  const short = await costs(database, SHORT);
  const long = await costs(database, 4_000);
  const { ours, plain } = await alternate(3, long.append, short.append);
  return compared(
    'append to a stream of 4,000 events, beside one of 160',
    { value: ours, unit: 'ms', baseline: plain },
    {
      most: 1.3,
    },
  );
}

/** The median costs in milliseconds, measured one at a time, on a task of `length` events. */
async function costs({ store }: Database, length: number) {
  issues += 1;
  const stream = await appendStream(store.log, length, issues);
  const handle = createHandle({
    redact: text => text,
    log: store.log,
    clock: { now: () => new Date() },
    random: () => 0.5,
    appended: async () => {},
  });
  const often = async (work: () => Promise<unknown>) => {
    const each: number[] = [];
    for (let times = 0; times < SINGLE; times += 1) each.push(await timed(work));
    return median(each);
  };
  const data = { signal: 'review' as const, detail: 'mona', at: null, by: null, check: null };
  const signal = { type: 'signal' as const, data };
  return {
    append: () =>
      often(async () => {
        const handled = await handle({ stream, command: signal, actor: { kind: 'github' } });
        if (!handled.ok) throw new Error(handled.refusal.message);
      }),
    status: () =>
      often(async () => {
        await listTasks(store, { limit: 1_000, open: true });
        await showTask(store, stream.id);
      }),
  };
}
