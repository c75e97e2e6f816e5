/** The plan of an earlier task, which another one goes on from. */
import { z } from 'zod';
import { Digest } from '../../decision.ts';

export const AcceptedPlan = z.strictObject({
  /** The task that it is of, and the step and role that wrote it there. */
  task: z.string(),
  step: z.string(),
  role: z.string(),
  schema: z.string(),
  digest: Digest,
});
export type AcceptedPlan = z.infer<typeof AcceptedPlan>;
