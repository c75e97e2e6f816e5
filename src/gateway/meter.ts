/** Counts the tokens of a response while it passes, and estimates those of a truncated one. */
import { StringDecoder } from 'node:string_decoder';
import { NO_USAGE, type Usage } from '../core/agent-event.ts';
import type { Dialect } from './dialects/dialect.ts';
import { toText, valueAt } from './json-values.ts';

export type Meter = {
  feed(chunk: Buffer): void;
  /** The estimated tokens of output so far. */
  output(): number;
  /** The tokens used so far. */
  usage(): Usage;
  /** The type or code of an error that the provider told in the answer; `null`: it told none. */
  error(): string | null;
  /** The provider has told the final figures, which come at the end of an answer. */
  isComplete(): boolean;
};

/** The estimate where the response reports no usage; it is high for English and code on purpose. */
const CHARACTERS_PER_TOKEN = 4;
const MAX_BUFFERED = 16 * 1024 * 1024;

export const estimateTokens = (characters: number): number =>
  Math.ceil(characters / CHARACTERS_PER_TOKEN);

export function createMeter(dialect: Dialect, requestCharacters: number, streamed: boolean): Meter {
  const decoder = new StringDecoder('utf8');
  const usage: Usage = { ...NO_USAGE };
  let counted = false;
  let final = false;
  let failure: string | null = null;
  let generated = 0;
  let buffered = '';

  const countEvent = (json: string) => {
    let event: unknown;
    try {
      event = JSON.parse(json);
    } catch {
      return;
    }
    for (const one of Array.isArray(event) ? event : [event]) {
      failure ??= errorIn(one);
      generated += dialect.text(one).length;
      const reported = dialect.usage(one);
      if (!reported) continue;
      counted = true;
      final ||= reported.final;
      Object.assign(usage, reported.usage);
    }
  };

  const output = () => estimateTokens(generated + (streamed ? 0 : buffered.length));

  const countLines = () => {
    const lines = buffered.split(/\r\n|\n|\r/);
    buffered = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:')) countEvent(line.slice('data:'.length));
  };

  return {
    feed(chunk) {
      const text = decoder.write(chunk);
      buffered += text;
      if (streamed && /[\r\n]/.test(text)) countLines();
      // A line or body above the limit is forwarded, but its tokens are estimated.
      if (buffered.length > MAX_BUFFERED) {
        generated += buffered.length;
        buffered = '';
      }
    },
    output,
    error: () => failure,
    isComplete: () => final,
    usage() {
      if (!streamed && !final && buffered !== '') countEvent(buffered);
      if (final) return { ...usage };
      // A truncated response counts as reported, or as estimated where that is more.
      return {
        ...usage,
        input: counted ? usage.input : estimateTokens(requestCharacters),
        output: Math.max(usage.output, output()),
      };
    },
  };
}

/** All providers tell an error in one of these forms, in the middle of a stream as well. */
export function errorIn(event: unknown): string | null {
  const type = toText(valueAt(event, 'type'));
  const error = valueAt(event, 'error') ?? valueAt(event, 'response', 'error');
  const isError = typeof error === 'object' && error !== null;
  if (!isError && type !== 'error' && type !== 'response.failed') return null;
  const names = [valueAt(error, 'code'), valueAt(error, 'type'), valueAt(error, 'status')];
  return [...names, valueAt(event, 'code'), type].map(toText).join(' ');
}
