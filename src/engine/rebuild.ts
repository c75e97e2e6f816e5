/**
 * Projections are written anew from the events: all of them where an operator asks for it, and those that an
 * earlier version made by themselves, after an upgrade.
 */
import { Digest } from '../core/decision.ts';
import type { StoredEvent } from '../core/event.ts';
import type { Folded } from '../core/fold.ts';
import { isKnown, type StreamRef, streamName, UNKNOWN_KIND } from '../core/stream.ts';
import { NO_EVENTS, verdictBeside, verifyStream } from './chain.ts';
import type { EventLog } from './ports/event-log.ts';
import type { Logger } from './ports/logger.ts';
import type { Poll } from './reconcile/leader-lease.ts';
import { allRows } from './rows/projections.ts';
import { fold, type KeptState, STATE_VERSION, start } from './streams.ts';

/** A stream whose events are not what was written: nothing is made of it. */
type BrokenStream = { stream: string; problem: string };

/**
 * Writes every projection anew from the events; returns how many streams there were. A stream whose
 * chain is broken, or whose kept head has seen more, is left as it is and named.
 */
export async function rebuild({
  log,
}: {
  log: EventLog;
}): Promise<{ streams: number; broken: BrokenStream[] }> {
  let streams = 0;
  const broken: BrokenStream[] = [];
  for await (const stream of log.streams()) {
    const problem = await rebuildStream(log, stream);
    if (problem === null) streams += 1;
    else broken.push({ stream: streamName(stream), problem });
  }
  return { streams, broken };
}

/** Why nothing can be made of it; `null`: its projections are what its events say. */
async function rebuildStream(log: EventLog, stream: StreamRef): Promise<string | null> {
  // Loaded first: a stream may grow meanwhile, and never shrinks.
  const head = await log.load(stream);
  const alone = await verifyStream(log.read(stream));
  // A hash that differs means that the projection has to be rebuilt.
  const verdict = Digest.safeParse(head.hash).success ? verdictBeside(alone, head) : alone;
  if (!verdict.ok) return verdict.problem;
  if (!isKnown(stream)) return UNKNOWN_KIND;
  for (;;) {
    const whole = await refoldWhole(log, stream);
    if (typeof whole === 'string') return whole;
    const { folded, decided } = whole;
    const kept: KeptState = { stateVersion: STATE_VERSION, folded };
    const outcome = await log.rebuild({
      stream,
      expected: folded.version,
      folded: kept,
      open: folded.open,
      ...allRows(stream, folded, decided),
    });
    if (outcome === 'rebuilt') return null;
  }
}

/** Why the rows that lists are read from are not what the events say; null: they are, or there is no state. */
export async function rowsProblem(log: EventLog, stream: StreamRef): Promise<string | null> {
  const whole = await refoldWhole(log, stream);
  if (typeof whole === 'string') return null;
  const { folded, decided } = whole;
  const rows = allRows(stream, folded, decided);
  const table = await log.difference({ stream, expected: folded.version, ...rows });
  return table === null
    ? null
    : `its rows in the table ${table} differ from the log: gatehouse replay --rebuild writes them anew`;
}

type Whole = {
  folded: Folded<unknown>;
  /** The events of which rows are made that the state does not have. */
  decided: StoredEvent[];
};

/** A string says why there is no state. */
async function refoldWhole(log: EventLog, stream: StreamRef): Promise<Whole | string> {
  let folded = start(stream.kind);
  const decided: StoredEvent[] = [];
  for await (const stored of log.read(stream)) {
    try {
      folded = fold(folded, stored);
    } catch (error) {
      return `event ${stored.seq}: ${error instanceof Error ? error.message : error}`;
    }
    if (stored.type === 'policy.decided') decided.push(stored);
  }
  return folded.version === 0 ? NO_EVENTS : { folded, decided };
}

/**
 * Writes what an earlier version did not, until nothing of that is left. What a process that is stopping has not
 * come to, the next one does.
 */
export function rebuildStale({ log, logger }: { log: EventLog; logger: Logger }): Poll {
  return async signal => {
    let done = 0;
    for await (const stream of log.stale()) {
      signal.throwIfAborted();
      done += 1;
      const problem = await rebuildStream(log, stream);
      if (problem === null) continue;
      logger.warn({ stream: streamName(stream), problem }, 'nothing is made of its events');
      await log.leaveStale(stream);
    }
    if (done > 0) logger.info({ streams: done }, 'projections of before the upgrade were rebuilt');
    return done;
  };
}
