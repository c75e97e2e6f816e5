/** The merge was done, or it, or the push of a further round, is kept from happening: what follows. */
import type { Circumstance } from '../../decider.ts';
import { downstream } from '../../graph/graph.ts';
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { later } from '../../retry.ts';
import { blockedBy } from '../events/blocked.ts';
import { pushRun } from '../state/run-at-pull.ts';
import { createdOf, currentRework, isOpen, isOver, mergeRun } from '../state/state.ts';
import { isSettled } from '../work/step-state.ts';
import { advance, block, CONFLICT_REWORKS, cancel, finish, skip } from './advance.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';
import { succeed } from './ended.ts';

type Of<T extends TaskCommand['type']> = Extract<TaskCommand, { type: T }>;

/** For how long a task waits for its pull request to be opened again, in days. */
const CLOSED_DAYS = 7;

/** Somebody may open it again; until then nothing is done, and in the end the task is over. */
export function pullClosed(
  task: TaskDraft,
  { gone }: Of<'pull_closed'>,
  circumstance: Circumstance,
): CommandRefusal | null {
  const run = mergeRun(task.state) ?? pushRun(task.state);
  if (!run) return refusal('ended', 'No push and no merge is under way.');
  const { blocked } = task.state;
  const since = blocked?.obstacle === 'closed' ? blocked.since : circumstance.now;
  if (later(since, CLOSED_DAYS * 86_400_000) <= circumstance.now) {
    finish(task, 'canceled', 'The pull request was closed without merging.');
    return null;
  }
  const reason = `The pull request is closed. ${howToReopen(gone)}, and the work goes on; after ${CLOSED_DAYS} days it ends.`;
  block(task, run.id, blockedBy('closed', reason, null), circumstance);
  return null;
}

/** GitHub opens none again whose branch or base is missing. */
function howToReopen(gone: readonly string[]): string {
  if (gone.length === 0) return 'Reopen it';
  const [what, them] = gone.length === 1 ? ['branch', 'that'] : ['branches', 'them'];
  const were = gone.length === 1 ? 'was' : 'were';
  return `The ${what} ${gone.join(' and ')} ${were} deleted: restore ${them} and reopen the pull request`;
}

/** More files than these are for GitHub's own list to show. */
const LISTED_FILES = 5;

/** An agent merges the base into the branch, once for each pair of commits and a few times in all. */
export function mergeConflict(
  task: TaskDraft,
  command: Of<'merge_conflict'>,
  circumstance: Circumstance,
): CommandRefusal | null {
  const { run, base, head, files, role } = command;
  if (head !== task.state.pull?.head) return refusal('stale', 'The head has moved since.');
  const { ref } = base;
  const id = `conflict-${head}-${base.sha}`;
  const listed = files.slice(0, LISTED_FILES).join(', ');
  const more = files.length > LISTED_FILES ? ` and ${files.length - LISTED_FILES} more files` : '';
  const conflicts = `conflicts with ${ref}${listed ? ` in ${listed}${more}` : ''}`;
  if (mayMerge(task, id) && role !== null)
    task.add({
      type: 'rework.requested',
      v: 4,
      data: {
        id,
        origin: 'conflict',
        role,
        instructions: `Merge ${ref} into the branch, which ${conflicts}.`,
        by: null,
        caller: null,
        target: null,
        check: null,
        threads: [],
        merges: base,
        taint: [],
      },
    });
  const waits = task.state.waitingReworks.some(rework => rework.id === id);
  const fix = waits
    ? `An agent is to merge ${ref} into it.`
    : `Merge ${ref} into it, and the work goes on.`;
  const reason = `The branch ${conflicts}. ${fix}`;
  block(task, run, blockedBy('conflict', reason, null), circumstance);
  return null;
}

function mayMerge(task: TaskDraft, id: string): boolean {
  const { reworks, waitingReworks } = task.state;
  const merges = [...reworks, ...waitingReworks].filter(({ origin }) => origin === 'conflict');
  return (
    createdOf(task.state).graph.reworkFrom !== null &&
    merges.length < CONFLICT_REWORKS &&
    !merges.some(merge => merge.id === id)
  );
}

/** The task goes on with what stands on its merge, and ends where that is nothing. */
export function merged(
  task: TaskDraft,
  command: Of<'merged'>,
  circumstance: Circumstance,
): CommandRefusal | null {
  if (task.state.merged) return refusal('repeated', 'It is merged already.');
  const { commit, head, by } = command;
  const run = mergeRun(task.state);
  const reason = by === 'person' ? 'A person merged the pull request.' : '';
  task.add({ type: 'pull.merged', v: 1, data: { commit, head, by } });
  if (!isOpen(task.state)) return null;
  declineRest(task);
  if (run && run.state === 'waiting_approval' && by === 'person')
    cancel(task, run, 'A person merged it.');
  if (run && run.state === 'running')
    succeed(task, run.id, `Merged as ${commit.slice(0, 7)}.`, circumstance);
  else goOnAfterMerge(task, reason);
  return null;
}

const TOO_LATE =
  'The pull request was merged before that was done. Open an issue for what is still wanted, and call me there.';

/** Whoever asked for more, which is not in what was merged, learns that. */
function declineRest(task: TaskDraft): void {
  const { graph } = createdOf(task.state);
  const publish = graph.steps.find(({ purpose }) => purpose === 'publish');
  const isPublished = !publish || isSettled(task.state, publish.id);
  const underWay = isPublished ? null : currentRework(task.state);
  for (const rework of [...(underWay ? [underWay] : []), ...task.state.waitingReworks])
    if (rework.target)
      task.add({ type: 'rework.declined', v: 1, data: { id: rework.id, reason: TOO_LATE } });
}

/** What was under way before the merge is for nothing now. */
function goOnAfterMerge(task: TaskDraft, reason: string): void {
  const { graph } = createdOf(task.state);
  const merge = graph.steps.find(({ purpose }) => purpose === 'merge');
  if (!merge || downstream(graph, merge.id).length === 1) return finish(task, 'success', reason);
  for (const run of task.state.runs) if (!isOver(run)) cancel(task, run, reason);
  skip(task, merge.id, reason);
  advance(task);
}
