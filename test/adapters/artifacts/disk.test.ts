import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createDiskArtifacts } from '../../../src/adapters/artifacts/disk.ts';
import type { Artifacts } from '../../../src/engine/ports/artifacts.ts';
import { artifactsContract } from '../../contract/artifacts.ts';

async function open() {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-artifacts-'));
  const artifacts = await createDiskArtifacts({ dir });
  return { dir, artifacts, close: () => rm(dir, { recursive: true }) };
}

artifactsContract('disk', open);

describe('on disk', () => {
  let dir: string;
  let artifacts: Artifacts;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ dir, artifacts, close } = await open());
  });
  afterAll(() => close());

  const blobOf = (digest: string) => {
    const hex = digest.replace('sha256:', '');
    return join(dir, 'blobs', hex.slice(0, 2), hex);
  };

  test('people find what a run left under its name', async () => {
    const digest = await artifacts.put('# Report\n', 'proof');
    await artifacts.link({ task: 't1', run: 'r1' }, 'result.json', digest);
    const path = join(dir, 'tasks/t1/r1/result.json');
    expect(await readFile(path, 'utf8')).toBe('# Report\n');
    // Relative, so that the folder can be moved or mounted elsewhere.
    expect(await readlink(path)).toMatch(/^\.\.\/\.\.\/\.\.\/blobs\//);
    expect((await stat(dir)).mode & 0o077).toBe(0);
    expect((await stat(blobOf(digest))).mode & 0o777).toBe(0o400);
  });

  test('nothing half-written stands beside what is whole', async () => {
    const digest = await artifacts.put('whole', 'proof');
    expect(await readdir(join(blobOf(digest), '..'))).toEqual([digest.replace('sha256:', '')]);
  });

  test('content that was changed is told from what was written, and putting it again mends it', async () => {
    const digest = await artifacts.put('the truth', 'proof');
    await chmod(blobOf(digest), 0o600);
    await writeFile(blobOf(digest), 'a lie');
    await expect(artifacts.get(digest)).rejects.toThrow(`artifact ${digest} was changed on disk`);
    expect(await artifacts.put('the truth', 'proof')).toBe(digest);
    expect((await artifacts.get(digest)).toString()).toBe('the truth');
  });

  const old = (digest: string) => {
    const part = Number.parseInt(digest.slice('sha256:'.length, 9), 16);
    return artifacts.old('record', part, new Date(0));
  };
  const hoursLater = (hours: number) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 });
    onTestFinished(() => void vi.useRealTimers());
  };

  test('what can not be removed is marked before: there is never neither', async () => {
    const digest = await artifacts.put('an hour old', 'record');
    const hex = digest.slice('sha256:'.length);
    const folder = join(dir, 'records', hex.slice(0, 2));
    // The mark can't be written, as if its process ended there.
    await mkdir(join(folder, `${hex}.expired`));
    await expect(artifacts.expire(digest, 'record', new Date(Date.now() + 1_000))).rejects.toThrow(
      'EISDIR',
    );
    expect((await artifacts.get(digest)).toString()).toBe('an hour old');
    await rm(join(folder, `${hex}.expired`), { recursive: true });
    expect(await artifacts.expire(digest, 'record', new Date(Date.now() + 1_000))).toBe(true);
    expect(await artifacts.expired(digest)).not.toBeNull();
  });

  test.each(['record', 'proof'] as const)(
    'what a crash left half-written, or about to be removed, of a %s is gone or back after an hour',
    async retention => {
      const text = `about to be removed, ${retention}`;
      const digest = await artifacts.put(text, retention);
      const hex = digest.slice('sha256:'.length);
      const folder = join(dir, retention === 'record' ? 'records' : 'blobs', hex.slice(0, 2));
      await rename(join(folder, hex), join(folder, '.taken.part'));
      await writeFile(join(folder, '.half.part'), 'half of som');
      await old(digest);
      expect((await readdir(folder)).sort()).toEqual(['.half.part', '.taken.part']);
      hoursLater(2);
      await old(digest);
      expect(await readdir(folder)).toEqual([hex]);
      expect((await artifacts.get(digest)).toString()).toBe(text);
    },
  );
});
