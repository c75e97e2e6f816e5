/** What an evaluation came to, as it is written and compared later: each run with its grades. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

/** `error`: nothing of the agent was judged, such as where its provider was away. It counts for nothing. */
export const TrialOutcome = z.enum(['passed', 'failed', 'error']);
export type TrialOutcome = z.infer<typeof TrialOutcome>;

/** One run of a task by a profile. */
export const Trial = z.strictObject({
  task: z.string(),
  profile: z.string(),
  /** From 1. */
  repeat: z.number().int().positive(),
  /** Of the task in the log of the evaluation, as `gatehouse logs` takes it; null: it was not made. */
  id: z.string().nullable(),
  outcome: TrialOutcome,
  /** Why it did not pass; empty where it did. */
  reason: z.string(),
  graders: z.array(z.strictObject({ grader: z.string(), passed: z.boolean(), reason: z.string() })),
  /** Who worked, by role: `adapter` or `adapter/model`. */
  agents: z.record(z.string(), z.array(z.string())),
  /** What models cost, in US dollars; null: the price of one is not known. */
  usd: z.number().nonnegative().nullable(),
  tokens: count,
  /** How long its runs worked. */
  ms: count,
  /** How often people would have been asked. */
  asked: count,
});
export type Trial = z.infer<typeof Trial>;

const Share = z.number().min(0).max(1);

/** What the runs of one profile came to. */
export const ProfileFigures = z.strictObject({
  /** Those that were graded. */
  runs: count,
  passed: count,
  errors: count,
  /** Null where nothing was graded. */
  rate: Share.nullable(),
  /** Wilson's interval of the rate, of 95 %. */
  interval: z.strictObject({ low: Share, high: Share }),
  /** Of all its runs; null: the price of a model is not known. */
  usd: z.number().nonnegative().nullable(),
  usdForEachPass: z.number().nonnegative().nullable(),
  tokens: count,
  /** Half of the graded runs took at most so long. */
  medianMs: count,
  asked: count,
  /** By name, as the suite has them: whether it is met, and why not. */
  thresholds: z.record(z.string(), z.strictObject({ met: z.boolean(), reason: z.string() })),
});
export type ProfileFigures = z.infer<typeof ProfileFigures>;

export const EvaluationResult = z.strictObject({
  version: z.literal(1),
  /** The file of the suite. */
  suite: z.string(),
  gatehouse: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** It was ended before all runs were made, or has not ended yet: no base to compare with. */
  stopped: z.boolean().default(false),
  /** By name, the digest of everything that makes the task: only the same is compared. */
  tasks: z.record(z.string(), z.string()),
  profiles: z.record(z.string(), ProfileFigures),
  /** As the suite has it: how unlikely by chance what is called a regression is. */
  regression: z.strictObject({ chance: Share }),
  trials: z.array(Trial),
});
export type EvaluationResult = z.infer<typeof EvaluationResult>;
