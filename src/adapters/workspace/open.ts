/** One run's workspace: its git directory with us, its work tree for the sandbox. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SANDBOX_WORK } from '../../engine/ports/sandbox.ts';
import {
  type OpenWorkspace,
  type Workspace,
  WorkspaceRefused,
  type WorkTree,
} from '../../engine/ports/workspace.ts';
import { agentGit, objectBinds } from './agent-git.ts';
import {
  checkOut,
  filesOf,
  gitOf,
  giveFolder,
  type Packed,
  pristine,
  type Quota,
} from './checkout.ts';
import { type Checkout, collect, written } from './collect.ts';
import { assertObjectName, treeOf } from './git.ts';
import { keepHome, layHome } from './home.ts';
import { createGitDir, mirrorWith } from './mirror.ts';
import {
  assertUntracked,
  findPrepared,
  keep,
  preparedFolder,
  preparedLayer,
  withdraw,
} from './prepared.ts';
import { discard, emptyTrash, makeReadable } from './remove.ts';

/** What a run uses of the shared folders, so that `reap` leaves them. */
export type Uses = { lower: string | null; prepared: string | null };
export const USES = 'uses.json';

export async function openWorkspace(
  stateDir: string,
  quota: Quota,
  overlay: boolean,
  spec: OpenWorkspace,
): Promise<Workspace> {
  const { repository, parent, prepared } = spec;
  const folder = runFolder(stateDir, spec.run);
  await discard(stateDir, folder); // An earlier attempt of the same run was cut off.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const mirror = await mirrorWith(stateDir, spec, parent);
    const parentTree = await treeOf(mirror, parent);
    const opened: Packed = spec.tree ?? { sha: parentTree, pack: null };
    assertObjectName(opened.sha);
    const kept = prepared === null ? null : preparedFolder(stateDir, repository, prepared.key);
    if (prepared !== null) {
      if ((await findPrepared(stateDir, repository, prepared.key)) === null)
        throw new WorkspaceRefused(`Nothing is prepared under ${prepared.key}: prepare again.`);
    }

    const uses: Uses = { lower: overlay ? opened.sha : null, prepared: kept };
    await writeFile(join(folder, USES), JSON.stringify(uses));
    const own = join(folder, 'checkout');
    if (!overlay) await checkOut(mirror, opened, own, quota);
    const files = overlay ? await pristine(stateDir, repository, mirror, opened, quota) : own;
    const dir = join(folder, 'git');
    await createGitDir(dir, [mirror, gitOf(files)]);
    if (prepared !== null) await assertUntracked(dir, opened.sha, prepared);
    const workTree = overlay
      ? await overlayTree(folder, files, parent, kept)
      : await folderTree(files, parent, prepared?.paths ?? []);
    const checkout: Checkout = {
      dir,
      parent,
      parentTree,
      workTree,
      openedTree: opened.sha,
      pristine: overlay ? files : null,
    };
    const root = written(workTree);
    const home = join(folder, 'home');
    await layHome(home, spec.home);

    const preparedBinds = (prepared?.paths ?? []).map(path => ({
      from: join(preparedLayer(kept ?? ''), path),
      to: `${SANDBOX_WORK}/${path}`,
    }));

    return {
      workTree,
      binds: [
        ...objectBinds(mirror, gitOf(files)),
        ...(workTree.kind === 'folder' ? preparedBinds : []),
      ],
      async collect() {
        if (prepared !== null) {
          await makeReadable(root);
          await withdraw(stateDir, root, prepared);
        }
        return collect(checkout, quota);
      },
      home,
      keepHome: () => keepHome(home),
      keepPrepared: key => keep(stateDir, repository, key, checkout, quota),
      async close() {
        await discard(stateDir, folder).catch(() => {}); // `reap` tries again.
        void emptyTrash(stateDir).catch(() => {});
      },
    };
  } catch (error) {
    await discard(stateDir, folder);
    throw error;
  }
}

/** Run ids name folders: nothing but their own characters gets there. */
export function runFolder(stateDir: string, run: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(run))
    throw new Error(`${JSON.stringify(run)} can't be the id of a run's workspace.`);
  return join(stateDir, 'runs', run);
}

async function overlayTree(
  folder: string,
  checkout: string,
  parent: string,
  kept: string | null,
): Promise<WorkTree> {
  const upper = join(folder, 'upper');
  const work = join(folder, 'work');
  await mkdir(upper, { mode: 0o755 });
  await mkdir(work, { mode: 0o755 });
  await giveFolder(upper);
  const lower = [await agentGit(checkout, parent), filesOf(checkout)];
  if (kept !== null) lower.unshift(preparedLayer(kept));
  return { kind: 'overlay', lower, upper, work };
}

async function folderTree(checkout: string, parent: string, prepared: string[]): Promise<WorkTree> {
  const path = filesOf(checkout);
  await rename(join(await agentGit(checkout, parent), '.git'), join(path, '.git'));
  // The places that prepared folders are bound at: git does not see empty folders.
  for (const place of prepared) await mkdir(join(path, place), { recursive: true });
  return { kind: 'folder', path };
}
