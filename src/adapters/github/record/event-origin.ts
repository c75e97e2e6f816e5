/** Where something happened, and what every delivery from there says. */
import type { Client } from '../client.ts';

export type EventOrigin = {
  octokit: Client;
  where: { owner: string; repo: string };
  /** Whatever every delivery says of where it comes from. */
  envelope: object;
  since: Date;
};

/** Who did it is not said, and does not matter: nobody's rights are taken from it. */
export const SOMEBODY = { id: 10_137, login: 'ghost', type: 'User' };
