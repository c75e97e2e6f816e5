/**
 * The bound of an answer's length where the agent asks for none. A server whose context is small refuses
 * the usual one, and says which it takes: then the request is sent once more, and others are asked so.
 */
import type { ModelRequest } from './dialects/dialect.ts';

/** Where a request does not say how much output it wants, so much is reserved, and asked for. Tokens. */
export const USUAL_OUTPUT = 64_000;
/** Where a server says of its limit only that there is one. */
const SMALL_OUTPUT = 4_096;
/** A number below is no limit, and an answer within it is of no use. */
const LEAST_OUTPUT = 16;

/** `ofContext`: the request counts in it as well. */
type Limit = { tokens: number; ofContext: boolean };
type RefusedBound = { said: string; output: number; input: number };

export function createOutputBounds() {
  const limits = new Map<string, Limit>();
  return {
    /** `input`: the tokens of the request. */
    usual(model: string, input: number): number {
      const limit = limits.get(model);
      const most = limit ? limit.tokens - (limit.ofContext ? input : 0) : USUAL_OUTPUT;
      return most < LEAST_OUTPUT ? USUAL_OUTPUT : Math.min(most, USUAL_OUTPUT);
    },

    /** What to ask for where the provider refused `output`; `null`: it refuses something else. */
    refused(model: string, refused: RefusedBound): { output: number; fields: ModelRequest } | null {
      const { said, output } = refused;
      if (NEWER_NAME.test(said)) return { output, fields: { max_completion_tokens: output } };
      const limit = limitIn(said, output);
      if (limit === null) return null;
      limits.set(model, limit);
      const taken = limit.ofContext ? (inputIn(refused, limit) ?? refused.input) : 0;
      const less = Math.min(limit.tokens - taken, output - 1);
      return less < LEAST_OUTPUT ? null : { output: less, fields: {} };
    },
  };
}

/** OpenAI's models that reason take the bound by its newer name alone. */
const NEWER_NAME = /'max_tokens' is not supported with this model/;
const OF_BOUND = /\bmax_?(?:completion_?|output_?|new_?|)tokens\b|context (?:length|window|size)/i;
/** Of all tokens together, those of the request among them. */
const OF_CONTEXT =
  /(?:context (?:length|window|size)\D{0,40}|`inputs?`[^<\n]{0,60}<= `?)(\d[\d,]{0,12})/i;
/** The number itself is one too many. */
const BEYOND = /\(exclusive\)|less than \D{0,2}\d/i;
const NUMBERS = /\d{1,3}(?:,\d{3})+(?!\d)|\d+/g;

const numbersIn = (said: string): number[] =>
  [...said.matchAll(NUMBERS)].map(([number]) => toNumber(number));
const toNumber = (digits: string): number => Number(digits.replaceAll(',', ''));

/** The limit in what a server says of a bound that it refuses; `null`: it says nothing of one. */
function limitIn(said: string, output: number): Limit | null {
  if (!OF_BOUND.test(said)) return null;
  const all = OF_CONTEXT.exec(said)?.[1];
  if (all !== undefined) return { tokens: toNumber(all), ofContext: true };
  const below = numbersIn(said).filter(number => number >= LEAST_OUTPUT && number < output);
  const tokens = below.reduce((most, number) => Math.max(most, number), 0);
  if (tokens > 0) return { tokens: BEYOND.test(said) ? tokens - 1 : tokens, ofContext: false };
  return output > SMALL_OUTPUT ? { tokens: SMALL_OUTPUT, ofContext: false } : null;
}

const INPUT =
  /(\d{1,10})`? (?:tokens )?(?:of (?:text )?input|`?inputs?\b|in the (?:messages|prompt)|from the input)/;

/** The tokens of the request, as the server counts them: it tells them, or the sum with the bound. */
function inputIn({ said, output }: RefusedBound, { tokens }: Limit): number | null {
  const told = INPUT.exec(said)?.[1];
  if (told !== undefined) return Number(told);
  const sum = numbersIn(said).find(number => number > output && number !== tokens);
  return sum === undefined ? null : sum - output;
}
