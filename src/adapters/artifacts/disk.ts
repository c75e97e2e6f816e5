/** Artifacts on disk. Each artifact of a run is a symbolic link by its name, for people to find. */
import { randomUUID } from 'node:crypto';
import {
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Digest } from '../../core/decision.ts';
import type { Artifacts } from '../../engine/ports/artifacts.ts';
import { blobPath, digestOf, namePath, taskPath } from './artifact-paths.ts';

/** Throws where the folder can't be made. */
export async function createDiskArtifacts({ dir }: { dir: string }): Promise<Artifacts> {
  for (const folder of ['blobs', 'tasks'])
    await mkdir(join(dir, folder), { recursive: true, mode: 0o700 });
  return diskArtifacts({ dir });
}

/** Makes no folder before something is put there. */
export function diskArtifacts({ dir }: { dir: string }): Artifacts {
  const blobOf = (digest: Digest) => join(dir, blobPath(digest));

  return {
    async put(content) {
      const bytes = Buffer.from(content);
      const digest = digestOf(bytes);
      const blob = blobOf(digest);
      if (!(await isIntact(blob, digest))) await write(blob, bytes);
      return digest;
    },
    async get(digest) {
      const bytes = await readFile(blobOf(digest)).catch(cause => {
        throw new Error(`artifact ${digest} is not here`, { cause });
      });
      if (digestOf(bytes) !== digest) throw new Error(`artifact ${digest} was changed on disk`);
      return bytes;
    },
    async link(owner, name, digest) {
      const blob = blobOf(digest);
      if (!(await exists(blob))) throw new Error(`artifact ${digest} is not here`);
      const path = join(dir, namePath(owner, name));
      const folder = dirname(path);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // The link is created under another name and renamed, so that a name changes in one step.
      const part = join(folder, `.${randomUUID()}.part`);
      await symlink(relative(folder, blob), part);
      await rename(part, path);
    },
    async list(task) {
      const folder = join(dir, taskPath(task));
      const found = [];
      for (const run of (await names(folder)).sort())
        for (const name of (await names(join(folder, run))).sort()) {
          if (name.endsWith('.part')) continue;
          const target = await readlink(join(folder, run, name));
          found.push({ run, name, digest: Digest.parse(`sha256:${basename(target)}`) });
        }
      return found;
    },
  };
}

/** Writes the blob to disk before it gets its name, so that a named blob is complete. */
async function write(blob: string, bytes: Buffer): Promise<void> {
  const folder = join(blob, '..');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const part = join(folder, `.${randomUUID()}.part`);
  try {
    const file = await open(part, 'wx', 0o400);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, blob);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  const entry = await open(folder);
  await entry.sync().finally(() => entry.close());
}

/** Whether the blob exists undamaged; otherwise it is written again. */
const isIntact = (blob: string, digest: Digest) =>
  readFile(blob).then(
    bytes => digestOf(bytes) === digest,
    () => false,
  );

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

const names = (folder: string) =>
  readdir(folder).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
