/** Measures what the sandbox adds to the time of a process that does nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProcessHosts } from '../../src/compose/process-host/process-host.ts';
import { remoteSandbox } from '../../src/compose/process-host/remote-sandbox.ts';
import { TOOLS_FOLDER } from '../../src/config/folders.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { alternate, timed } from './rounds.ts';
import { inSandbox } from './sandbox.ts';

export const name = 'sandbox';

export async function measure(): Promise<Figure[]> {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const hosts = createProcessHosts({
    workspaces: { stateDir: join(path, 'workspaces') },
    sandbox: { stateDir: path, toolsDir: TOOLS_FOLDER },
  });
  const sandbox = remoteSandbox(hosts);
  const work = join(path, 'work');
  await mkdir(work);
  const place = { workTree: { kind: 'folder' as const, path: work }, binds: [] };
  const { ours, plain } = await alternate(
    25,
    () => timed(() => inSandbox(sandbox, 'true', place)),
    () => timed(() => once(spawn('/bin/sh', ['-c', 'true'], { stdio: 'ignore' }), 'close')),
  );
  await hosts.stop();
  await rm(path, { recursive: true, force: true });
  const added = valued('a sandbox’s start and end, over a plain spawn', ours - plain, 'ms', {
    most: 30,
  });
  return [{ ...added, baseline: plain, ratio: ours / plain }];
}
