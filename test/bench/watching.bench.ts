/** Measures what it costs a run that it is watched: its journal with what it says shown beside, and without. */
import { createStore, type Store } from '../../src/adapters/store/store.ts';
import { type AgentEvent, NO_USAGE } from '../../src/core/agent-event.ts';
import { redact } from '../../src/core/redaction/redact.ts';
import { createJournal } from '../../src/engine/attempt/process/journal.ts';
import { createLiveOutput } from '../../src/engine/attempt/process/live-output.ts';
import { createTimeSlices } from '../../src/engine/attempt/redaction/time-slices.ts';
import { compared, type Figure, valued } from '../figures/figures.ts';
import { ownDatabase } from './own-database.ts';
import { alternate, percentile, timed } from './rounds.ts';

export const name = 'watching';

const ROUNDS = 5;
/** As many entries as a journal holds. */
const ENTRIES = 10_000;
/** Of lines that are said one after the other, and seen elsewhere. */
const SEEN = 40;

export async function measure(): Promise<Figure[]> {
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const url = await ownDatabase(closing);
    const open = async () => {
      const store = await createStore({ url, log: () => {} });
      closing.unshift(store.close);
      return store;
    };
    const [worker, reader] = [await open(), await open()];
    const { ours, plain } = await alternate(
      ROUNDS,
      () => flood(worker),
      () => flood(null),
    );
    const seenMs = await seenAfter(worker, reader);
    return [
      compared(
        `a run that says ${ENTRIES} things at once, shown meanwhile`,
        { value: ours, unit: 'ms', baseline: plain },
        { most: 1.15 },
      ),
      valued('until a follower elsewhere has a line, p99', percentile(seenMs, 0.99), 'ms', {
        most: 500,
      }),
    ];
  } finally {
    for (const close of closing) await close();
  }
}

let runs = 0;

/** `store`: where it is shown; `null`: nowhere. */
function aRun(store: Store | null) {
  const part = { task: 'bench', run: `author-${++runs}`, part: 0 };
  const logger = { debug() {}, info() {}, warn: console.error, error: console.error };
  const live =
    store &&
    createLiveOutput(
      { runOutput: store.runOutput, logger },
      { part, begins: { adapter: 'codex', version: '1', model: 'm' }, usage: () => NO_USAGE },
    );
  const journal = createJournal({
    run: part.run,
    adapter: 'codex',
    version: '1',
    session: () => null,
    clock: { now: () => new Date() },
    redact,
    written: live?.written ?? (() => {}),
  });
  return { part, live, journal };
}

const saying = (text: string): AgentEvent => ({ type: 'message', role: 'assistant', text });

/** Milliseconds until the journal has all of it, read in turns as a run reads what its agent prints. */
async function flood(store: Store | null): Promise<number> {
  const { live, journal } = aRun(store);
  const turns = createTimeSlices();
  const ms = await timed(async () => {
    for (let n = 0; n < ENTRIES; n += 1) {
      const event = saying(
        `${n}: I look at the "parser" and its\n${'tests, one by one. '.repeat(12)}`,
      );
      journal.add([event], JSON.stringify(event));
      if (turns.over()) await turns.next();
    }
    await live?.close();
  });
  await live?.drop();
  return ms;
}

/** Milliseconds from each line's writing until who follows the task elsewhere has read it. */
async function seenAfter(worker: Store, reader: Store): Promise<number[]> {
  const { part, live, journal } = aRun(worker);
  let told = Promise.withResolvers<void>();
  const following = await reader.runOutput.follow(part.task, () => told.resolve());
  const took: number[] = [];
  for (let seq = 1; seq <= SEEN; seq += 1) {
    const began = performance.now();
    journal.add([saying(`line ${seq}`)], null);
    for (;;) {
      const lines = await reader.runOutput.read(part, seq - 1);
      if (lines.length > 0) break;
      await told.promise;
      told = Promise.withResolvers();
    }
    took.push(performance.now() - began);
  }
  following.stop();
  await live?.close();
  await live?.drop();
  return took;
}
