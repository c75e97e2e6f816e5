/** Labels on an issue: adding what is there changes nothing. */
import type { Repository } from '../../../core/actor.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { WriteContext } from './write-context.ts';

export async function addLabels(
  { clients }: WriteContext,
  repository: Repository,
  issue: number,
  labels: readonly string[],
): Promise<void> {
  const { rest } = clients(repository, 'talk');
  const of = { ...repositoryPath(repository), issue_number: issue };
  await rest.issues.addLabels({ ...of, labels: [...labels] });
}
