/** Counts the tokens of one answer while it passes, and estimates those of one that was cut. */
import { StringDecoder } from 'node:string_decoder';
import { NO_USAGE, type Usage } from '../core/agent-event.ts';
import type { Dialect } from './dialects.ts';

export type Meter = {
  feed(chunk: Buffer): void;
  /** What it cost up to now. */
  usage(): Usage;
};

/** Where no usage was given; generous for English and code, on purpose. */
const CHARACTERS_PER_TOKEN = 4;
const MAX_HELD = 16 * 1024 * 1024;

export const estimate = (characters: number): number =>
  Math.ceil(characters / CHARACTERS_PER_TOKEN);

export function createMeter(dialect: Dialect, requestCharacters: number, streamed: boolean): Meter {
  const decoder = new StringDecoder('utf8');
  const usage: Usage = { ...NO_USAGE };
  let counted = false;
  let final = false;
  let generated = 0;
  let held = '';

  const take = (json: string) => {
    let event: unknown;
    try {
      event = JSON.parse(json);
    } catch {
      return;
    }
    for (const one of Array.isArray(event) ? event : [event]) {
      generated += dialect.text(one).length;
      const said = dialect.usage(one);
      if (!said) continue;
      counted = true;
      final ||= said.final;
      Object.assign(usage, said.usage);
    }
  };

  const takeLines = () => {
    const lines = held.split(/\r\n|\n|\r/);
    held = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:')) take(line.slice('data:'.length));
  };

  return {
    feed(chunk) {
      const text = decoder.write(chunk);
      held += text;
      if (streamed && /[\r\n]/.test(text)) takeLines();
      // A line or a body beyond all measure is passed on, and estimated.
      if (held.length > MAX_HELD) {
        generated += held.length;
        held = '';
      }
    },
    usage() {
      if (!streamed && !final && held !== '') take(held);
      if (final) return { ...usage };
      // Cut before the end: what was said, or more by what was seen.
      return {
        ...usage,
        input: counted ? usage.input : estimate(requestCharacters),
        output: Math.max(usage.output, estimate(generated + (streamed ? 0 : held.length))),
      };
    },
  };
}
