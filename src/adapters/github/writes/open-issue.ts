/** Opens an issue of ours, once for each task: it is found again by its marker and our App's bot. */
import type { Repository } from '../../../core/actor.ts';
import type { TaskView } from '../../../core/view.ts';
import { repositoryPath } from '../repository-path.ts';
import { taskMarker } from '../surfaces/markers.ts';
import { renderOwnIssue } from '../surfaces/own-issue.ts';
import type { WriteContext } from './write-context.ts';

export async function openIssue(
  { clients, app }: WriteContext,
  repository: Repository,
  view: TaskView,
): Promise<{ number: number }> {
  const { rest } = clients(repository, 'talk');
  const path = repositoryPath(repository);
  // Those that a lost answer may have left are among the newest.
  const { data } = await rest.issues.listForRepo({
    ...path,
    state: 'all',
    creator: `${app.slug}[bot]`,
    per_page: 100,
  });
  const marker = taskMarker(view.id);
  const made = data.find(({ user, body }) => user?.id === app.botUserId && body?.includes(marker));
  if (made) return { number: made.number };
  const { data: issue } = await rest.issues.create({ ...path, ...renderOwnIssue(view) });
  return { number: issue.number };
}
