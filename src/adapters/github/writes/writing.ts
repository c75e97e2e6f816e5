/** What every write is given. */
import { createHash } from 'node:crypto';
import type { Repository } from '../../../core/actor.ts';
import type { Clients } from '../client.ts';
import type { AppIdentity } from '../triggers/origin.ts';

export type Writing = { clients: Clients; app: AppIdentity };

/** What was shown before: the same text again needs no request. */
export type Shown = { id: number; digest: string; head: string | null } | null;

export const at = (repository: Repository): { owner: string; repo: string } => ({
  owner: repository.owner,
  repo: repository.name,
});

export const digestOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;
