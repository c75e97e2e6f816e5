/** What every write works with. */
import { createHash } from 'node:crypto';
import type { Clients } from '../client.ts';
import type { AppIdentity } from '../triggers/origin.ts';

export type WriteContext = { clients: Clients; app: AppIdentity };

/** What a surface showed before: the same text on the same head needs no request. */
export type LastShown = { id: number; digest: string; head: string | null } | null;

export const digestOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;
