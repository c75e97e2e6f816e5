/** The surfaces GitHub shows of a task: rendered from the latest state, coalesced. */
import { z } from 'zod';

export const Surface = z.enum(['comment', 'check', 'pull', 'labels']);
export type Surface = z.infer<typeof Surface>;

/** What it showed when it was last written. */
export type ShownSurface = {
  id: number;
  digest: string;
  head: string | null;
  conclusion: string | null;
  at: string;
};
