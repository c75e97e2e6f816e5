/**
 * Artifacts in a bucket, for processes on many machines. A put is atomic in S3, and content that is
 * addressed by its digest may be put again. Each artifact of a run that is proof is a copy by its name,
 * for people to find; what expires is a name alone, so that the content is removed with one object.
 * The metadata under a name contains the digest.
 */
import { Digest } from '../../core/decision.ts';
import {
  ArtifactChanged,
  ArtifactExpired,
  ArtifactMissing,
  type Artifacts,
  retentionOf,
} from '../../engine/ports/artifacts.ts';
import {
  blobPath,
  digestOf,
  digestOfName,
  EXPIRING,
  expiredPath,
  namePath,
  partPath,
  RETENTIONS,
  taskPath,
} from './artifact-paths.ts';
import { type BucketSettings, openBucket } from './bucket.ts';

/** Throws where the bucket can't be listed: it does not exist, or the key has no permission. */
export async function createS3Artifacts(settings: BucketSettings): Promise<Artifacts> {
  const bucket = openBucket(settings);
  await bucket.list('tasks/nothing/');

  async function expired(digest: Digest): Promise<Date | null> {
    for (const retention of EXPIRING) {
      const mark = await bucket.writtenAt(expiredPath(digest, retention));
      if (mark && !(await bucket.writtenAt(blobPath(digest, retention)))) return mark;
    }
    return null;
  }

  async function absent(digest: Digest): Promise<Error> {
    const at = await expired(digest);
    return at ? new ArtifactExpired(digest, at) : new ArtifactMissing(digest);
  }

  return {
    async put(content, retention) {
      const bytes = Buffer.from(content);
      const digest = digestOf(bytes);
      await bucket.put(blobPath(digest, retention), bytes);
      return digest;
    },
    async get(digest) {
      for (const retention of RETENTIONS) {
        const bytes = await bucket.get(blobPath(digest, retention));
        if (bytes === null) continue;
        if (digestOf(bytes) === digest) return bytes;
        throw new ArtifactChanged(digest, 'in the bucket');
      }
      throw await absent(digest);
    },
    async part(digest, from, bytes) {
      for (const retention of RETENTIONS) {
        const found = await bucket.get(blobPath(digest, retention), { from, bytes });
        if (found !== null) return found;
      }
      throw await absent(digest);
    },
    expired,
    async old(retention, part, before) {
      const found = await bucket.list(`${partPath(retention, part)}/`);
      return found.flatMap(({ key, writtenAt }) => {
        const digest = digestOfName(key.slice(key.lastIndexOf('/') + 1));
        return digest && writtenAt < before ? [digest] : [];
      });
    },
    async expire(digest, retention, before) {
      const blob = blobPath(digest, retention);
      const at = await bucket.writtenAt(blob);
      if (!at || at >= before) return false;
      await bucket.put(expiredPath(digest, retention), Buffer.alloc(0));
      await bucket.remove(blob);
      return true;
    },
    async link(owner, name, digest) {
      const retention = retentionOf(name);
      const blob = blobPath(digest, retention);
      const path = namePath(owner, name);
      const isHere =
        retention === 'proof'
          ? await bucket.copy(blob, path, { digest })
          : await bucket.writtenAt(blob);
      if (!isHere) throw new ArtifactMissing(digest);
      if (retention !== 'proof') await bucket.put(path, Buffer.alloc(0), { digest });
    },
    async list(task) {
      const folder = `${taskPath(task)}/`;
      const found = await Promise.all(
        (await bucket.list(folder)).map(async ({ key }) => {
          const [run = '', name = ''] = key.slice(folder.length).split('/');
          return { run, name, digest: await bucket.tag(key, 'digest') };
        }),
      );
      return found
        .flatMap(({ digest, ...left }) =>
          digest ? [{ ...left, digest: Digest.parse(digest) }] : [],
        )
        .sort((a, b) => compare(a.run, b.run) || compare(a.name, b.name));
    },
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
