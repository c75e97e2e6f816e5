/** Where signed commits are required, and which commits are not signed. Nobody here signs by a key of their own. */
import type { GitHub } from '../github.ts';
import type { Repository } from '../world/repositories.ts';
import { git } from './command.ts';

/** Whether a ruleset asks for signed commits on the branch itself, however it is written to. */
export const wantsSignatures = (repository: Repository, branch: string): boolean =>
  repository.signedPrefix !== null && branch.startsWith(repository.signedPrefix);

/** `range`: what follows `git rev-list`. */
export async function hasUnsigned(
  github: GitHub,
  repository: Repository,
  range: readonly string[],
): Promise<boolean> {
  const commits = await git(repository.directory, ['rev-list', ...range]);
  return commits.split('\n').some(sha => sha !== '' && !github.world.signedCommits.has(sha));
}
