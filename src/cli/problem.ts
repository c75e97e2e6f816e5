/** What ends a command, as a person reads it: what Node says of files is put into words, and no terminal is steered. */
import { safeText } from './output.ts';

/** `ENOENT: no such file or directory, open '/nope'`; a rename names two. */
const OF_FILE =
  /\b(E[A-Z]{2,14}): [a-z ,-]{1,80}, ([a-z]{2,12}) '([^'\n]{1,4096})'(?: -> '[^'\n]{1,4096}')?/g;

const WORDS: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: path => `there is no file or folder ${path}`,
  EISDIR: path => `${path} is a folder`,
  ENOTDIR: path => `a part of ${path} is a file, not a folder`,
  EACCES: path => `this user may not use ${path}`,
  EPERM: path => `this user may not use ${path}`,
  EROFS: path => `nothing can be written at ${path}: its file system is read-only`,
  ENOSPC: path => `no space is left on the disk of ${path}`,
  EDQUOT: path => `this user may have no more space on the disk of ${path}`,
  EEXIST: path => `${path} is there already`,
};

export function problemInWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return safeText(message).replace(OF_FILE, (said, code: string, call: string, path: string) => {
    // It is the folder above that is not there, or that takes nothing.
    if (call === 'mkdir' && code === 'ENOENT') return `the folder ${path} can't be made`;
    return (Object.hasOwn(WORDS, code) ? WORDS[code]?.(path) : undefined) ?? said;
  });
}
