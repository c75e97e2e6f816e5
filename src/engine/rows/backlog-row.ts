/** The row of a backlog. */

import type { BacklogState } from '../../core/backlog/state.ts';
import { isDone } from '../../core/backlog/state.ts';
import { backlogView } from '../../core/backlog/view.ts';
import type { Folded } from '../../core/fold.ts';
import { requesterName } from '../../core/origin.ts';
import type { BacklogRow } from '../ports/backlog-index.ts';

export function backlogRow(id: string, folded: Folded<BacklogState>): BacklogRow {
  const view = backlogView(id, folded);
  const { repository, title, status, requester, tracking, stuckOn, waits } = view;
  return {
    id,
    repositoryId: repository.id,
    repository: `${repository.owner}/${repository.name}`,
    title,
    status,
    requester: requesterName(requester),
    tracking,
    items: folded.state.items.length,
    done: folded.state.items.filter(isDone).length,
    stuckOn,
    reason: waits?.reason ?? '',
    waitsSince: waits?.since ?? null,
    createdAt: view.createdAt,
    endedAt: view.endedAt,
  };
}
