/** The rows in which a small disk that only Gatehouse sees is full: runs fail, the log is intact. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../demo/until.ts';
import { FILES, inEnvironment, type RowEnvironment } from './environment.ts';
import type { Row } from './row.ts';
import { judge } from './verdict.ts';
import { approve, asked, label, merged } from './walk.ts';

const MIB = 1024 ** 2;
/** The size of a disk for folders of files, and for PostgreSQL's data, which begins with some 60 MiB. */
const [FILES_MIB, DATA_MIB] = [24, 192];

/** A command prefix that mounts a small disk at this folder, with its present content, for one process. */
const withSmallDisk = (folder: string, mib: number): string[] => {
  const mount = `mkdir -p "$0" "$0.disk" && mount -t tmpfs -o size=${mib}m,mode=700 tmpfs "$0.disk" &&
    cp -a "$0/." "$0.disk" && mount --move "$0.disk" "$0" && rmdir "$0.disk" && exec "$@"`;
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return ['unshare', ...asRoot, '--mount', '--', 'sh', '-c', mount, folder];
};

/** Fills the disk, until it is freed. */
async function fill(pid: number, folder: string, mib: number): Promise<() => Promise<void>> {
  const file = join(`/proc/${pid}/root`, folder, 'filled');
  await writeFile(file, Buffer.alloc(mib * MIB)).catch(error => assert.equal(error.code, 'ENOSPC'));
  return () => rm(file);
}

async function ends(environment: RowEnvironment, repositoryId: number): Promise<string> {
  const { tasks } = await environment.store();
  return until('the task to end', async () => {
    const [task] = await tasks.list({ repositoryId });
    return task && !task.open ? task.status : null;
  });
}

const full = (name: string, folderOf: (environment: RowEnvironment) => string): Row => ({
  name,
  run: setting =>
    inEnvironment(setting, async environment => {
      const folder = folderOf(environment);
      const { pid } = await environment.start('serve', {}, withSmallDisk(folder, FILES_MIB));
      // The first task waits for a person before the disk is full.
      const waiting = await environment.repository();
      await label(waiting);
      await asked(waiting);
      const hit = await environment.repository({ ...FILES, 'large.bin': 'x'.repeat(MIB) });
      const free = await fill(pid, folder, FILES_MIB);
      // Only the process itself sees the small disk.
      const artifacts = join(`/proc/${pid}/root`, environment.state, 'artifacts');
      await label(hit);
      const status = await ends(environment, hit.id).catch(() => 'waits');
      assert.notEqual(status, 'success', 'it had no room to succeed');
      await free();
      await approve(waiting);
      await merged(waiting);
      if (status === 'waits') {
        // The run could not start; once there is free space it does.
        await approve(hit);
        await merged(hit);
        return judge(environment, [waiting, hit], artifacts);
      }
      const comments: { body: string }[] = await hit.mona.get('/issues/1/comments');
      assert.ok(
        comments.some(({ body }) => /fail/i.test(body)),
        'the failure is not seen',
      );
      await judge(environment, [waiting], artifacts);
    }),
});

/** Deliveries that can't be stored are refused and fetched again later; stored data stays intact. */
const database: Row = {
  name: 'the disk of PostgreSQL is full',
  // Only the embedded PostgreSQL is tried; the disk of a server is its operator's concern.
  where: setting => setting.database === 'embedded',
  run: setting =>
    inEnvironment(setting, async environment => {
      const folder = join(environment.state, 'postgres/data');
      const { pid } = await environment.start('serve', {}, withSmallDisk(folder, DATA_MIB));
      const [waiting, hit] = [await environment.repository(), await environment.repository()];
      await label(waiting);
      await asked(waiting);
      const free = await fill(pid, folder, DATA_MIB);
      await label(hit);
      const sent = environment.github.deliveries().length;
      const refused = () =>
        environment.github
          .deliveries()
          .slice(sent)
          .some(({ statusCode }) => statusCode >= 500);
      // Pages and segments that exist already may still have free space.
      await until('a delivery that has no room', async () => {
        if (!refused()) await hit.mona.comment(1, randomBytes(30_000).toString('hex'));
        await environment.github.idle();
        return refused();
      });
      await free();
      for (const each of [waiting, hit]) {
        await approve(each);
        await merged(each);
      }
      await judge(environment, [waiting, hit]);
    }),
};

export const disk: Row[] = [
  database,
  full('the disk of the workspaces is full', ({ state }) => join(state, 'workspaces')),
  full('the disk of the artifacts is full', ({ state }) => join(state, 'artifacts')),
];
