/** What verifying and replaying read from: the database, or an exported file. */
import type { Digest } from '../core/decision.ts';
import type { StoredEvent } from '../core/event.ts';
import type { StreamRef } from '../core/stream.ts';
import type { PolicySet } from '../policy/load.ts';
import { ArtifactExpired, ArtifactMissing, type Artifacts } from './ports/artifacts.ts';
import type { EventLog } from './ports/event-log.ts';

export type AuditSource = {
  streams(): AsyncIterable<StreamRef>;
  events(stream: StreamRef): AsyncIterable<StoredEvent>;
  /**
   * A text kept by digest (facts, policy sets); `null` where it is not in the record. Throws where it can't
   * be read now, which says nothing about the record, and `ArtifactChanged` where it is another one.
   */
  content(digest: Digest): Promise<string | null>;
  /** A set that this process has loaded already: one of the same digest need not be loaded again. */
  policies?: PolicySet;
};

export function liveAuditSource(parts: {
  log: EventLog;
  artifacts: Artifacts;
  policies?: PolicySet;
}): AuditSource {
  return {
    ...(parts.policies ? { policies: parts.policies } : {}),
    streams: () => parts.log.streams(),
    events: stream => parts.log.read(stream),
    content: async digest => {
      try {
        return (await parts.artifacts.get(digest)).toString('utf8');
      } catch (error) {
        if (error instanceof ArtifactMissing || error instanceof ArtifactExpired) return null;
        throw error;
      }
    },
  };
}
