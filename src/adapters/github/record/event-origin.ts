/** The repository in which events are looked for, and what all of its deliveries contain. */
import { GHOST } from '../../../core/actor.ts';
import type { Client } from '../client/client.ts';

export type EventOrigin = {
  octokit: Client;
  where: { owner: string; repo: string };
  /** The repository and the installation, as every delivery names them. */
  envelope: object;
  since: Date;
};

/** A time that GitHub gives; what is none would be later than any. */
export function timeOf(text: string): Date {
  // A date made of null would be that of 1970.
  const at = new Date(String(text));
  if (Number.isNaN(at.getTime())) throw new Error('GitHub gives no time for it.');
  return at;
}

/** The sender of an event whose author GitHub does not tell; no rights are derived from it. */
export const SOMEBODY = { ...GHOST, type: 'User' };
