/** Opens an issue of ours, once for each task or backlog: it is found again by its marker and our App's bot. */
import type { Repository } from '../../../core/actor.ts';
import type { TaskView } from '../../../core/view.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { submittedMarker, taskMarker } from '../surfaces/markers.ts';
import { renderOwnIssue, renderTrackingIssue } from '../surfaces/own-issue.ts';
import type { WriteContext } from './write-context.ts';

export const openIssue = (
  context: WriteContext,
  repository: Repository,
  view: TaskView,
): Promise<{ number: number }> =>
  openOnce(context, repository, taskMarker(view.id), renderOwnIssue(view));

export const openTracking = (
  context: WriteContext,
  repository: Repository,
  backlog: { title: string; items: number; key: string },
): Promise<{ number: number }> =>
  openOnce(context, repository, submittedMarker(backlog.key), renderTrackingIssue(backlog));

async function openOnce(
  { clients, app }: WriteContext,
  repository: Repository,
  marker: string,
  issue: { title: string; body: string },
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
  // People may have added to its body since.
  const made = data.find(({ user, body }) => user?.id === app.botUserId && body?.includes(marker));
  if (made) return { number: made.number };
  const { data: opened } = await rest.issues.create({ ...path, ...issue });
  return { number: opened.number };
}
