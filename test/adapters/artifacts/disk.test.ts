import { chmod, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
});
