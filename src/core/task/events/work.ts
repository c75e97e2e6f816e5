/** What a run leaves of work, and where one that waits goes on from: all of it by digest. */
import { z } from 'zod';
import { Usage } from '../../agent-event.ts';
import { Digest } from '../../decision.ts';

export const Sha = z.string().regex(/^[0-9a-f]{40,64}$/);

const number = z.number().int();

/** What a run left of work: the tree it made and what stands in it. */
export const Work = z.strictObject({
  parent: Sha,
  tree: Sha,
  /** The pack that holds the tree's new objects. */
  pack: Digest,
  /** The change as `core/change.ts` has it, by digest. */
  change: Digest,
  files: number,
  added: number,
  removed: number,
});
export type Work = z.infer<typeof Work>;

/** Where a run stood when it stopped for a person: enough to go on from, anywhere. */
export const Checkpoint = z.strictObject({
  /** What it has changed so far; `null`: nothing. */
  work: Work.nullable(),
  /** What its agent keeps in its home, by digest. */
  home: Digest.nullable(),
  /** The provider's session, and the adapter whose it is. */
  session: z.string().nullable(),
  adapter: z.string(),
  /** Spent so far. */
  usage: Usage,
  journal: Digest.nullable(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;
