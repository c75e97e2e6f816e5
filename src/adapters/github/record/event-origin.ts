/** Where something happened, and what every delivery from there says. */
import type { Octokit } from '../octokit.ts';

export type EventOrigin = {
  octokit: Octokit;
  where: { owner: string; repo: string };
  /** Whatever every delivery says of where it comes from. */
  envelope: object;
  since: Date;
};

/** Who did it is not said, and does not matter: nobody's rights are taken from it. */
export const SOMEBODY = { id: 10_137, login: 'ghost', type: 'User' };
