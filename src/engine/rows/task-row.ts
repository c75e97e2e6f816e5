/** The index row of a task: what look-ups and `status` need without folding. */
import type { Folded } from '../../core/fold.ts';
import { originKey, requesterName } from '../../core/origin.ts';
import { placeOf } from '../../core/task/state/place.ts';
import { createdOf, isOpen, type TaskState } from '../../core/task/state/state.ts';
import { presentWork, turnOf } from '../../core/task/views/waits-on.ts';
import type { TaskRow } from '../ports/event-log.ts';

export function taskRow(id: string, { state }: Folded<TaskState>): TaskRow {
  const created = createdOf(state);
  const { repository } = created;
  return {
    id,
    repositoryId: repository.id,
    repository: `${repository.owner}/${repository.name}`,
    issue: placeOf(state),
    origin: created.origin.kind,
    originKey: originKey(created),
    pull: state.pull?.number ?? null,
    head: state.pull?.head ?? null,
    branch: created.branch,
    command: created.command,
    // The column is text of whole characters; the title as it came stands in the event.
    title: created.goal.title.toWellFormed(),
    status: state.status,
    requester: requesterName(created.requester),
    waitsOn: state.turn.on,
    waitsSince: state.turn.since,
    reason: reasonOf(state),
    open: isOpen(state),
    createdAt: state.createdAt,
    updatedAt: state.finishedAt ?? lastChange(state),
  };
}

/** In a list, one line says it. */
const MOST_REASON = 300;

function reasonOf(state: TaskState): string {
  const reason = state.reason || turnOf(state).reason || presentWork(state);
  return reason.slice(0, MOST_REASON).toWellFormed();
}

const lastChange = (state: TaskState): string => {
  const run = state.runs.at(-1);
  return run?.finishedAt ?? run?.startedAt ?? run?.queuedAt ?? state.createdAt;
};
