/** Handles commands: load, decide, append. Every change of state goes through here. */
import type { Actor, Correlation } from '../core/actor.ts';
import type { Settles, StoredEvent } from '../core/event.ts';
import type { Folded } from '../core/fold.ts';
import { type CommandRefusal, refusal } from '../core/refusal.ts';
import { type StreamKind, type StreamRef, streamName } from '../core/stream.ts';
import { canonical, GENESIS, hashOf } from './chain.ts';
import { createKeyedMutex } from './keyed-mutex.ts';
import type { Clock } from './ports/clock.ts';
import type { EventLog, Fence } from './ports/event-log.ts';
import { withSentencesRedacted } from './redact-sentences.ts';
import { changedRows } from './rows/projections.ts';
import {
  type CommandOf,
  correlationIn,
  decideIn,
  fold,
  type KeptState,
  keptState,
  STATE_VERSION,
  start,
} from './streams.ts';

export type HandleRequest<K extends StreamKind> = {
  stream: StreamRef & { kind: K };
  command: CommandOf<K>;
  actor: Actor;
  correlation?: Correlation;
  /** The effect whose outcome this is. */
  settles?: Settles;
  /** Nothing is appended once this lease has ended. */
  fence?: Fence;
};

export type Handled =
  | { ok: true; events: StoredEvent[]; folded: Folded<unknown>; before: number }
  /** `openTask`: with the code `busy`, the task that is in the way. */
  | { ok: false; refusal: CommandRefusal; openTask?: string };

export type Handle = <K extends StreamKind>(request: HandleRequest<K>) => Promise<Handled>;

/** How often an append may lose to others before the command fails; each time, another one was written. */
const TRIES = 100;

export function createHandle(parts: {
  log: EventLog;
  clock: Clock;
  /** 0 ≤ x < 1 */
  random: () => number;
  redact: (text: string) => string;
  /** Called after every append, for the dispatcher. */
  appended: (stream: StreamRef, folded: Folded<unknown>, before: number) => Promise<void>;
}): Handle {
  // Commands of one process to one stream wait for each other, because all but one would lose the append.
  const inTurn = createKeyedMutex();
  return async request => {
    const handled = await inTurn(streamName(request.stream), () => untilAppended(parts, request));
    if (handled.ok) await parts.appended(request.stream, handled.folded, handled.before);
    return handled;
  };
}

async function untilAppended<K extends StreamKind>(
  deps: Parameters<typeof createHandle>[0],
  request: HandleRequest<K>,
): Promise<Handled> {
  for (let tries = 0; tries < TRIES; tries++) {
    const result = await attempt(deps, request, tries === 0);
    if (result) return result;
  }
  throw new Error(`${streamName(request.stream)}: ${TRIES} appends in a row met another one`);
}

/** Returns null where others appended first, or may have done so before a refusal. */
async function attempt<K extends StreamKind>(
  { log, clock, random, redact }: Parameters<typeof createHandle>[0],
  { stream, command, actor, correlation = {}, settles, fence }: HandleRequest<K>,
  mayRecall: boolean,
): Promise<Handled | null> {
  const recalled = mayRecall ? recall(log, stream) : null;
  const before = recalled ?? (await loadFolded(log, stream));
  const effect = settles ? (before.open.find(open => open.key === settles.key) ?? null) : null;
  if (settles && !effect)
    return recalled
      ? null
      : { ok: false, refusal: refusal('settled', `Effect ${settles.key} is settled already.`) };
  const now = clock.now().toISOString();
  const reopened = settles && effect ? effect.since > settles.since : false;
  const circumstance = { now, jitter: random(), effect, reopened };
  const decided = decideIn(stream.kind, before, command, circumstance);
  if (!decided.ok) return recalled ? null : decided;
  if (decided.events.length === 0)
    throw new Error(`${streamName(stream)}: a command without events`);
  const events: StoredEvent[] = [];
  let folded = before;
  for (const [index, event] of decided.events.entries()) {
    const unsealed = {
      stream,
      seq: before.version + index + 1,
      at: now,
      ...event,
      data: withSentencesRedacted(event.data, redact),
      actor,
      correlation: { ...correlationIn(stream, folded, event), ...correlation },
      settles: index === 0 && settles && event.type !== 'effect.failed' ? settles : null,
      prev: folded.hash,
    };
    const stored = { ...unsealed, hash: hashOf(unsealed) };
    folded = fold(folded, stored);
    events.push(stored);
  }
  const kept: KeptState = { stateVersion: STATE_VERSION, folded };
  const appended = await log.append({
    stream,
    expected: before.version,
    events,
    folded: kept,
    open: folded.open,
    ...changedRows(stream, { before, after: folded }, events),
    fence: fence ?? null,
  });
  switch (appended.outcome) {
    case 'appended':
      return { ok: true, events, folded, before: before.version };
    case 'conflict':
      return null;
    case 'fenced':
      return {
        ok: false,
        refusal: refusal('fenced', 'The lease is over: another worker took it up.'),
      };
    case 'taken':
      return {
        ok: false,
        refusal: refusal('busy', `Task ${appended.by} is open for the same.`),
        openTask: appended.by,
      };
  }
}

/** The state as this process has last written it. */
function recall(log: EventLog, stream: StreamRef): Folded<unknown> | null {
  return keptState(log.recall(stream));
}

/** The state as the stream's row has it, with later events folded; folded from the first where the version differs. */
export async function loadFolded(log: EventLog, stream: StreamRef): Promise<Folded<unknown>> {
  const head = await log.load(stream);
  if (head.version === 0) return start(stream.kind);
  const kept = keptState(head.folded);
  if (kept) {
    if (kept.hash === head.hash) return kept;
    const folded = await catchUp(log, stream, kept);
    if (folded && folded.version >= head.version) return folded;
  }
  return refold(log, stream);
}

/** Folds later events onto a kept state; null where they do not follow it. */
async function catchUp(
  log: EventLog,
  stream: StreamRef,
  kept: Folded<unknown>,
): Promise<Folded<unknown> | null> {
  let folded = kept;
  for await (const stored of log.read(stream, kept.version)) {
    if (stored.prev !== folded.hash) return null;
    folded = fold(folded, stored);
  }
  return folded === kept ? null : folded;
}

/** Folds from the first event, for `replay --rebuild` and for a new version of the state. */
export async function refold(
  log: EventLog,
  stream: StreamRef,
  seen: (stored: StoredEvent) => void = () => {},
): Promise<Folded<unknown>> {
  let folded = start(stream.kind);
  for await (const stored of log.read(stream)) {
    folded = fold(folded, stored);
    seen(stored);
  }
  return folded;
}

/** Bytes that differ where two folded states differ. */
export const stateDigest = (folded: Folded<unknown>): string =>
  folded.version === 0 ? GENESIS : canonical(folded);
