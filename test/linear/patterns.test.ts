/** No regular expression in `src` takes quadratic time, whatever text it meets. */
import { expect, test } from 'vitest';
import { threadTime } from '../thread-time.ts';
import { declared } from './declared.ts';
import { pumped, pumpsOf } from './fragments.ts';

/**
 * For the most characters a quadratic pattern takes a second, and a linear one a millisecond. What is
 * worse than quadratic is seen in fewer, so that the test ends.
 */
const CHARACTERS = [1 << 10, 1 << 13, 1 << 16];
const MOST_MS = 100;

test('each takes time in proportion to the text', () => {
  const slow = declared()
    .flatMap(({ patterns }) => patterns)
    .flatMap(pattern => {
      const { source, flags } = pattern;
      const compiled = new RegExp(source, flags.replace(/[gy]/g, '').concat('g'));
      const run = (text: string) => threadTime(() => text.replace(compiled, ''));
      return pumpsOf(pattern)
        .filter(pump =>
          CHARACTERS.map(count => pumped(pump, count)).some(
            text => run(text) > MOST_MS && run(text) > MOST_MS,
          ),
        )
        .map(pump => `${pattern.file}:${pattern.line} on ${JSON.stringify(pump)}`);
    });
  expect(slow).toEqual([]);
});
