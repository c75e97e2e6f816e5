import { z } from 'zod';
import type { MissedEvent } from '../../../engine/ports/github-record.ts';

/** Reads one part of GitHub's record. Where GitHub refuses, that is noted, and the other parts are still read. */
export type ReadPart = (what: string, read: () => Promise<MissedEvent[]>) => Promise<void>;

const WithId = z.looseObject({ id: z.union([z.number(), z.string()]) });

/** Each item is a part of its own, so that an odd one stops no other. */
export async function readEach<T>(
  readPart: ReadPart,
  what: (id: string) => string,
  items: readonly T[],
  read: (item: T) => MissedEvent[],
): Promise<void> {
  for (const item of items) {
    const { id } = WithId.safeParse(item).data ?? {};
    await readPart(what(id === undefined ? 'without an id' : String(id)), async () => read(item));
  }
}
