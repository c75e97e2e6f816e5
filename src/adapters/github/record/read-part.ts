import type { MissedEvent } from '../../../engine/ports/github-record.ts';

/** Reads one part of GitHub's record. Where GitHub refuses, that is noted, and the other parts are still read. */
export type ReadPart = (what: string, read: () => Promise<MissedEvent[]>) => Promise<void>;
