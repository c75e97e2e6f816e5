/** Measures a sandbox from its start to its end, beside bubblewrap by itself with the same arguments. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProcessHosts } from '../../src/compose/process-host/process-host.ts';
import { remoteSandbox } from '../../src/compose/process-host/remote-sandbox.ts';
import { TOOLS_FOLDER } from '../../src/config/folders.ts';
import { compared, type Figure } from '../figures/figures.ts';
import { startChild } from './child.ts';
import { alternate, timed } from './rounds.ts';
import { inSandbox } from './sandbox/in-sandbox.ts';

export const name = 'sandbox';

export async function measure(): Promise<Figure[]> {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const hosts = createProcessHosts({
    workspaces: { stateDir: join(path, 'workspaces') },
    sandbox: { stateDir: path, toolsDir: TOOLS_FOLDER },
  });
  const bare = startChild(join(import.meta.dirname, 'sandbox/bare.ts'));
  const sandbox = remoteSandbox(hosts);
  const work = join(path, 'work');
  await mkdir(work);
  const place = { workTree: { kind: 'folder' as const, path: work }, binds: [] };
  const { ours, plain } = await alternate(
    25,
    () => timed(() => inSandbox(sandbox, 'true', place)),
    () => bare.ask<number>(work),
  );
  await bare.stop();
  await hosts.stop();
  await rm(path, { recursive: true, force: true });
  return [
    compared(
      'a sandbox’s start and end, beside bare bubblewrap with its arguments',
      { value: ours, unit: 'ms', baseline: plain },
      { most: 1.4 },
    ),
  ];
}
