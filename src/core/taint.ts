/** Text that the task reads and that somebody without write access wrote: what an agent may do with it is limited. */
import { z } from 'zod';
import { Person } from './actor.ts';

export const Taint = z.strictObject({
  source: z.string(),
  /** Null: a machine, whose token is not trusted. */
  by: Person.nullable(),
  reason: z.string(),
});
export type Taint = z.infer<typeof Taint>;
