/** Our section of the pull request's body; its title and what people wrote around it stay. */
import type { TaskView } from '../../../core/view.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { LastShown } from '../../../engine/ports/github-writes.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { placeSection, renderSection } from '../surfaces/pull.ts';
import { sameText } from './comments.ts';
import { certain, digestOf, type WriteContext } from './write-context.ts';

export async function showPull(
  { clients }: WriteContext,
  view: TaskView,
  last: LastShown,
): Promise<{ id: number; digest: string }> {
  if (!view.pull) throw new GitHubFailure('invalid', `Task ${view.id} has no pull request.`, null);
  const digest = digestOf(renderSection(view));
  if (certain(last)?.digest === digest) return { id: view.pull.number, digest };
  const { rest } = clients(view.repository, 'pull');
  const where = { ...repositoryPath(view.repository), pull_number: view.pull.number };
  const { data: pull } = await rest.pulls.get(where);
  const existing = pull.body ?? '';
  const sizes = { files: pull.changed_files, added: pull.additions, removed: pull.deletions };
  const body = placeSection(existing, view, sizes);
  if (!sameText(existing, body)) await rest.pulls.update({ ...where, body });
  return { id: pull.number, digest };
}
