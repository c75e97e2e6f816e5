/** What people are shown of a command that failed. */
import { expect, it } from 'vitest';
import { createLastLines } from '../../../../src/engine/attempt/process/last-lines.ts';
import { plainLines } from '../../../../src/engine/attempt/result/failed-output.ts';
import { threadTime } from '../../../thread-time.ts';

it.each([
  ['colours', '\u001b[31mred\u001b[0m\u001b[1;32m green\u001b(B\u001b[m', ['red green']],
  ['links', '\u001b]8;;https://evil.example\u0007here\u001b]8;;\u0007', ['here']],
  ['what was overwritten', '10 %\r50 %\rdone\r\n', ['done', '']],
  ['what rings, hides or turns around', 'a\u0007\u200b\u202eb\u0000\tc', ['ab\tc']],
  ['lines of Windows', 'a\r\nb\r\n', ['a', 'b', '']],
])('lines are as a terminal would show them: %s', (_name, output, lines) => {
  expect(plainLines(output)).toEqual(lines);
});

it('the last lines are kept, in the order in which they came', () => {
  const last = createLastLines(30);
  for (let n = 1; n <= 1_000; n++) last.add(`line ${n}`);
  expect(last.text()).toBe('line 998\nline 999\nline 1000');
  const long = createLastLines(30);
  long.add('a');
  long.add('b'.repeat(100));
  expect(long.text()).toBe('b'.repeat(30));
});

it.each([
  ['escapes', '\u001b['.repeat(400_000)],
  ['open links', '\u001b]8;;'.repeat(200_000)],
  ['parameters', `\u001b[${'1;'.repeat(400_000)}`],
  ['semicolons', `\u001b${';'.repeat(800_000)}`],
  ['returns', '\r'.repeat(800_000)],
  ['returns before a letter', `${'\r'.repeat(800_000)}a`],
  ['lines', '\n'.repeat(800_000)],
])('hostile output is gone through quickly: %s', (_name, output) => {
  expect(threadTime(() => plainLines(output))).toBeLessThan(1_500);
});
