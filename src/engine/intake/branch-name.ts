/** The name of the branch that a task works on. */
import type { Repository } from '../../core/actor.ts';
import type { Dependencies } from '../dependencies.ts';

const PREFIX = 'gatehouse';

/** Git has no branch below another one: where somebody has a branch `gatehouse`, ours needs no folder. */
export async function branchName(
  { github }: Pick<Dependencies, 'github'>,
  repository: Repository,
  issue: number,
  id: string,
): Promise<string> {
  const taken = await github.facts.branch(repository, PREFIX);
  return `${PREFIX}${taken === null ? '/' : '-'}issue-${issue}-${id.slice(-8)}`;
}
