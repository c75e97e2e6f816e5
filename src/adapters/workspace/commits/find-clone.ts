/** Finds a clone's git directory and copies its refs, by its files alone: no git is started in it. */
import { cp, lstat, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

export type FoundClone = {
  folder: string;
  /** The git directory that has its objects and branches; of a work tree beside others it is theirs as well. */
  common: string;
  isShallow: boolean;
  /** It has been cloned without some of its files. */
  isPartial: boolean;
  /** `owner/name`, by the address of its remote; `null` where that has none. */
  repository: string | null;
  /** Into a git directory of ours. */
  copyRefs(dir: string): Promise<void>;
};

/** Of a work tree or a folder in it, also of one beside others, or of a bare repository. */
export async function findClone(folder: string): Promise<FoundClone> {
  const own = await gitDirectoryAbove(resolve(folder));
  if (own === null) throw new Error(`${folder} is no clone of a repository: name one with --repo.`);
  const common = await commonOf(own);
  const settings = (await textOf(join(common, 'config'))) ?? '';
  return {
    folder,
    common,
    isShallow: await isThere(join(common, 'shallow')),
    isPartial: /^[ \t]*(?:promisor|partialclone)[ \t]*=/im.test(settings),
    repository: repositoryIn(settings),
    async copyRefs(dir) {
      for (const name of ['HEAD', 'FETCH_HEAD', 'ORIG_HEAD']) await copyFile(own, dir, name);
      for (const name of ['packed-refs', 'shallow']) await copyFile(common, dir, name);
      await cp(join(common, 'refs'), join(dir, 'refs'), {
        recursive: true,
        filter: async path => {
          const found = await lstat(path);
          return found.isDirectory() || found.isFile();
        },
      });
    },
  };
}

/** Bytes of one file of a git directory; more than any repository's packed refs. */
const LARGEST = 64 * 1024 * 1024;

/** `null` where it is no regular file. */
async function textOf(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile() || found.size > LARGEST) return null;
  return readFile(path, 'utf8');
}

async function copyFile(from: string, to: string, name: string): Promise<void> {
  if ((await textOf(join(from, name))) !== null) await cp(join(from, name), join(to, name));
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function gitDirectoryAbove(folder: string): Promise<string | null> {
  const inside = join(folder, '.git');
  const link = /^gitdir: (.+)$/m.exec((await textOf(inside)) ?? '')?.[1];
  for (const place of [link === undefined ? inside : resolve(folder, link), folder])
    if (
      (await isThere(join(place, 'HEAD'))) &&
      (await isThere(join(await commonOf(place), 'objects')))
    )
      return place;
  return dirname(folder) === folder ? null : gitDirectoryAbove(dirname(folder));
}

async function commonOf(directory: string): Promise<string> {
  const named = await textOf(join(directory, 'commondir'));
  return named === null ? directory : resolve(directory, named.trim());
}

/** By the address of `origin`, or of the first remote. */
function repositoryIn(settings: string): string | null {
  const remotes = settings.split(/^[ \t]*\[/m).filter(section => section.startsWith('remote '));
  const remote = remotes.find(section => section.startsWith('remote "origin"]')) ?? remotes[0];
  const url = remote?.split('\n').find(line => /^[ \t]*url[ \t]*=/.test(line)) ?? '';
  const [name = '', owner = ''] = url
    .trim()
    .replace(/\.git$/, '')
    .split(/[/:=\s]+/)
    .reverse();
  const isName = (part: string) => /^[\w.-]{1,100}$/.test(part);
  return isName(owner) && isName(name) ? `${owner}/${name}` : null;
}
