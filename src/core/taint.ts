/** Text that the task reads and that somebody without write access wrote: what an agent may do with it is limited. */
import { z } from 'zod';
import { Person } from './actor.ts';

export const Taint = z.strictObject({ source: z.string(), by: Person, reason: z.string() });
export type Taint = z.infer<typeof Taint>;
