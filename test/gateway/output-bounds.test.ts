/** The words in which servers of models refuse a bound, as far as they are known. */
import { expect, test } from 'vitest';
import { createOutputBounds } from '../../src/gateway/output-bounds.ts';

const OUTPUT = 64_000;
/** Where a message does not tell how long the request is. */
const INPUT = 100;

test.each<[string, number | null]>([
  [
    "This model's maximum context length is 8192 tokens. However, you requested 64010 tokens (10 in the messages, 64000 in the completion).",
    8_182,
  ],
  [
    "This model's maximum context length is 65536 tokens. However, you requested 74000 tokens (10000 in the messages, 64000 in the completion).",
    55_536,
  ],
  [
    "'max_tokens' or 'max_completion_tokens' is too large: 64000. This model's maximum context length is 4096 tokens and your request has 10 input tokens (64000 > 4096 - 10).",
    4_086,
  ],
  [
    "This endpoint's maximum context length is 32,768 tokens. However, you requested about 64024 tokens (24 of text input, 64000 in the output).",
    32_744,
  ],
  [
    "Requested token count exceeds the model's maximum context length of 8192 tokens. You requested a total of 64010 tokens: 10 tokens from the input messages and 64000 tokens for the completion.",
    8_182,
  ],
  ['maximum context length is 8192 tokens, you asked for 64500', 7_692],
  ['maximum context length is 8192 tokens', 8_092],
  ['maximum context length is 70000 tokens', 63_999],
  [
    '`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 10 `inputs` tokens and 64000 `max_new_tokens`',
    4_086,
  ],
  [
    'max_tokens is too large: 64000. This model supports at most 16384 completion tokens, whereas you provided 64000.',
    16_384,
  ],
  ['Invalid max_tokens value, the valid range of max_tokens is [1, 8192]', 8_192],
  ['Invalid max_tokens value, the valid range of max_tokens is [1,8192]', 8_192],
  [
    '`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the `context_window` for this model',
    8_192,
  ],
  ['max_tokens must be less than 8192', 8_191],
  [
    'it has a maxOutputTokens value of 64000 but the supported range is from 1 (inclusive) to 8193 (exclusive)',
    8_192,
  ],
  ['max_output_tokens is above the limit of this model', 4_096],
  // The request alone is longer than the context.
  [
    "This model's maximum context length is 8192 tokens. However, you requested 73000 tokens (9000 in the messages, 64000 in the completion).",
    null,
  ],
  ['Invalid value: messages.17.content of 1000 characters', null],
  ['', null],
])('%s', (said, output) => {
  const refused = createOutputBounds().refused('m', { said, output: OUTPUT, input: INPUT });
  expect(refused?.output ?? null).toBe(output);
});

test('what a server said of a model holds for its next requests, and for no other model', () => {
  const bounds = createOutputBounds();
  expect(bounds.usual('m', 0)).toBe(OUTPUT);
  const said = 'its context length is 8192';
  bounds.refused('m', { said, output: OUTPUT, input: INPUT });
  expect(bounds.usual('m', 1_000)).toBe(7_192);
  // The estimate of a request may be too high: the server says how long it is.
  expect(bounds.usual('m', 8_190)).toBe(OUTPUT);
  expect(bounds.usual('other', 0)).toBe(OUTPUT);
});

test('what it refuses is never more than was asked for', () => {
  const said = 'max_tokens may be 50000';
  expect(createOutputBounds().refused('m', { said, output: 2_000, input: 0 })).toBeNull();
  expect(
    createOutputBounds().refused('m', { said: 'max_tokens: too many', output: 2_000, input: 0 }),
  ).toBeNull();
});
