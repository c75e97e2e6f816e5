/**
 * Artifacts in a bucket, for processes on many machines. A put is atomic in S3, and content that is
 * addressed by its digest may be put again. Each artifact of a run is a copy by its name, for people
 * to find; the copy's metadata contains the digest.
 */
import { Digest } from '../../core/decision.ts';
import type { Artifacts } from '../../engine/ports/artifacts.ts';
import { blobPath, digestOf, namePath, taskPath } from './artifact-paths.ts';
import { type BucketSettings, openBucket } from './bucket.ts';

/** Throws where the bucket can't be listed: it does not exist, or the key has no permission. */
export async function createS3Artifacts(settings: BucketSettings): Promise<Artifacts> {
  const bucket = openBucket(settings);
  await bucket.list('tasks/nothing/');

  return {
    async put(content) {
      const bytes = Buffer.from(content);
      const digest = digestOf(bytes);
      await bucket.put(blobPath(digest), bytes);
      return digest;
    },
    async get(digest) {
      const bytes = await bucket.get(blobPath(digest));
      if (!bytes) throw new Error(`artifact ${digest} is not here`);
      if (digestOf(bytes) !== digest)
        throw new Error(`artifact ${digest} was changed in the bucket`);
      return bytes;
    },
    async link(owner, name, digest) {
      const copied = await bucket.copy(blobPath(digest), namePath(owner, name), { digest });
      if (!copied) throw new Error(`artifact ${digest} is not here`);
    },
    async list(task) {
      const folder = `${taskPath(task)}/`;
      const found = await Promise.all(
        (await bucket.list(folder)).map(async key => {
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
