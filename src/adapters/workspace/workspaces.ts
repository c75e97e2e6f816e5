/** Workspaces on this machine: mirrors, runs, shared checkouts and prepared folders in one folder. */
import { chmod, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspaces } from '../../engine/ports/workspace.ts';
import { commitMessages } from './commits/commit-messages.ts';
import { installKey } from './commits/install-key.ts';
import { conflictsBetween } from './commits/merge-tree.ts';
import {
  changedPaths,
  compareCommits,
  diffCommits,
  findFilesAt,
  listFolderAt,
  readFileAt,
} from './commits/read-commit.ts';
import { remerge } from './commits/remerge.ts';
import { taskCommits } from './commits/task-commits.ts';
import { CONTENT_LIMITS, type GitLimits } from './git/git-limits.ts';
import { removeOldMirrors } from './mirror/old-mirrors.ts';
import { newEntries } from './push/new-entries.ts';
import { push } from './push/push.ts';
import { joinWorks } from './run/join-works.ts';
import { openWorkspace } from './run/open-workspace.ts';
import { overlayWorks } from './run/overlay.ts';
import { findPrepared } from './run/prepared-folders.ts';
import { listRuns, reapRuns } from './run/reap.ts';

type WorkspaceOptions = {
  /** A folder that only Gatehouse may read and write. */
  stateDir: string;
  /** The most that a checkout, and what a run leaves, may hold. */
  quotaBytes?: number;
  quotaFiles?: number;
  /** For how long a mirror that nothing used is kept; without it for ever. */
  mirrorMs?: number;
  /** For how long the tags of a mirror are taken for the remote's. */
  tagsMs?: number;
  /** What a git command that reads content may use up, where it differs from `CONTENT_LIMITS`. */
  limits?: Partial<GitLimits>;
  /** `false` uses plain folders even where an overlay is possible. */
  preferOverlay?: boolean;
  /** Variables of git's environment where it connects: proxies, certificate authorities. */
  network?: Record<string, string>;
};

/** Each step of a task opens a workspace: not each of them asks for the tags. */
const TAGS_MS = 30_000;

export async function createWorkspaces(options: WorkspaceOptions): Promise<Workspaces> {
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  const stateDir = await realpath(options.stateDir);
  // A setuid file of an agent would be one on the host, so no other user may enter the folder.
  await chmod(stateDir, 0o700);
  for (const name of ['mirrors', 'runs', 'lowers', 'prepared', 'trash'])
    await mkdir(join(stateDir, name), { recursive: true, mode: 0o700 });
  const quota = {
    bytes: options.quotaBytes ?? 2_000_000_000,
    files: options.quotaFiles ?? 200_000,
  };
  const overlay = (options.preferOverlay ?? true) && (await overlayWorks(stateDir));
  const limits = { ...CONTENT_LIMITS, ...options.limits };
  const { tagsMs = TAGS_MS, network = {} } = options;
  const settings = { stateDir, quota, limits, overlay, tagsMs, network };
  const told = new Set<string>();
  return {
    open: spec => openWorkspace(settings, spec),
    join: (source, joins) => joinWorks(settings, source, joins),
    readFile: (source, commit, path, most) => readFileAt(settings, { source, commit, path }, most),
    listFolder: (source, commit, folder) => listFolderAt(settings, source, commit, folder),
    findFiles: (source, commit, names) => findFilesAt(settings, source, commit, names),
    changedPaths: (source, base, head) => changedPaths(settings, source, base, head),
    compare: (source, base, head) => compareCommits(settings, source, base, head),
    diff: (source, base, head, most) => diffCommits(settings, source, { base, head, most }),
    remerge: (source, base, head) => remerge(settings, source, base, head),
    messages: (source, base, head) => commitMessages(settings, source, base, head),
    conflicts: (source, base, head) => conflictsBetween(settings, source, base, head),
    taskCommits: (source, base, head) => taskCommits(settings, source, base, head),
    push: (commit, branch, expected) => push(settings, commit, branch, expected),
    newEntries: commit => newEntries(settings, commit),
    prepared: (repository, key) => findPrepared(stateDir, repository, key),
    prepareKey: (source, commit, install) => installKey(settings, source, commit, install),
    runs: () => listRuns(stateDir),
    async reap(runs) {
      if (options.mirrorMs !== undefined) await removeOldMirrors(stateDir, options.mirrorMs);
      return reapRuns(stateDir, runs, told);
    },
  };
}
