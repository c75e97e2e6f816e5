/**
 * The stream of an answer that its provider goes on with in the background. Where the connection breaks, the
 * answer is taken up again after the last whole event: its client sees one answer, and it is paid for once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { toText, valueAt } from './json-values.ts';

type Bytes = AsyncIterable<Uint8Array>;

export type Background = {
  /** The id of the answer; `null`: its first event has it. */
  known: string | null;
  /**
   * The stream after this event, or from its first where that is `null`. Is `null` where there is no such
   * answer, and throws where it can't be reached.
   */
  takeUp(id: string, after: number | null): Promise<Bytes | null>;
  /** The first event has come, with the id of the answer. */
  named(id: string): void;
  /** Nobody waits for the answer any more. */
  cancel(id: string): Promise<void>;
  /** The client is gone. */
  isGone(): boolean;
};

/** Between two tries, while nothing new has come. Milliseconds. */
const WAITS_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
const MOST_BUFFERED = 16 * 1024 * 1024;
const LAST = /^response\.(completed|failed|incomplete|cancelled)$/;

export async function* backgroundAnswer(first: Bytes, of: Background): AsyncGenerator<Buffer> {
  let stream = first;
  let id = of.known ?? '';
  let isNamed = false;
  let after: number | null = null;
  let over = false;
  let tries = 0;
  try {
    for (;;) {
      try {
        for await (const event of wholeEvents(stream)) {
          const data = dataOf(event);
          if (!isNamed) {
            id ||= toText(valueAt(data, 'response', 'id'));
            isNamed = id !== '';
            if (isNamed) of.named(id);
          }
          const number = valueAt(data, 'sequence_number');
          after = typeof number === 'number' ? number : (after ?? 0);
          over ||= LAST.test(toText(valueAt(data, 'type')));
          tries = 0;
          yield Buffer.from(event);
        }
      } catch (error) {
        if (tries >= WAITS_MS.length) throw error;
      }
      if (over || of.isGone()) return;
      const next = await takeUpAgain();
      if (next === null) throw new Error('the answer was cut off, and can not be taken up again');
      stream = next;
    }
  } finally {
    if (!over && id !== '') await of.cancel(id);
  }

  async function takeUpAgain(): Promise<Bytes | null> {
    while (id !== '' && tries < WAITS_MS.length && !of.isGone()) {
      await delay(WAITS_MS[tries]);
      tries += 1;
      const taken = await of.takeUp(id, after).catch(() => undefined);
      if (taken !== undefined) return taken;
    }
    return null;
  }
}

/** The events of a stream as they came; one that was cut off is left out. */
async function* wholeEvents(stream: Bytes): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const text = decoder.decode(chunk, { stream: true });
    rest += text;
    if (rest.length > MOST_BUFFERED) throw new Error('an event is too large');
    if (!text.includes('\n')) continue;
    const parts = rest.split(/(?<=\r?\n\r?\n)/);
    rest = parts.pop() ?? '';
    if (/\r?\n\r?\n$/.test(rest)) {
      parts.push(rest);
      rest = '';
    }
    yield* parts;
  }
}

function dataOf(event: string): unknown {
  const line = event.split(/\r?\n/).find(text => text.startsWith('data:'));
  try {
    return line === undefined ? null : JSON.parse(line.slice('data:'.length));
  } catch {
    return null;
  }
}
