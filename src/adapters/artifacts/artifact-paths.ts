/**
 * Paths of artifacts, on disk and in a bucket: `blobs/ab/<digest>` has each content once, and
 * `tasks/<task>/<run>/<name>` is the path by which people find it.
 */
import { createHash } from 'node:crypto';
import { Digest } from '../../core/decision.ts';
import type { ArtifactOwner } from '../../engine/ports/artifacts.ts';

export const digestOf = (bytes: Buffer): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The hexadecimal part of a digest; throws where it is no digest. */
const hexOf = (digest: Digest): string => Digest.parse(digest).slice('sha256:'.length);

export function blobPath(digest: Digest): string {
  const hex = hexOf(digest);
  return `blobs/${hex.slice(0, 2)}/${hex}`;
}

export const taskPath = (task: string): string => `tasks/${segment(task)}`;

export const namePath = (owner: ArtifactOwner, name: string): string =>
  `${taskPath(owner.task)}/${segment(owner.run)}/${segment(name)}`;

/** One part of a path; throws for names that leave the folder or are hidden. */
function segment(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(name))
    throw new Error(`${JSON.stringify(name)} is not a name that an artifact may have`);
  return name;
}
