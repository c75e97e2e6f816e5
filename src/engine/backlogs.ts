/** What operators ask of backlogs: those there are. */
import type { BacklogView } from '../core/backlog/view.ts';
import type { EventLog } from './ports/event-log.ts';
import { loadBacklogView } from './queries.ts';

/** `repository`: owner/name; the open ones alone unless `all` is given. */
export async function listBacklogs(
  log: EventLog,
  { all, repository }: { all: boolean; repository?: string },
): Promise<BacklogView[]> {
  const found: BacklogView[] = [];
  for await (const { id } of log.streams('backlog')) {
    const view = await loadBacklogView(log, id);
    if (!view || (!all && view.endedAt !== null)) continue;
    const { owner, name } = view.repository;
    if (repository === undefined || `${owner}/${name}` === repository) found.push(view);
  }
  return found.sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}
