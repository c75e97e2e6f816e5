/** The repository in which events are looked for, and what all of its deliveries contain. */
import type { Client } from '../client.ts';

export type EventOrigin = {
  octokit: Client;
  where: { owner: string; repo: string };
  /** The repository and the installation, as every delivery names them. */
  envelope: object;
  since: Date;
};

/** The sender of an event whose author GitHub does not tell; no rights are derived from it. */
export const SOMEBODY = { id: 10_137, login: 'ghost', type: 'User' };
