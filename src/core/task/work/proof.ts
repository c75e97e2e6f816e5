/** Which of the repository's own commands have proved a change: what did not run on it proves nothing. */
import { TestsRan } from '../../handover/command-report.ts';
import type { Proof } from '../../proof.ts';
import { purposeOf, type Run, type TaskState } from '../state/state.ts';

/** What proved the present work, so far. */
export const proofOfWork = (state: TaskState): Proof[] => proofIn(state, state.runs);

/** What proved the head of the pull request: nothing, where somebody else pushed to it. */
export function proofOfHead(state: TaskState): Proof[] {
  if (!state.pull || state.pull.head !== state.pushed?.sha) return [];
  const published = state.runs.findLastIndex(
    run => purposeOf(state, run) === 'publish' && run.state === 'success',
  );
  return proofIn(state, state.runs.slice(0, published));
}

function proofIn(state: TaskState, runs: Run[]): Proof[] {
  const changed = runs.findLastIndex(
    ({ state: now, produced }) => produced?.work && now !== 'failure' && now !== 'canceled',
  );
  const present = runs[changed]?.id;
  const sawChange = ({ id, basis }: Run) =>
    present === undefined || id === present || basis.includes(present);
  /** The command's last run, if it is green and saw all of the change. */
  const green = (command: string) => {
    const at = runs.findLastIndex(
      ({ executor, ...run }) =>
        executor.kind === 'command' &&
        executor.command === command &&
        purposeOf(state, run) !== 'reproduce',
    );
    const run = at >= Math.max(0, changed) ? runs[at] : undefined;
    return run?.produced?.ok && sawChange(run) ? run : null;
  };
  const test = green('test');
  return [
    ...(state.reproduced ? (['reproduced'] as const) : []),
    ...(test && [null, 'some'].includes(testsIn(test)) ? (['tests'] as const) : []),
    ...(green('lint') ? (['lint'] as const) : []),
  ];
}

/** Whether tests ran in it, as far as its output said so. */
export const testsIn = ({ produced }: Run): TestsRan | null => {
  const { tests } = produced?.handover?.schema === 'command.v1' ? produced.handover.fields : {};
  return TestsRan.safeParse(tests).data ?? null;
};
