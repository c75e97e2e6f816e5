/**
 * Paths of artifacts, on disk and in a bucket: `blobs/ab/<digest>` has each content once, and
 * `tasks/<task>/<run>/<name>` is the path by which people find it. What expires is in `records` and
 * `output` instead of `blobs`; once it has, `<digest>.expired` is there in its place.
 */
import { createHash } from 'node:crypto';
import { Digest } from '../../core/decision.ts';
import type { ArtifactOwner, ExpiringRetention, Retention } from '../../engine/ports/artifacts.ts';

export const digestOf = (bytes: Buffer): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The hexadecimal part of a digest; throws where it is no digest. */
const hexOf = (digest: Digest): string => Digest.parse(digest).slice('sha256:'.length);

const FOLDERS: Readonly<Record<Retention, string>> = {
  proof: 'blobs',
  record: 'records',
  output: 'output',
};

/** In the order in which content is looked for. Earlier versions kept all of it as proof. */
export const RETENTIONS: readonly Retention[] = ['proof', 'record', 'output'];
export const EXPIRING: readonly ExpiringRetention[] = ['record', 'output'];

export function blobPath(digest: Digest, retention: Retention): string {
  const hex = hexOf(digest);
  return `${FOLDERS[retention]}/${hex.slice(0, 2)}/${hex}`;
}

export const expiredPath = (digest: Digest, retention: ExpiringRetention): string =>
  `${blobPath(digest, retention)}.expired`;

/** The folder of one part of 256, by the first two digits of what is in it. */
export const partPath = (retention: Retention, part: number): string =>
  `${FOLDERS[retention]}/${part.toString(16).padStart(2, '0')}`;

/** The digest of a file by its name; `null` where it is no content: a mark, or half written. */
export const digestOfName = (name: string): Digest | null =>
  Digest.safeParse(`sha256:${name}`).data ?? null;

export const taskPath = (task: string): string => `tasks/${segment(task)}`;

export const namePath = (owner: ArtifactOwner, name: string): string =>
  `${taskPath(owner.task)}/${segment(owner.run)}/${segment(name)}`;

/** One part of a path; throws for names that leave the folder or are hidden. */
function segment(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(name))
    throw new Error(`${JSON.stringify(name)} is not a name that an artifact may have`);
  return name;
}
