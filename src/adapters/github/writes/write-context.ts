/** What every write works with. */
import { createHash } from 'node:crypto';
import type { LastShown } from '../../../engine/ports/github-writes.ts';
import type { Clients } from '../client/client.ts';
import type { AppIdentity } from '../triggers/origin.ts';

export type WriteContext = { clients: Clients; app: AppIdentity };

/** What was written before, and by which id. */
export type KnownSurface = Exclude<LastShown, 'nothing' | null>;

/** What stands for certain, so that it is written by its id. */
export const certain = <T extends { doubted: boolean }>(last: T | 'nothing' | null): T | null =>
  last === 'nothing' || last?.doubted ? null : last;

export const digestOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;
