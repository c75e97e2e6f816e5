/** Which program the first word of a command is, however its path is written. */
import { refuse } from './refused.ts';

/** Folders of the system's own programs: `/usr/bin/git` is `git`. */
const SYSTEM = /^\/(?:usr\/(?:local\/)?)?s?bin\/(?=[^/]+$)/;
/** Where git keeps a program for each of its commands. */
const OF_GIT = /^\/usr\/(?:local\/)?lib(?:exec)?\/git-core\/(?=[^/]+$)/;

/** The program, and what it is told by its name: `git-push` is `git push`. */
export function programOf(word: string): [string, ...string[]] {
  const path = word.startsWith('/') ? resolved(word) : word;
  // A path that leaves the work tree may be the system's program, or the repository's own.
  if (/(?:^|\/)\.\.\//.test(path) && SYSTEM.test(resolved(path)))
    refuse(`Which program ${word} is can't be known before it runs: write its path from /.`);
  if (/^\/(?:proc|dev)\//.test(path))
    refuse(`Which program ${word} is can't be known before it runs: write its own path.`);
  if (/(?:^|\/)ld(?:-[\w.-]+)?\.so(?:\.\d+)*$/.test(path))
    refuse(`\`${word}\` runs another program: run that itself.`);
  const program = path.replace(SYSTEM, '').replace(OF_GIT, '');
  const ofGit = /^git-([a-z][a-z-]*)$/.exec(program)?.[1];
  return ofGit ? ['git', ofGit] : [program];
}

/** Without `.`, `..` and repeated slashes. */
function resolved(path: string): string {
  const folders: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') folders.pop();
    else if (part !== '' && part !== '.') folders.push(part);
  }
  return `/${folders.join('/')}`;
}
