/** The one comment of a backlog on its tracking issue. */
import type { BacklogView } from '../../../core/backlog/view.ts';
import type { ShownBacklog } from '../../../engine/ports/github-backlog.ts';
import { renderBacklog } from '../surfaces/backlog.ts';
import { backlogMarker } from '../surfaces/markers.ts';
import { conversation, upsert } from './comments.ts';
import { certain, digestOf, type WriteContext } from './write-context.ts';

export async function showBacklog(
  context: WriteContext,
  view: BacklogView,
  last: ShownBacklog,
): Promise<{ id: number; digest: string }> {
  const body = renderBacklog(view);
  const digest = digestOf(body);
  const known = certain(last);
  if (known?.digest === digest) return { id: known.id, digest };
  const thread = conversation(context, view.repository, view.tracking);
  const isNew = last === 'nothing';
  const comment = { marker: backlogMarker(view.id), body, known: known?.id, isNew };
  const { id } = await upsert(context, thread, comment);
  return { id, digest };
}
