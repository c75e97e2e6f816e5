/**
 * A `.git` for the agent, so that `git status`, `diff` and `log` work for it and for the tools it
 * runs. It is thrown away: nothing of ours ever reads it, and it holds no object itself.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { giveToAgent, indexOf } from './checkout.ts';
import { ATTRIBUTES } from './mirror.ts';
import { removeTree } from './remove.ts';

/** Where objects lie inside: the mirror's, and those of the tree that was opened. */
const MIRROR = '/run/git/mirror';
const OPENED = '/run/git/opened';

const CONFIG = `[core]
\trepositoryformatversion = 0
\tbare = false
\t; Seen from inside, owners and inodes are others than the index knows.
\tcheckStat = minimal
\ttrustctime = false
[gc]
\tauto = 0
[user]
\tname = agent
\temail = agent@localhost
`;

/** Of the opened tree's only the packs: beside them stands a path of the host. */
export const objectBinds = (mirror: string, opened: string) => [
  { from: join(mirror, 'objects'), to: MIRROR },
  { from: join(opened, 'objects/pack'), to: join(OPENED, 'pack') },
];

/** A folder with nothing but `.git`, at the commit, for a checkout; made once for the two. */
export async function agentGit(checkout: string, commit: string): Promise<string> {
  const layer = join(checkout, `git-${commit}`);
  if (await stat(layer).catch(() => null)) return layer;
  const fresh = `${layer}.${randomUUID()}`;
  const git = join(fresh, '.git');
  for (const name of ['objects/info', 'refs/heads', 'info'])
    await mkdir(join(git, name), { recursive: true });
  await writeFile(join(git, 'HEAD'), 'ref: refs/heads/work\n');
  await writeFile(join(git, 'refs/heads/work'), `${commit}\n`);
  await writeFile(join(git, 'config'), CONFIG);
  await writeFile(join(git, 'info/attributes'), ATTRIBUTES);
  await writeFile(join(git, 'objects/info/alternates'), `${MIRROR}\n${OPENED}\n`);
  await copyFile(indexOf(checkout), join(git, 'index'));
  await giveToAgent(fresh);
  await rename(fresh, layer).catch(async error => {
    await removeTree(fresh);
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  });
  return layer;
}
