/** What a run says it did, as it is kept, and as a replay of it has to say it again. */

import type { TestsRan } from '../../../core/handover/command-report.ts';
import { firstPart } from '../../../core/text/first-part.ts';
import { testsRan } from '../../../toolchain/output/tests-ran.ts';
import type { Executed } from '../process/execute.ts';
import { isCommand, type RunContext } from '../run-context.ts';
import { plainLines } from './failed-output.ts';
import type { Judged } from './judge.ts';

type Summary = {
  summary: string;
  /** Whether its output says that tests ran; `null`: it is no command, or does not say. */
  tests: TestsRan | null;
};

/** What is said of a test command that ended well. */
const UNPROVED = {
  some: '',
  none: ' It ran no test.',
  failed: ' Its output says that tests failed.',
};

export function summaryOf(
  { run, chosen }: Pick<RunContext, 'run' | 'chosen'>,
  { executed, judged }: { executed: Executed; judged: Judged },
): Summary {
  const { finished, end, lastLines } = executed;
  const ran = isCommand({ run }) ? testsRan(plainLines(lastLines), chosen.argv) : null;
  // Of a command that failed, its exit code says that already.
  const tests = ran === 'failed' && judged.failure ? 'some' : ran;
  const isTest = run.executor.kind === 'command' && run.executor.command === 'test';
  const said = firstPart(finished.summary.trim(), 2_000) || end.by;
  const unproved = isTest && !judged.failure && tests !== null ? UNPROVED[tests] : '';
  return { summary: `${said}${unproved}`, tests };
}
