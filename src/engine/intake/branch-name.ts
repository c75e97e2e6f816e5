/** The name of the branch that a task works on. */
import type { Repository } from '../../core/actor.ts';
import type { Dependencies } from '../dependencies.ts';

const PREFIX = 'gatehouse';

/**
 * Git has no branch below another one: where somebody has a branch `gatehouse`, ours needs no folder. A
 * tag of that name stands in nobody's way in git, and makes the name mean two things to people and tools.
 */
export async function branchName(
  { github }: Pick<Dependencies, 'github'>,
  repository: Repository,
  name: string,
): Promise<string> {
  const { facts } = github;
  const others = [facts.branch(repository, PREFIX), facts.tag(repository, PREFIX)];
  const isTaken = (await Promise.all(others)).some(sha => sha !== null);
  return `${PREFIX}${isTaken ? '-' : '/'}${name}`;
}
