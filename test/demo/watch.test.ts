/** What the demo's audit says of runs. */
import { expect, it } from 'vitest';
import { type Summary, summaryLines } from './watch.ts';

it('marks a run that was called off as the timeline does, and not as one that failed', () => {
  const run = (step: string, outcome: string, ms: number | null) => ({ step, outcome, ms });
  const summary = {
    outcome: 'success',
    runs: [run('lint', 'failure', 20), run('test', 'success', 30), run('merge', 'canceled', 40)],
    decisions: [],
    approvals: [],
    taint: [],
    violations: [],
  } as unknown as Summary;
  expect(summaryLines(summary)).toContain(
    'runs       3: lint ✗ 20 ms, test ✓ 30 ms, merge – 40 ms',
  );
  const working = { ...summary, runs: [run('author', 'running', null)] } as unknown as Summary;
  expect(summaryLines(working)).toContain('runs       1: author running');
});
