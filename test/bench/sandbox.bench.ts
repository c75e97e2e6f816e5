/** Measures a sandbox from its start to its end, beside bubblewrap by itself with the same arguments. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createProcessHosts } from '../../src/compose/process-host/process-host.ts';
import { remoteSandbox } from '../../src/compose/process-host/remote-sandbox.ts';
import { TOOLS_FOLDER } from '../../src/config/folders.ts';
import { compared, type Figure } from '../figures/figures.ts';
import { startChild } from './child.ts';
import { alternate, timed } from './rounds.ts';
import { FILES_OF_NO_SPARE, inSandbox } from './sandbox/in-sandbox.ts';

export const name = 'sandbox';

const ROUNDS = 25;
/** A spare sandbox has been prepared by then, which the bare one is not to be slowed down by. */
const PREPARED_MS = 150;

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
  const beside = (homeFiles: Record<string, string>) =>
    alternate(
      ROUNDS,
      async () => {
        const ms = await timed(() => inSandbox(sandbox, 'true', { ...place, homeFiles }));
        await delay(PREPARED_MS);
        return ms;
      },
      () => bare.ask<number>({ workTree: work, homeFiles }),
    );
  const prepared = await beside({});
  const unprepared = await beside(FILES_OF_NO_SPARE);
  await bare.stop();
  await hosts.stop();
  await rm(path, { recursive: true, force: true });
  return [
    compared(
      'a sandbox’s start and end, beside bare bubblewrap with its arguments',
      { value: prepared.ours, unit: 'ms', baseline: prepared.plain },
      { most: 1.4 },
    ),
    compared(
      'the same where none was prepared',
      { value: unprepared.ours, unit: 'ms', baseline: unprepared.plain },
      { most: 3 },
    ),
  ];
}
