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

/**
 * How many characters of ASCII are a token, as an estimate that is high for English and code on purpose.
 * Every other character is a token, as most of Chinese, Japanese and Korean are. Text without words,
 * such as random letters, may come to more.
 */
const ASCII_PER_TOKEN = 3;
const LAST_ASCII = 0x7f;
const MAX_BUFFERED = 16 * 1024 * 1024;

/** The tokens of a text. @foreign */
export const estimateTokens = (text: string): number => toTokens(weightOf(text));

/** The weights of parts of a text add up to that of the whole; its tokens would be rounded for each. */
function weightOf(text: string): number {
  let weight = text.length;
  for (let at = 0; at < text.length; at += 1)
    if (text.charCodeAt(at) > LAST_ASCII) weight += ASCII_PER_TOKEN - 1;
  return weight;
}

const toTokens = (weight: number): number => Math.ceil(weight / ASCII_PER_TOKEN);

/** `input`: the tokens of the request, which count until the provider tells them. */
export function createMeter(dialect: Dialect, input: number, streamed: boolean): Meter {
  const decoder = new StringDecoder('utf8');
  const usage: Usage = { ...NO_USAGE };
  let counted = false;
  let final = false;
  let failure: string | null = null;
  let generated = 0;
  /** Of a response in one piece, which is read at its end. */
  let received = 0;
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
      generated += weightOf(dialect.text(one));
      const reported = dialect.usage(one);
      if (!reported) continue;
      counted = true;
      final ||= reported.final;
      Object.assign(usage, reported.usage);
    }
  };

  const output = () => toTokens(generated + received);

  const countLines = () => {
    const lines = buffered.split(/\r\n|\n|\r/);
    buffered = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:')) countEvent(line.slice('data:'.length));
  };

  return {
    feed(chunk) {
      const text = decoder.write(chunk);
      buffered += text;
      if (!streamed) received += weightOf(text);
      if (streamed && /[\r\n]/.test(text)) countLines();
      // A line or body above the limit is forwarded, but its tokens are estimated.
      if (buffered.length > MAX_BUFFERED) {
        if (streamed) generated += weightOf(buffered);
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
        input: counted ? usage.input : input,
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
