/** A backlog is shown on its tracking issue as it stands, where that differs from what is shown. */
import type { BacklogCommand } from '../../core/backlog/decider.ts';
import { backlogView } from '../../core/backlog/view.ts';
import { loadFolded } from '../handle.ts';
import { asBacklog } from '../streams.ts';
import type { StreamEffect } from '../task-context.ts';
import { lastShown } from './last-shown.ts';

export async function showBacklog(context: StreamEffect<'show_backlog'>): Promise<BacklogCommand> {
  const { deps, stream, effect, guard } = context;
  const folded = asBacklog(await loadFolded(deps.log, stream));
  const view = backlogView(stream.id, folded);
  const { surface } = folded.state;
  const last = lastShown(surface, effect, guard);
  await guard.check();
  const shown = await deps.github.writes.showBacklog(view.repository, view, last);
  return surface?.digest === shown.digest
    ? { type: 'performed', key: effect.key }
    : { type: 'shown', data: shown };
}
