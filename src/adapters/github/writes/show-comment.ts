/** The sticky comment, on the issue that called us; on the pull request where there is no issue. */
import type { TaskView } from '../../../core/view.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { LastShown } from '../../../engine/ports/github-writes.ts';
import { renderComment } from '../surfaces/comment.ts';
import { taskMarker } from '../surfaces/markers.ts';
import { conversation, upsert } from './comments.ts';
import { certain, digestOf, type WriteContext } from './write-context.ts';

export async function showComment(
  context: WriteContext,
  view: TaskView,
  last: LastShown,
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
  const known = certain(last);
  if (known?.digest === digest) return { id: known.id, digest };
  const thread = conversation(context, view.repository, number);
  const isNew = last === 'nothing';
  const comment = { marker: taskMarker(view.id), body, known: known?.id, isNew };
  const { id } = await upsert(context, thread, comment);
  return { id, digest };
}
