/**
 * Measures how soon a workspace of a repository is ready that this machine has never seen, beside a
 * full clone in the same run; nine tenths of the repository are history. It has 1 GB, or as many MB as
 * the variable BENCH_LARGE_MB says. Both come over loopback, where a full clone costs least.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createProcessHosts } from '../../src/compose/process-host/process-host.ts';
import { remoteWorkspaces } from '../../src/compose/process-host/remote-workspaces.ts';
import { TOOLS_FOLDER } from '../../src/config/folders.ts';
import { compared, type Figure } from '../figures/figures.ts';
import { makeRepository } from './large/repository.ts';
import { serveRepositories } from './large/serve.ts';
import { alternate, timed } from './rounds.ts';

export const name = 'large repository';

const MB = Number(process.env.BENCH_LARGE_MB ?? 1000);
/** Each takes minutes on a slow machine, and differs little from the next. */
const ROUNDS = 1;

export async function measure(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  await using closing = new AsyncDisposableStack();
  closing.defer(() => rm(folder, { recursive: true, force: true }));
  const parent = await makeRepository(join(folder, 'large.git'), MB * 1_000_000);
  const remote = await serveRepositories(folder);
  closing.defer(remote.close);
  const url = `${remote.url}/large.git`;
  let round = 0;
  const times = await alternate(
    ROUNDS,
    async () => {
      round += 1;
      const stateDir = join(folder, `state-${round}`);
      const hosts = createProcessHosts({
        workspaces: { stateDir },
        sandbox: { stateDir: folder, toolsDir: TOOLS_FOLDER },
      });
      const workspaces = await remoteWorkspaces(hosts);
      const ms = await timed(() =>
        workspaces.open({
          run: 'run',
          parent,
          mergesInto: null,
          joins: null,
          tree: null,
          prepared: null,
          home: null,
          repository: { id: 42, owner: 'acme', name: 'large', installation: 1 },
          remote: { url, token: async () => 'none' },
        }),
      );
      await hosts.stop();
      await rm(stateDir, { recursive: true, force: true });
      return ms;
    },
    async () => {
      const clone = join(folder, `clone-${round}`);
      const ms = await timed(() => promisify(execFile)('git', ['clone', '-q', url, clone]));
      await rm(clone, { recursive: true, force: true });
      return ms;
    },
  );
  return [
    compared(
      `a workspace of a repository of ${MB} MB, nine tenths history, first use, beside a full clone`,
      { value: times.ours, unit: 'ms', baseline: times.plain },
      { most: 1 / 3 },
    ),
  ];
}
