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

export type ArtifactOwner = { task: string; run: string };

export type Artifacts = {
  /** Stores and returns the digest; atomic, the same content twice is one file. */
  put(content: Buffer | string): Promise<Digest>;
  /** Throws where the digest is unknown or the content does not match it. */
  get(digest: Digest): Promise<Buffer>;
  /** Makes the content visible as `tasks/<task>/<run>/<name>`. Names are checked for traversal. */
  link(owner: ArtifactOwner, name: ArtifactName, digest: Digest): Promise<void>;
  list(task: string): Promise<{ run: string; name: string; digest: Digest }[]>;
};
