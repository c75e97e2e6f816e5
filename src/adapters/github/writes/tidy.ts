/** What is taken away again: one-shot labels and branches. */
import type { Repository } from '../../../core/actor.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import { orNull } from '../failure.ts';
import { at, type Writing } from './writing.ts';

export async function removeLabel(
  { clients }: Writing,
  repository: Repository,
  issue: number,
  label: string,
): Promise<void> {
  const { rest } = clients(repository, 'talk');
  await orNull(rest.issues.removeLabel({ ...at(repository), issue_number: issue, name: label }));
}

/** Only where the branch still points at `sha`: commits by others are not thrown away. */
export async function deleteBranch(
  { clients }: Writing,
  repository: Repository,
  branch: string,
  sha: string,
): Promise<void> {
  const { rest } = clients(repository, 'merge');
  const ref = `heads/${branch}`;
  const standing = await orNull(rest.git.getRef({ ...at(repository), ref }));
  if (standing?.data.object.sha !== sha) return;
  try {
    await rest.git.deleteRef({ ...at(repository), ref });
  } catch (error) {
    const gone =
      error instanceof GitHubFailure &&
      (error.class === 'not_found' || /reference does not exist/i.test(error.message));
    if (!gone) throw error;
  }
}
