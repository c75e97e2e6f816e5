/** What came of one process of a run, as its `result.json` says it. */
import { z } from 'zod';
import { FailureClass } from './task/events/run.ts';

export const RunResult = z.strictObject({
  end: z.strictObject({
    exitCode: z.number().int().nullable(),
    signal: z.string().nullable(),
    by: z.enum(['exit', 'timeout', 'aborted', 'output_limit', 'disk_full']),
    outOfMemory: z.boolean(),
    ms: z.number(),
  }),
  summary: z.string(),
  failure: z
    .strictObject({ class: FailureClass, reason: z.string(), retryable: z.boolean() })
    .nullable(),
  /** The provider's session. */
  session: z.string().nullable(),
  /** What the agent answered in the form that its role asks for. */
  output: z.unknown(),
});
export type RunResult = z.infer<typeof RunResult>;
