/** Artifacts: content by digest, with an index of what each run left. */
import type { Digest } from '../../core/decision.ts';

/** What a run leaves. What is said of the whole task is made from the log where it is asked for. */
export type ArtifactName =
  | 'result.json'
  | 'context.json'
  | 'change.json'
  /** What it hands over to the steps after it; see `core/handover/`. */
  | 'handover.json'
  | 'patch.diff'
  | 'patch.pack'
  | 'journal.jsonl'
  | 'stdout.log'
  | 'stderr.log'
  /** What people are shown of a command that failed. */
  | 'failed-output.json'
  /** What a replay of the run needs besides the log; see `core/recording.ts`. */
  | 'recording.json'
  | 'home.json';

/**
 * For how long content is kept. Proof is what decisions and events rest on, and is never removed. The
 * same content kept for two reasons is two files, so that the end of one leaves the other.
 */
export type Retention = 'proof' | ExpiringRetention;
export type ExpiringRetention = 'record' | 'output';

const EXPIRING: Partial<Record<ArtifactName, ExpiringRetention>> = {
  'stdout.log': 'output',
  'stderr.log': 'output',
  'journal.jsonl': 'record',
  'recording.json': 'record',
  'patch.diff': 'record',
  'patch.pack': 'record',
  'context.json': 'record',
  'home.json': 'record',
};

export const retentionOf = (name: ArtifactName): Retention => EXPIRING[name] ?? 'proof';

/** The content was never here. */
export class ArtifactMissing extends Error {
  constructor(digest: Digest) {
    super(`artifact ${digest} is not here`);
  }
}

/** What is here is not what was put. */
export class ArtifactChanged extends Error {
  constructor(digest: Digest, where: string) {
    super(`artifact ${digest} was changed ${where}`);
  }
}

/** The content was here, and was removed at the end of its time. */
export class ArtifactExpired extends Error {
  readonly at: Date;
  constructor(digest: Digest, at: Date) {
    super(`artifact ${digest} ${expiredOn(at)}`);
    this.at = at;
  }
}

/** For people. */
export const expiredOn = (at: Date): string => `expired on ${at.toISOString().slice(0, 10)}`;

export type ArtifactOwner = { task: string; run: string };

/** `old` lists the digests of one retention by their first two digits: so many parts there are. */
export const EXPIRY_PARTS = 256;

export type Artifacts = {
  /** Stores and returns the digest; atomic, the same content twice is one file, as young as the last. */
  put(content: Buffer | string, retention: Retention): Promise<Digest>;
  /**
   * Throws `ArtifactMissing` where the digest is unknown, `ArtifactExpired` where the content was removed at
   * the end of its time, `ArtifactChanged` where it does not match; any other error is the storage's.
   */
  get(digest: Digest): Promise<Buffer>;
  /**
   * Some bytes of it from a place on, fewer or none at its end. Nothing compares them with the digest: this is
   * for showing long content part by part. Throws as `get` does where it is not here.
   */
  part(digest: Digest, from: number, bytes: number): Promise<Buffer>;
  /** Makes the content visible as `tasks/<task>/<run>/<name>`. Names are checked for traversal. */
  link(owner: ArtifactOwner, name: ArtifactName, digest: Digest): Promise<void>;
  list(task: string): Promise<{ run: string; name: string; digest: Digest }[]>;
  /** When this content expired; `null`: it has not. */
  expired(digest: Digest): Promise<Date | null>;
  /** What was put before then, and not again since. */
  old(retention: ExpiringRetention, part: number, before: Date): Promise<Digest[]>;
  /** Removes content, and keeps that it was here; `false` where it was put again since `before`. */
  expire(digest: Digest, retention: ExpiringRetention, before: Date): Promise<boolean>;
};

/** The text of an artifact, or that it expired and when. */
export async function textOrExpiry(
  artifacts: Pick<Artifacts, 'get'>,
  digest: Digest,
): Promise<string> {
  try {
    return (await artifacts.get(digest)).toString('utf8');
  } catch (error) {
    if (error instanceof ArtifactExpired) return `(${expiredOn(error.at)})`;
    throw error;
  }
}
