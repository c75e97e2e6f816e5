/** The disk is full, on a small tmpfs that only Gatehouse sees: the run fails, the log is intact. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../demo/until.ts';
import type { Row } from './row.ts';
import { FILES, onStage, type Stage } from './stage.ts';
import { judge } from './verdict.ts';
import { approve, asked, label, merged } from './walk.ts';

const MIB = 1024 ** 2;
const SIZE_MIB = 24;

/** A mount namespace of the process's own, with a small disk at this folder. */
const withSmallDisk = (folder: string): string[] => {
  const mount = `mkdir -p "$0" && mount -t tmpfs -o size=${SIZE_MIB}m,mode=700 tmpfs "$0" && exec "$@"`;
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return ['unshare', ...asRoot, '--mount', '--', 'sh', '-c', mount, folder];
};

/** Takes what is left of it, until it is freed. */
async function fill(pid: number, folder: string): Promise<() => Promise<void>> {
  const file = join(`/proc/${pid}/root`, folder, 'filled');
  await writeFile(file, Buffer.alloc(SIZE_MIB * MIB)).catch(error =>
    assert.equal(error.code, 'ENOSPC'),
  );
  return () => rm(file);
}

async function ends(stage: Stage, repositoryId: number): Promise<string> {
  const { tasks } = await stage.store();
  return until('the task to end', async () => {
    const [task] = await tasks.list({ repositoryId });
    return task && !task.open ? task.status : null;
  });
}

const full = (name: string, folderOf: (stage: Stage) => string): Row => ({
  name,
  run: setting =>
    onStage(setting, async stage => {
      const folder = folderOf(stage);
      const { pid } = await stage.start('serve', {}, withSmallDisk(folder));
      // Its task waits for a person before the disk is full.
      const waiting = await stage.repository();
      await label(waiting);
      await asked(waiting);
      const hit = await stage.repository({ ...FILES, 'large.bin': 'x'.repeat(MIB) });
      const free = await fill(pid, folder);
      // The small disk is seen by its process alone.
      const artifacts = join(`/proc/${pid}/root`, stage.state, 'artifacts');
      await label(hit);
      const status = await ends(stage, hit.id).catch(() => 'waits');
      assert.notEqual(status, 'success', 'it had no room to succeed');
      await free();
      await approve(waiting);
      await merged(waiting);
      if (status === 'waits') {
        // It could not even begin: with room again it does.
        await approve(hit);
        await merged(hit);
        return judge(stage, [waiting, hit], artifacts);
      }
      const comments: { body: string }[] = await hit.mona.get('/issues/1/comments');
      assert.ok(
        comments.some(({ body }) => /fail/i.test(body)),
        'the failure is not seen',
      );
      await judge(stage, [waiting], artifacts);
    }),
});

export const disk: Row[] = [
  full('the disk of the workspaces is full', ({ state }) => join(state, 'workspaces')),
  full('the disk of the artifacts is full', ({ state }) => join(state, 'artifacts')),
];
