import type { MissedEvent } from '../../../engine/ports/github-record.ts';

/** Reads one part of the record. What GitHub will not say is noted, and stops no other part. */
export type Look = (what: string, read: () => Promise<MissedEvent[]>) => Promise<void>;
