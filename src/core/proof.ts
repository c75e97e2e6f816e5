/** What can prove a change, besides what people and agents say of it. */
import { z } from 'zod';

export const Proof = z.enum([
  /** The repository's tests were red before the work began. */
  'reproduced',
  /** They are green with the change, and neither their command nor its output says that none ran, or that one failed. */
  'tests',
  /** Its lint command is green with the change. */
  'lint',
]);
export type Proof = z.infer<typeof Proof>;
