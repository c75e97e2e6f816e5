/**
 * Measures opening a workspace of 20,000 files with a warm cache, beside a full clone on the same
 * disk, both over git's smart HTTP; and collecting what an agent changed in it, beside git reading the
 * same change in that clone.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createProcessHosts } from '../../src/compose/process-host/process-host.ts';
import { remoteSandbox } from '../../src/compose/process-host/remote-sandbox.ts';
import { remoteWorkspaces } from '../../src/compose/process-host/remote-workspaces.ts';
import { TOOLS_FOLDER } from '../../src/config/folders.ts';
import type { Workspace } from '../../src/engine/ports/workspace.ts';
import { startRemote, TOKEN } from '../adapters/workspace/remote.ts';
import { compared, type Figure } from '../figures/figures.ts';
import { median, timed } from './rounds.ts';
import { inSandbox } from './sandbox/in-sandbox.ts';

export const name = 'workspace';

const FILES = 20_000;
const ROUNDS = 5;
const CHANGE = 'for n in 1 2 3; do echo changed >> src/7/$n.txt; echo new > src/8/new-$n.txt; done';

export async function measure(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  await using closing = new AsyncDisposableStack();
  closing.defer(() => rm(folder, { recursive: true, force: true }));
  const remote = await startRemote(folder);
  closing.defer(remote.close);
  const files = Array.from({ length: FILES }, (_, index) => [
    `src/${index % 100}/${Math.floor(index / 100)}.txt`,
    `file ${index}\n${'a line of some text\n'.repeat(50)}`,
  ]);
  const parent = await remote.commit(Object.fromEntries(files));
  const hosts = createProcessHosts({
    workspaces: { stateDir: join(folder, 'state') },
    sandbox: { stateDir: folder, toolsDir: TOOLS_FOLDER },
  });
  closing.defer(hosts.stop);
  const [workspaces, sandbox] = [await remoteWorkspaces(hosts), remoteSandbox(hosts)];
  const times = {
    open: [] as number[],
    clone: [] as number[],
    collect: [] as number[],
    read: [] as number[],
  };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const cloned = join(folder, `clone-${round}`);
    const clone = await timed(() => fullClone(remote.url, cloned));
    let workspace: Workspace | undefined;
    const open = await timed(async () => {
      workspace = await workspaces.open({
        run: `run-${round}`,
        parent,
        mergesInto: null,
        joins: null,
        tree: null,
        prepared: null,
        home: null,
        repository: { id: 42, owner: 'acme', name: 'library', installation: 1 },
        remote: { url: remote.url, token: async () => TOKEN },
      });
    });
    if (!workspace) throw new Error('no workspace was opened');
    const { workTree, binds } = workspace;
    await inSandbox(sandbox, CHANGE, { workTree, binds });
    const opened = workspace;
    let changed = 0;
    const collect = await timed(async () => {
      changed = (await opened.collect())?.change.entries.length ?? 0;
    });
    if (changed !== 6) throw new Error(`${changed} files were seen to change, not 6`);
    await workspace.close();
    await promisify(execFile)('/bin/sh', ['-c', CHANGE], { cwd: cloned });
    const read = await timed(() => readChange(cloned));
    await rm(cloned, { recursive: true });
    if (round === 0) continue;
    for (const [key, ms] of Object.entries({ open, clone, collect, read }))
      times[key as keyof typeof times].push(ms);
  }
  return [
    compared(
      `workspace of ${FILES.toLocaleString('en-US')} files of 1 KB, warm, beside a full clone`,
      { value: median(times.open), unit: 'ms', baseline: median(times.clone) },
      { most: 1 / 20 },
    ),
    compared(
      'collecting a patch of 6 files in it, beside bare `git add` and `write-tree`',
      { value: median(times.collect), unit: 'ms', baseline: median(times.read) },
      { most: 1.5 },
    ),
  ];
}

/** What git itself needs to know the tree that a work tree has become. */
async function readChange(folder: string): Promise<void> {
  await promisify(execFile)('git', ['add', '-A'], { cwd: folder });
  await promisify(execFile)('git', ['write-tree'], { cwd: folder });
}

async function fullClone(url: string, folder: string): Promise<void> {
  const authorized = url.replace('http://', `http://x-access-token:${TOKEN}@`);
  await promisify(execFile)('git', ['clone', '-q', authorized, folder]);
}
