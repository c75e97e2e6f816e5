/** Of what a grader printed, people see what failed. */
import { expect, it } from 'vitest';
import { tellingLines } from '../../../src/cli/evaluate/describe-result.ts';

const TOTALS = ['tests 2', 'suites 0', 'pass 1', 'fail 1', 'cancelled 0', 'skipped 0', 'todo 0'];

it('names the failing test of node --test, whichever way it prints it', () => {
  const tap = [
    'TAP version 13',
    '# Subtest: carries',
    'not ok 1 - carries',
    '  ---',
    '  duration_ms: 1.2',
    "  type: 'test'",
    "  error: 'what rounding leaves is carried'",
    '  ...',
    '1..1',
    ...TOTALS.map(line => `# ${line}`),
    '# duration_ms 98.1',
  ];
  expect(tellingLines(tap)).toEqual([
    'not ok 1 - carries',
    "  error: 'what rounding leaves is carried'",
  ]);
  const spec = [
    '✔ parses (0.5ms)',
    '✖ carries (1.2ms)',
    ...TOTALS.map(line => `ℹ ${line}`),
    '',
    '✖ failing tests:',
    'test at test/carry.test.js:3:1',
    '✖ carries (1.2ms)',
    '  AssertionError: what rounding leaves is carried',
  ];
  expect(tellingLines(spec)).toEqual([
    '✖ carries (1.2ms)',
    '✖ failing tests:',
    'test at test/carry.test.js:3:1',
    '✖ carries (1.2ms)',
    '  AssertionError: what rounding leaves is carried',
  ]);
});

it('shows the end of what says no failure, and reads long lines at once', () => {
  const lines = Array.from({ length: 20 }, (_, at) => `line ${at}`);
  expect(tellingLines(lines)).toEqual(lines.slice(-8));
  const long = ['\t'.repeat(50_000), 'a.'.repeat(50_000), `E ${' '.repeat(50_000)}`];
  const start = performance.now();
  tellingLines(long);
  expect(performance.now() - start).toBeLessThan(1_000);
});
