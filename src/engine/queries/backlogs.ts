/** What operators ask of backlogs: those there are, and one of them in full. */
import { type BacklogView, backlogView } from '../../core/backlog/view.ts';
import type { EventLog } from '../ports/event-log.ts';
import { loadBacklog } from './queries.ts';

/** `null` where there is no such backlog. */
export async function showBacklog(log: EventLog, id: string): Promise<BacklogView | null> {
  const folded = await loadBacklog(log, id);
  return folded && backlogView(id, folded);
}

/** `repository`: owner/name, in whatever case; the open ones alone unless `all` is given. */
export async function listBacklogs(
  log: EventLog,
  { all, repository }: { all: boolean; repository?: string },
): Promise<BacklogView[]> {
  const wanted = repository?.toLowerCase();
  const found: BacklogView[] = [];
  for await (const { id } of log.streams('backlog')) {
    const view = await showBacklog(log, id);
    if (!view || (!all && view.endedAt !== null)) continue;
    const { owner, name } = view.repository;
    if (wanted === undefined || `${owner}/${name}`.toLowerCase() === wanted) found.push(view);
  }
  return found.sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}
