/** What the walls add to a process: from the start to the end of one that does nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '../../src/adapters/sandbox/sandbox.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { alternate, timed } from './rounds.ts';
import { inSandbox } from './sandbox.ts';

export const name = 'sandbox';

export async function measure(): Promise<Figure[]> {
  const path = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const sandbox = await createSandbox({ stateDir: path });
  const place = { workTree: { kind: 'folder' as const, path }, binds: [] };
  const { ours, plain } = await alternate(
    25,
    () => timed(() => inSandbox(sandbox, 'true', place)),
    () => timed(() => once(spawn('/bin/sh', ['-c', 'true'], { stdio: 'ignore' }), 'close')),
  );
  await rm(path, { recursive: true, force: true });
  const added = valued('a sandbox’s start and end, over a plain spawn', ours - plain, 'ms', {
    most: 30,
  });
  return [{ ...added, baseline: plain, ratio: ours / plain }];
}
