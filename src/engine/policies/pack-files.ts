/** Where packs are: on disk, or at a commit of a repository. */
import { readdir, readFile, stat } from 'node:fs/promises';

export type PackFiles = {
  /** Names of the files in a folder; none where there is no such folder. */
  list(folder: string): Promise<string[]>;
  read(path: string): Promise<string>;
};

export const DISK: PackFiles = {
  list: async folder => ((await isFolder(folder)) ? readdir(folder) : []),
  read: path => readFile(path, 'utf8'),
};

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
