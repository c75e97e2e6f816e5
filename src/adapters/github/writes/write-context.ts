/** What every write works with. */
import { createHash } from 'node:crypto';
import type { LastShown } from '../../../engine/ports/github-writes.ts';
import type { Clients } from '../client.ts';
import type { AppIdentity } from '../triggers/origin.ts';

export type WriteContext = { clients: Clients; app: AppIdentity };

type Known = NonNullable<LastShown>;

/** What stands for certain, so that it is written by its id. */
export const certain = (last: LastShown): Known | null => (last?.doubted ? null : last);

export const digestOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;
