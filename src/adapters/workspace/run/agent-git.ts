/**
 * A `.git` folder for the agent, so that `git status`, `diff` and `log` work for it and the tools it
 * runs. It contains no objects, Gatehouse never reads it, and it is removed with the run.
 */
import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAnswerCache } from '../../../core/bounds/bounded-cache.ts';
import { chownFolder, gitPath, indexPath } from '../checkout/checkout.ts';
import { writeSandboxOverrides } from '../git/attributes.ts';
import { git } from '../git/git.ts';
import { removeTree } from '../git/trash.ts';

/** Paths in the sandbox of the mirror's objects and of the opened tree's objects. */
const MIRROR_OBJECTS = '/run/git/mirror';
const OPENED_OBJECTS = '/run/git/opened';

const CONFIG = `[core]
\trepositoryformatversion = 0
\tbare = false
\t; Owners and inodes in the sandbox differ from those in the index.
\tcheckStat = minimal
\ttrustctime = false
[gc]
\tauto = 0
[user]
\tname = agent
\temail = agent@localhost
; What git lacks it would fetch from here: so it ends at once, and says why.
[remote "history"]
\tpromisor = true
\turl = contents of older files are not in this sandbox
`;

/** Binds of the objects. Of the opened tree only packs are bound: `info` beside them has host paths. */
export const objectBinds = (mirror: string, opened: string) => [
  { from: join(mirror, 'objects'), to: MIRROR_OBJECTS },
  { from: join(opened, 'objects/pack'), to: join(OPENED_OBJECTS, 'pack') },
];

/** The latest are enough for whoever asks which version this is. */
const MOST_TAGS = 5_000;

/** The tags of the commit's history, as git packs refs: `git describe` and build tools ask for them. */
async function tagsBefore(mirror: string, commit: string): Promise<string> {
  const args = ['--merged', commit, '--sort=-creatordate', `--count=${MOST_TAGS}`];
  const format = '--format=%(objectname) %(refname)';
  const tags = await git(['for-each-ref', ...args, format, 'refs/tags/'], { dir: mirror });
  return tags.toString();
}

/** By what the remote said of its tags, on which they depend with the commit. */
const known = createAnswerCache<string, string>(500, undefined, {
  of: tags => tags.length,
  most: 20_000_000,
});

const digestOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

/**
 * Creates the folder with nothing but `.git`, once for each checkout, commit and set of tags; returns its path.
 * `said`: what the remote said of its tags, where that is known.
 */
export async function createAgentGit(
  mirror: string,
  checkout: string,
  commit: string,
  said: string | null,
): Promise<string> {
  const ask = () => tagsBefore(mirror, commit);
  const tags = await (said === null ? ask() : known.get(`${mirror} ${commit} ${said}`, ask));
  const layer = join(checkout, `git-${commit}-${digestOf(tags)}`);
  if (await stat(layer).catch(() => null)) return layer;
  const fresh = `${layer}.${randomUUID()}`;
  const folder = join(fresh, '.git');
  for (const name of ['objects/info', 'refs/heads', 'info'])
    await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'HEAD'), 'ref: refs/heads/work\n');
  await writeFile(join(folder, 'refs/heads/work'), `${commit}\n`);
  await writeFile(join(folder, 'packed-refs'), tags);
  await writeFile(join(folder, 'config'), CONFIG);
  await writeSandboxOverrides(gitPath(checkout), folder);
  await writeFile(
    join(folder, 'objects/info/alternates'),
    `${MIRROR_OBJECTS}\n${OPENED_OBJECTS}\n`,
  );
  await copyFile(indexPath(checkout), join(folder, 'index'));
  await chownFolder(fresh);
  await rename(fresh, layer).catch(async error => {
    await removeTree(fresh);
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  });
  return layer;
}
