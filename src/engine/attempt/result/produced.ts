/** What a run produced where no agent worked in it. */
import type { TaskCommand } from '../../../core/task/decide/command.ts';
import type { Run } from '../../../core/task/state/state.ts';
import type { Prepared } from '../../ports/workspace.ts';

export type Produce = Extract<TaskCommand, { type: 'produce' }>;

const EMPTY = {
  exitCode: null,
  work: null,
  touched: {},
  prepared: null,
  session: null,
  usage: { input: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0 },
  journal: null,
  handover: null,
};

export const nothing = (run: Run, why: NonNullable<Produce['failure']>): Produce => ({
  type: 'produce',
  // What was spent before it waited is spent.
  data: { ...EMPTY, run: run.id, ok: false, summary: why.reason, usage: run.usage },
  artifacts: [],
  failure: why,
});

/** Several works were put together by Gatehouse itself. */
export const joined = (
  run: Run,
  {
    artifacts,
    ...made
  }: Pick<Produce['data'], 'work' | 'touched' | 'summary'> & Pick<Produce, 'artifacts'>,
): Produce => ({
  type: 'produce',
  data: { ...EMPTY, run: run.id, ok: true, ...made },
  artifacts,
  failure: null,
});

/** The same lockfile was installed before: its result is used again. */
export const preparedAlready = (run: Run, prepared: Prepared): Produce => ({
  type: 'produce',
  data: {
    ...EMPTY,
    run: run.id,
    ok: true,
    exitCode: 0,
    summary: 'Installed before from the same lockfile.',
    prepared,
  },
  artifacts: [],
  failure: null,
});
