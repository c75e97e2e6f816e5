/** Workspaces on this machine: mirrors, runs, pristine layers and prepared folders in one folder. */
import { chmod, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspaces } from '../../engine/ports/workspace.ts';
import { openWorkspace } from './open.ts';
import { overlayWorks } from './overlay.ts';
import { findPrepared } from './prepared.ts';
import { push } from './push.ts';
import { compareCommits, keyOfInstall, readFileAt } from './read.ts';
import { reapRuns, runsOf } from './reap.ts';

export type WorkspaceOptions = {
  /** Ours alone: nobody else may read or write there. */
  stateDir: string;
  /** The most that a checkout, and what a run leaves, may hold. */
  quotaBytes?: number;
  quotaFiles?: number;
  /** `false`: plain folders, also where an overlay is possible. */
  preferOverlay?: boolean;
};

export async function createWorkspaces(options: WorkspaceOptions): Promise<Workspaces> {
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  const stateDir = await realpath(options.stateDir);
  // An agent's setuid file would be one on the host: nobody gets to it.
  await chmod(stateDir, 0o700);
  for (const name of ['mirrors', 'runs', 'lowers', 'prepared', 'trash'])
    await mkdir(join(stateDir, name), { recursive: true, mode: 0o700 });
  const quota = {
    bytes: options.quotaBytes ?? 2_000_000_000,
    files: options.quotaFiles ?? 200_000,
  };
  const overlay = (options.preferOverlay ?? true) && (await overlayWorks(stateDir));
  return {
    open: spec => openWorkspace(stateDir, quota, overlay, spec),
    readFile: (source, commit, path) => readFileAt(stateDir, source, commit, path),
    compare: (source, base, head) => compareCommits(stateDir, source, base, head),
    push: (commit, branch, expected) => push(stateDir, quota, commit, branch, expected),
    prepared: (repository, key) => findPrepared(stateDir, repository, key),
    prepareKey: (source, commit, argv) => keyOfInstall(stateDir, source, commit, argv),
    runs: () => runsOf(stateDir),
    reap: runs => reapRuns(stateDir, runs),
  };
}
