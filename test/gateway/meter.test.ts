/** How many tokens a text is taken for, before the provider tells it. */
import { expect, test } from 'vitest';
import { DIALECTS } from '../../src/gateway/dialects.ts';
import { createMeter, estimateTokens } from '../../src/gateway/meter.ts';

test.each([
  ['English', 'a'.repeat(300), 100],
  ['Chinese, of which a character is about a token', '检查每个请求的长度', 9],
  ['both', '请求 request', 2 + 3],
  ['what takes two units of UTF-16', '🙂', 2],
  ['nothing', '', 0],
])('%s', (_what, text, tokens) => {
  expect(estimateTokens(text)).toBe(tokens);
});

test('parts of an answer are rounded together, and an answer in one piece counts while it comes', () => {
  const streamed = createMeter(DIALECTS['openai-responses'], 5, true);
  for (const delta of ['a', '请', 'bb'])
    streamed.feed(Buffer.from(`data: ${JSON.stringify({ delta })}\n\n`));
  expect(streamed.usage()).toMatchObject({ input: 5, output: 2 });
  const whole = createMeter(DIALECTS['openai-responses'], 5, false);
  whole.feed(Buffer.from('{"a":"请'));
  expect(whole.output()).toBe(3);
});
