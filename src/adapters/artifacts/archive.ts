/** Archives of what expires: a folder, or a bucket. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Archive } from '../../engine/ports/archive.ts';
import { type BucketSettings, openBucket } from './bucket.ts';

/** Throws where the folder can't be made. */
export async function openFolderArchive(dir: string): Promise<Archive> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return {
    async keep(path, content) {
      const to = join(dir, path);
      const part = join(dirname(to), `.${randomUUID()}.part`);
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      await using file = await open(part, 'wx', 0o400);
      await file.writeFile(content);
      await file.sync();
      await rename(part, to);
    },
  };
}

/** Throws where the bucket can't be listed: it does not exist, or the key has no permission. */
export async function openBucketArchive(settings: BucketSettings): Promise<Archive> {
  const bucket = openBucket(settings);
  await bucket.list('nothing/');
  return { keep: (path, content) => bucket.put(path, content) };
}
