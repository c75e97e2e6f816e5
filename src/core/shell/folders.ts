/** The folders that a shell line may be in, so that the files that it writes are known by their paths. */
import { refuse } from './refused.ts';
import type { ShellWord } from './word.ts';

/** Below the work tree, or absolute; `null`: they are not known. */
type Folders = ReadonlySet<string> | null;
const MOST = 8;

export function createFolders() {
  let folders: Folders = new Set(['']);
  let isHomeKnown = true;
  let moves = 0;
  let writes = 0;

  /** Reads what has folders of its own; what it moves is not moved around it. */
  function apart(within: Folders, read: () => void): void {
    const before = folders;
    folders = within;
    read();
    folders = before;
  }

  return {
    now: (): Folders => folders,
    /** What came before may not have happened: the shell may still be where it was. */
    mayBe(before: Folders): void {
      if (folders === before) return;
      const all = folders && before && new Set([...folders, ...before]);
      folders = all && all.size <= MOST ? all : null;
    },
    move(program: string, words: readonly ShellWord[]): void {
      moves += 1;
      const [to, ...more] = words.filter(({ text }) => !/^-[LPe@]+$/.test(text) && text !== '--');
      const path = to?.text ?? '~';
      const isKnown = program === 'cd' && more.length === 0 && (to?.isKnown ?? true);
      folders =
        !isKnown || path === '-'
          ? null
          : folders && new Set([...folders].map(from => joined(from, path)));
    },
    /** A variable changes where the home is, or where `cd` looks. */
    lose(): void {
      isHomeKnown = false;
      folders = null;
    },
    /** A shell of its own, in the same folder. */
    inSubshell: (read: () => void): void => apart(folders, read),
    /** It runs in a folder, or at a time, that is not known. */
    elsewhere: (read: () => void): void => apart(null, read),
    /** It runs often, or not at all. */
    repeated(read: () => void): void {
      const before = { moves, writes };
      read();
      if (moves === before.moves) return;
      if (writes !== before.writes)
        refuse('A loop or condition with `cd` in it writes files: write their paths from /work.');
      folders = null;
    },
    /** Every path that it may be. */
    below(path: string): string[] {
      if (path.startsWith('/') || (isAbsolute(path) && isHomeKnown)) return [path];
      writes += 1;
      if (folders && !isAbsolute(path)) return [...folders].map(from => joined(from, path));
      return refuse(`Where ${path} lies can't be known here: write it as a path from /work.`);
    },
  };
}

const isAbsolute = (path: string): boolean => /^(?:\/|~(?:\/|$))/.test(path);
const joined = (from: string, path: string): string =>
  from === '' || isAbsolute(path) ? path : `${from}/${path}`;
