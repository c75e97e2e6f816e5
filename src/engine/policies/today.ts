/** The policies that would decide about a task now: the deployment's, with what its repository's default branch adds. */
import { createdOf, type TaskState } from '../../core/task/state/state.ts';
import type { PolicySet } from '../../policy/load.ts';
import type { Dependencies } from '../dependencies.ts';
import { rulesOf } from './of-repository.ts';

export async function policiesToday(
  deps: Pick<Dependencies, 'workspaces' | 'github' | 'policies'>,
  state: TaskState,
): Promise<PolicySet> {
  const { repository } = createdOf(state);
  const { sha } = await deps.github.facts.defaultBranch(repository);
  return (await rulesOf(deps, repository, sha)).set;
}
