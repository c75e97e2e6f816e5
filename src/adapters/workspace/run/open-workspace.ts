/** Opens the workspace of one run: a git directory for Gatehouse and a work tree for the sandbox. */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { SANDBOX_WORK } from '../../../engine/ports/sandbox.ts';
import {
  type OpenWorkspace,
  type Workspace,
  WorkspaceRefused,
  type WorkTree,
  writableFolder,
} from '../../../engine/ports/workspace.ts';
import {
  checkOut,
  chownFolder,
  filesPath,
  gitPath,
  type PackedTree,
  pristineCheckout,
} from '../checkout/checkout.ts';
import { mergeTrees } from '../commits/merge-tree.ts';
import { unlessAborted } from '../git/aborted.ts';
import { takeOverrides } from '../git/attributes.ts';
import { assertObjectName, treeOf } from '../git/git.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { emptyTrashSoon, makeReadable, moveToTrash } from '../git/trash.ts';
import { createGitDir, freshenTags, mirrorWithFiles } from '../mirror/mirror.ts';
import { createAgentGit, objectBinds } from './agent-git.ts';
import { keepHome, restoreHome } from './agent-home.ts';
import { collect } from './collect.ts';
import { joinedTree } from './join-works.ts';
import {
  keepPrepared,
  layChanged,
  layPreparedFiles,
  preparedFolder,
  preparedLayer,
  readPrepared,
  removePrepared,
  untrackedPaths,
} from './prepared-folders.ts';
import type { RunCheckout } from './read-work.ts';
import { recordSharedFolders } from './shared-folders.ts';
import { submodulesIn } from './submodules.ts';

export async function openWorkspace(
  settings: WorkspaceSettings,
  spec: OpenWorkspace,
): Promise<Workspace> {
  const { stateDir, quota, limits, overlay } = settings;
  const { repository, parent, prepared } = spec;
  const folder = runFolder(stateDir, spec.run);
  await moveToTrash(stateDir, folder); // An interrupted attempt of the same run may have left it.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const mirror = await mirrorWithFiles(settings, spec, parent);
    const tags = freshenTags(settings, spec, mirror);
    const parentTree = await treeOf(mirror, parent);
    const { mergesInto } = spec;
    const merged =
      mergesInto === null ? null : await mergeTrees(settings, spec, mergesInto, parent);
    const joined = spec.joins && (await joinedTree(settings, spec, spec.joins));
    const opened: PackedTree = spec.tree ??
      joined?.tree ?? { sha: merged?.tree ?? parentTree, pack: null };
    assertObjectName(opened.sha);
    const preparedPath =
      prepared === null ? null : preparedFolder(stateDir, repository, prepared.key);
    const kept = prepared && (await readPrepared(stateDir, repository, prepared.key));
    if (prepared !== null && kept === null)
      throw new WorkspaceRefused(`Nothing is prepared under ${prepared.key}: prepare again.`);

    await recordSharedFolders(folder, {
      lower: overlay ? opened.sha : null,
      prepared: preparedPath,
    });
    const ownCheckout = join(folder, 'checkout');
    if (!overlay) await checkOut(mirror, opened, ownCheckout, settings);
    const files = overlay
      ? await pristineCheckout(settings, repository, mirror, opened)
      : ownCheckout;
    const dir = join(folder, 'git');
    await createGitDir(dir, [mirror, gitPath(files)]);
    await takeOverrides(gitPath(files), dir);
    const preparedPaths = kept === null ? [] : await untrackedPaths(dir, opened.sha, kept);
    const agentGit = await createAgentGit(
      mirror,
      files,
      parent,
      await unlessAborted(tags, spec.remote.signal),
    );
    const workTree = overlay
      ? await overlayTree(folder, files, agentGit, preparedPath)
      : await folderTree(files, agentGit);
    const boundFolders =
      overlay || preparedPath === null
        ? []
        : await layPreparedFiles(preparedLayer(preparedPath), filesPath(files), preparedPaths);
    const root = writableFolder(workTree);
    const installed =
      kept === null || preparedPath === null
        ? []
        : await layChanged(
            { dir, openedTree: opened.sha },
            { folder: preparedPath, record: kept },
            root,
          );
    const checkout: RunCheckout = {
      dir,
      limits,
      installed,
      parent,
      parentTree,
      workTree,
      openedTree: opened.sha,
      conflicts: joined?.conflicts ?? merged?.conflicts ?? [],
      pristine: overlay ? files : null,
    };
    const submodules = await submodulesIn(filesPath(files));
    const home = join(folder, 'home');
    await restoreHome(home, spec.home);

    const preparedBinds = boundFolders.map(path => ({
      from: join(preparedLayer(preparedPath ?? ''), path),
      to: `${SANDBOX_WORK}/${path}`,
    }));

    return {
      workTree,
      binds: [...objectBinds(mirror, gitPath(files)), ...preparedBinds],
      submodules,
      async collect() {
        if (preparedPaths.length > 0) {
          await makeReadable(root);
          await removePrepared(stateDir, root, preparedPaths);
        }
        return collect(checkout, quota);
      },
      home,
      keepHome: () => keepHome(home),
      keepPrepared: key => keepPrepared(settings, repository, key, checkout),
      async close() {
        await moveToTrash(stateDir, folder).catch(() => {}); // `reap` tries again.
        emptyTrashSoon(stateDir);
      },
    };
  } catch (error) {
    await moveToTrash(stateDir, folder);
    throw error;
  }
}

/** The folder of a run; throws where the run's id has characters that have no place in a path. */
function runFolder(stateDir: string, run: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(run))
    throw new Error(`${JSON.stringify(run)} can't be the id of a run's workspace.`);
  return join(stateDir, 'runs', run);
}

async function overlayTree(
  folder: string,
  checkout: string,
  agentGit: string,
  prepared: string | null,
): Promise<WorkTree> {
  const upper = join(folder, 'upper');
  const work = join(folder, 'work');
  await mkdir(upper, { mode: 0o755 });
  await mkdir(work, { mode: 0o755 });
  await chownFolder(upper);
  const lower = [agentGit, filesPath(checkout)];
  // Below the tree: a file that the tree tracks stands before one that an install made.
  if (prepared !== null) lower.push(preparedLayer(prepared));
  return { kind: 'overlay', lower, upper, work };
}

async function folderTree(checkout: string, agentGit: string): Promise<WorkTree> {
  const path = filesPath(checkout);
  await rename(join(agentGit, '.git'), join(path, '.git'));
  return { kind: 'folder', path };
}
