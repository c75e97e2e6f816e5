/** Opens the workspace of one run: a git directory for Gatehouse and a work tree for the sandbox. */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { SANDBOX_WORK } from '../../engine/ports/sandbox.ts';
import {
  type OpenWorkspace,
  type Workspace,
  WorkspaceRefused,
  type WorkTree,
} from '../../engine/ports/workspace.ts';
import { createAgentGit, objectBinds } from './agent-git.ts';
import { keepHome, restoreHome } from './agent-home.ts';
import {
  checkOut,
  chownFolder,
  filesPath,
  gitPath,
  type PackedTree,
  pristineCheckout,
} from './checkout.ts';
import { collect, type RunCheckout, writableFolder } from './collect.ts';
import { assertObjectName, treeOf } from './git.ts';
import { createGitDir, mirrorWithCommit } from './mirror.ts';
import {
  assertUntracked,
  findPrepared,
  keepPrepared,
  preparedFolder,
  preparedLayer,
  removePrepared,
} from './prepared-folders.ts';
import type { WorkspaceSettings } from './settings.ts';
import { recordSharedFolders } from './shared-folders.ts';
import { emptyTrash, makeReadable, moveToTrash } from './trash.ts';

export async function openWorkspace(
  settings: WorkspaceSettings,
  spec: OpenWorkspace,
): Promise<Workspace> {
  const { stateDir, quota, overlay } = settings;
  const { repository, parent, prepared } = spec;
  const folder = runFolder(stateDir, spec.run);
  await moveToTrash(stateDir, folder); // An interrupted attempt of the same run may have left it.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const mirror = await mirrorWithCommit(stateDir, spec, parent);
    const parentTree = await treeOf(mirror, parent);
    const opened: PackedTree = spec.tree ?? { sha: parentTree, pack: null };
    assertObjectName(opened.sha);
    const preparedPath =
      prepared === null ? null : preparedFolder(stateDir, repository, prepared.key);
    if (prepared !== null) {
      if ((await findPrepared(stateDir, repository, prepared.key)) === null)
        throw new WorkspaceRefused(`Nothing is prepared under ${prepared.key}: prepare again.`);
    }

    await recordSharedFolders(folder, {
      lower: overlay ? opened.sha : null,
      prepared: preparedPath,
    });
    const ownCheckout = join(folder, 'checkout');
    if (!overlay) await checkOut(mirror, opened, ownCheckout, quota);
    const files = overlay
      ? await pristineCheckout(settings, repository, mirror, opened)
      : ownCheckout;
    const dir = join(folder, 'git');
    await createGitDir(dir, [mirror, gitPath(files)]);
    if (prepared !== null) await assertUntracked(dir, opened.sha, prepared);
    const workTree = overlay
      ? await overlayTree(folder, files, parent, preparedPath)
      : await folderTree(files, parent, prepared?.paths ?? []);
    const checkout: RunCheckout = {
      dir,
      parent,
      parentTree,
      workTree,
      openedTree: opened.sha,
      pristine: overlay ? files : null,
    };
    const root = writableFolder(workTree);
    const home = join(folder, 'home');
    await restoreHome(home, spec.home);

    const preparedBinds = (prepared?.paths ?? []).map(path => ({
      from: join(preparedLayer(preparedPath ?? ''), path),
      to: `${SANDBOX_WORK}/${path}`,
    }));

    return {
      workTree,
      binds: [
        ...objectBinds(mirror, gitPath(files)),
        ...(workTree.kind === 'folder' ? preparedBinds : []),
      ],
      async collect() {
        if (prepared !== null) {
          await makeReadable(root);
          await removePrepared(stateDir, root, prepared);
        }
        return collect(checkout, quota);
      },
      home,
      keepHome: () => keepHome(home),
      keepPrepared: key => keepPrepared(settings, repository, key, checkout),
      async close() {
        await moveToTrash(stateDir, folder).catch(() => {}); // `reap` tries again.
        void emptyTrash(stateDir).catch(() => {});
      },
    };
  } catch (error) {
    await moveToTrash(stateDir, folder);
    throw error;
  }
}

/** The folder of a run; throws where the run's id has characters that have no place in a path. */
export function runFolder(stateDir: string, run: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(run))
    throw new Error(`${JSON.stringify(run)} can't be the id of a run's workspace.`);
  return join(stateDir, 'runs', run);
}

async function overlayTree(
  folder: string,
  checkout: string,
  parent: string,
  prepared: string | null,
): Promise<WorkTree> {
  const upper = join(folder, 'upper');
  const work = join(folder, 'work');
  await mkdir(upper, { mode: 0o755 });
  await mkdir(work, { mode: 0o755 });
  await chownFolder(upper);
  const lower = [await createAgentGit(checkout, parent), filesPath(checkout)];
  if (prepared !== null) lower.unshift(preparedLayer(prepared));
  return { kind: 'overlay', lower, upper, work };
}

async function folderTree(checkout: string, parent: string, prepared: string[]): Promise<WorkTree> {
  const path = filesPath(checkout);
  await rename(join(await createAgentGit(checkout, parent), '.git'), join(path, '.git'));
  // The mount points of prepared folders must exist; git ignores empty folders.
  for (const mountPoint of prepared) await mkdir(join(path, mountPoint), { recursive: true });
  return { kind: 'folder', path };
}
