/** What a task has used up so far, as its log says. */
import { z } from 'zod';
import { totalOf, totalTokens } from '../../spend.ts';
import type { TaskState } from '../state/state.ts';

const count = z.number().int().nonnegative();

/** Models and the workers' time together; of a run that is still at work, what was told of it until now. */
export const TaskSpend = z.strictObject({
  /** What is known of the price, in billionths of a US dollar. */
  nanoUsd: count,
  /** Whether every model that was called has a price. */
  priced: z.boolean(),
  tokens: count,
  calls: count,
  ms: count,
  /** Of all steps, with the one that asks. */
  runs: count,
  /** 1 for the first. */
  rounds: count,
});
export type TaskSpend = z.infer<typeof TaskSpend>;

/** At the start of its first run. */
export const NOTHING_SPENT: TaskSpend = {
  nanoUsd: 0,
  priced: true,
  tokens: 0,
  calls: 0,
  ms: 0,
  runs: 1,
  rounds: 1,
};

export function taskSpend({ runs, round }: Pick<TaskState, 'runs' | 'round'>): TaskSpend {
  const spends = runs.flatMap(({ budget }) => budget.spent?.spend ?? []);
  const models = totalOf(spends);
  const work = spends.map(spend => spend.work);
  return {
    nanoUsd: work.reduce((sum, { nanoUsd }) => sum + (nanoUsd ?? 0), models.nanoUsd),
    priced: models.unpriced.length === 0,
    tokens: totalTokens(models.usage),
    calls: models.calls,
    ms: work.reduce((sum, { ms }) => sum + ms, 0),
    runs: runs.length,
    rounds: round,
  };
}
