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
  utimes,
} from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Digest } from '../../core/decision.ts';
import {
  ArtifactChanged,
  ArtifactExpired,
  ArtifactMissing,
  type Artifacts,
  type Retention,
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
import { clearLeftParts, isPart } from './left-parts.ts';

/** Throws where the folder can't be made. */
export async function createDiskArtifacts({ dir }: { dir: string }): Promise<Artifacts> {
  for (const folder of ['blobs', 'tasks'])
    await mkdir(join(dir, folder), { recursive: true, mode: 0o700 });
  return diskArtifacts({ dir });
}

/** Makes no folder before something is put there. */
export function diskArtifacts({ dir }: { dir: string }): Artifacts {
  const blobOf = (digest: Digest, retention: Retention) => join(dir, blobPath(digest, retention));

  async function expired(digest: Digest): Promise<Date | null> {
    for (const retention of EXPIRING) {
      const mark = await timeOf(join(dir, expiredPath(digest, retention)));
      if (mark && !(await exists(blobOf(digest, retention)))) return mark;
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
      const blob = blobOf(digest, retention);
      // Its time begins anew first: from then on it is not removed.
      if (retention !== 'proof') await touch(blob);
      if (!(await isIntact(blob, digest))) await write(blob, bytes);
      return digest;
    },
    async get(digest) {
      for (const retention of RETENTIONS) {
        const bytes = await readFile(blobOf(digest, retention)).catch(unlessMissing);
        if (bytes === null) continue;
        if (digestOf(bytes) === digest) return bytes;
        throw new ArtifactChanged(digest, 'on disk');
      }
      throw await absent(digest);
    },
    async part(digest, from, bytes) {
      for (const retention of RETENTIONS) {
        const file = await open(blobOf(digest, retention)).catch(unlessMissing);
        if (file === null) continue;
        try {
          const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, from);
          return buffer.subarray(0, bytesRead);
        } finally {
          await file.close();
        }
      }
      throw await absent(digest);
    },
    expired,
    async old(retention, part, before) {
      const folder = join(dir, partPath(retention, part));
      const found: Digest[] = [];
      const listed = await names(folder);
      await clearLeftParts(folder, listed);
      // What is proof is never looked through for what is old.
      const proof = join(dir, partPath('proof', part));
      if (retention === 'record') await clearLeftParts(proof, await names(proof));
      for (const name of listed) {
        const digest = digestOfName(name);
        const at = digest && (await timeOf(join(folder, name)));
        if (at && at < before) found.push(digest);
      }
      return found;
    },
    async expire(digest, retention, before) {
      const blob = blobOf(digest, retention);
      const found = await timeOf(blob);
      if (!found || found >= before) return false;
      // A mark beside the content says nothing yet: whenever this process ends, one of the two is there.
      const mark = await open(join(dir, expiredPath(digest, retention)), 'w', 0o600);
      await mark.utimes(new Date(), new Date()).finally(() => mark.close());
      // Nobody begins its time anew under this name: it is judged and removed as it is.
      const taken = join(dirname(blob), `.${randomUUID()}.part`);
      if (!(await rename(blob, taken).then(() => true, unlessMissing))) return false;
      const at = await timeOf(taken);
      if (at && at >= before) {
        await rename(taken, blob);
        return false;
      }
      await rm(taken, { force: true });
      return true;
    },
    async link(owner, name, digest) {
      const blob = blobOf(digest, retentionOf(name));
      if (!(await exists(blob))) throw new ArtifactMissing(digest);
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
          if (isPart(name)) continue;
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

const touch = (path: string) => utimes(path, new Date(), new Date()).catch(unlessMissing);

const timeOf = (path: string): Promise<Date | null> =>
  stat(path).then(({ mtime }) => mtime, unlessMissing);

/** Of a file that is not there: `null`. Any other error is thrown. */
function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

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
