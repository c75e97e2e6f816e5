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
import { checkOut, filesOf, giveToAgent, pristine, type Quota } from './checkout.ts';
import { type Checkout, collect, written } from './collect.ts';
import { assertObjectName, git, gitLine } from './git.ts';
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
    const dir = join(folder, 'git');
    await createGitDir(dir, mirror);
    const parentTree = await gitLine(['rev-parse', `${parent}^{tree}`], { dir });
    const openedTree = spec.tree === null ? parentTree : await unpack(dir, spec.tree, quota);
    const kept = prepared === null ? null : preparedFolder(stateDir, repository, prepared.key);
    if (prepared !== null) {
      await assertUntracked(dir, openedTree, prepared);
      if ((await findPrepared(stateDir, repository, prepared.key)) === null)
        throw new WorkspaceRefused(`Nothing is prepared under ${prepared.key}: prepare again.`);
    }

    const uses: Uses = { lower: overlay ? openedTree : null, prepared: kept };
    await writeFile(join(folder, USES), JSON.stringify(uses));
    const lower = overlay ? await pristine(stateDir, repository, dir, openedTree, quota) : null;
    const workTree =
      lower === null
        ? await folderTree(folder, dir, openedTree, quota, parent, prepared?.paths ?? [])
        : await overlayTree(folder, lower, parent, kept);
    const checkout: Checkout = { dir, parent, parentTree, openedTree, workTree, pristine: lower };
    const root = written(workTree);

    const preparedBinds = (prepared?.paths ?? []).map(path => ({
      from: join(preparedLayer(kept ?? ''), path),
      to: `${SANDBOX_WORK}/${path}`,
    }));

    return {
      workTree,
      binds: [...objectBinds(mirror, dir), ...(workTree.kind === 'folder' ? preparedBinds : [])],
      async collect() {
        if (prepared !== null) {
          await makeReadable(root);
          await withdraw(stateDir, root, prepared);
        }
        return collect(checkout, quota);
      },
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

/** Takes a pack of ours, or of another worker, into a git directory; returns its tree. */
export async function unpack(
  dir: string,
  tree: { sha: string; pack: Buffer },
  quota: Quota,
): Promise<string> {
  assertObjectName(tree.sha);
  await git(
    ['index-pack', '--stdin', '--fix-thin', '--strict', `--max-input-size=${quota.bytes}`],
    { dir, input: tree.pack },
  );
  return gitLine(['rev-parse', '--verify', `${tree.sha}^{tree}`], { dir });
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
  await giveToAgent(upper);
  const lower = [await agentGit(checkout, parent), filesOf(checkout)];
  if (kept !== null) lower.unshift(preparedLayer(kept));
  return { kind: 'overlay', lower, upper, work };
}

async function folderTree(
  folder: string,
  dir: string,
  tree: string,
  quota: Quota,
  parent: string,
  prepared: string[],
): Promise<WorkTree> {
  const checkout = join(folder, 'checkout');
  await checkOut(dir, tree, checkout, quota);
  const path = filesOf(checkout);
  await rename(join(await agentGit(checkout, parent), '.git'), join(path, '.git'));
  // The places that prepared folders are bound at: git does not see empty folders.
  for (const place of prepared) await mkdir(join(path, place), { recursive: true });
  return { kind: 'folder', path };
}
