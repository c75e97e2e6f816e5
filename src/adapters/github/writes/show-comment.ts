/** The sticky comment, on the issue that called us; on the pull request where there is no issue. */
import type { TaskView } from '../../../core/view.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import { renderComment } from '../surfaces/comment.ts';
import { taskMarker } from '../surfaces/markers.ts';
import { conversation, upsert } from './comments.ts';
import { digestOf, type Shown, type Writing } from './writing.ts';

export async function showComment(
  writing: Writing,
  view: TaskView,
  last: Shown,
): Promise<{ id: number; digest: string }> {
  const number = view.issue ?? view.pull?.number;
  if (number === undefined)
    throw new GitHubFailure(
      'invalid',
      `Task ${view.id} has neither an issue nor a pull request.`,
      null,
    );
  const body = renderComment(view);
  const digest = digestOf(body);
  if (last?.digest === digest) return { id: last.id, digest };
  const thread = conversation(writing, view.repository, number);
  const { id } = await upsert(writing, thread, taskMarker(view.id), body, last?.id ?? null);
  return { id, digest };
}
