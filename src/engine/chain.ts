/** The hash chain: each event carries the hash of the one before, so that none can change or vanish. */
import { hash } from 'node:crypto';
import stringify from 'safe-stable-stringify';
import type { Digest } from '../core/decision.ts';
import type { StoredEvent } from '../core/event.ts';
import { type StreamHead, UnreadableEvent } from './ports/event-log.ts';

/** What the first event of every stream follows. */
export const GENESIS = `sha256:${'0'.repeat(64)}`;

export function digestOf(content: string | Uint8Array): Digest {
  return `sha256:${hash('sha256', content)}`;
}

/** JSON with sorted keys: the same value always has the same text. */
export function canonical(value: unknown): string {
  const text = stringify(value);
  if (text === undefined) throw new Error('this value has no JSON');
  return text;
}

/** Over everything the event says, `prev` included, `hash` excluded. */
export function hashOf(event: Omit<StoredEvent, 'hash'>): Digest {
  return digestOf(canonical({ ...event, hash: undefined }));
}

export type ChainVerdict =
  | {
      ok: true;
      events: number;
      head: string;
      /** When the last one was written, as it says; null: there is none. */
      at: string | null;
    }
  | { ok: false; seq: number; problem: string };

/** Checks one stream from its beginning; names the first event that is wrong. */
export async function verifyStream(
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
): Promise<ChainVerdict> {
  let head = GENESIS;
  let seq = 0;
  let at: string | null = null;
  try {
    for await (const event of events) {
      seq += 1;
      if (event.seq !== seq)
        return { ok: false, seq, problem: `event ${seq} is missing: ${event.seq} stands there` };
      if (event.prev !== head)
        return { ok: false, seq, problem: `event ${seq} does not follow the event before it` };
      if (hashOf(event) !== event.hash)
        return { ok: false, seq, problem: `event ${seq} is not what was written` };
      head = event.hash;
      at = event.at;
    }
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    return { ok: false, seq: error.seq, problem: error.problem };
  }
  return { ok: true, events: seq, head, at };
}

/** What is wrong with a stream of which there is nothing but a kept head. */
export const NO_EVENTS = 'there are no events of it';

/** A chain that was cut at its end is whole by itself; the head that is kept beside it tells. */
export function verdictBeside(
  verdict: ChainVerdict,
  head: Pick<StreamHead, 'version' | 'hash'>,
): ChainVerdict {
  if (!verdict.ok || verdict.events > head.version) return verdict;
  const { events } = verdict;
  if (head.version === 0) return { ok: false, seq: 1, problem: NO_EVENTS };
  if (events < head.version)
    return {
      ok: false,
      seq: events + 1,
      problem: `event ${events + 1} and what follows is missing`,
    };
  if (verdict.head !== head.hash)
    return { ok: false, seq: events, problem: `event ${events} is not the head that is kept` };
  return verdict;
}
