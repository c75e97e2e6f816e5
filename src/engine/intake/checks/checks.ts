/** The checks of a pull request changed: policy is asked again, or an agent is to turn them green. */
import type { Repository } from '../../../core/actor.ts';
import type { FailedCheck } from '../../../core/failed-check.ts';
import { roleForRework } from '../../../core/profile.ts';
import { taskStream } from '../../../core/stream.ts';
import { whyNotRemedied } from '../../../core/task/decide/rework.ts';
import type { DataOf } from '../../../core/task/state/state.ts';
import type { Intake } from '../../dependencies.ts';
import { loadFolded } from '../../handle.ts';
import type { TaskRow } from '../../ports/event-log.ts';
import { asTask } from '../../streams.ts';
import { ofPull, sendToTask } from '../intake.ts';
import { type CheckedCommit, type CheckFailure, failedCheck } from './failed-check.ts';
import { remedyPulls } from './remedy-pull.ts';

type Changed = {
  kind: 'checks_changed';
  repository: Repository;
  check: DataOf<'pull.signaled'>['check'];
  at: CheckedCommit;
};
export async function onCheck(intake: Intake, trigger: Changed | CheckFailure): Promise<string> {
  const notes: string[] = [];
  for (const { id } of await tasksAt(intake, trigger.repository.id, trigger.at))
    notes.push(
      trigger.kind === 'check_failed'
        ? await failed(intake, id, trigger)
        : await changed(intake, id, trigger.at.head, trigger.check),
    );
  if (notes.length > 0) return notes.join('; ');
  return trigger.kind === 'check_failed' ? remedyPulls(intake, trigger) : 'no pull request of ours';
}

/** More tasks hardly have one head. */
const MOST = 500;

/** The open tasks whose head it is, as far as GitHub says where the commit stands. */
async function tasksAt(
  intake: Intake,
  repositoryId: number,
  { head, pulls, branches }: CheckedCommit,
): Promise<TaskRow[]> {
  const ofPulls = await Promise.all(pulls.map(pull => ofPull(intake, repositoryId, pull)));
  const named = ofPulls.filter(row => row !== undefined);
  if (named.length > 0) return named;
  if (branches === null) {
    const open = { repositoryId, open: true, limit: MOST };
    const [at, unknown] = await Promise.all([
      intake.tasks.list({ ...open, head }),
      intake.tasks.list({ ...open, head: null }),
    ]);
    // Rows of before an upgrade, until they are written anew. One after the other: hundreds of states at once
    // would take much memory.
    for (const row of unknown) if ((await headOf(intake, row)) === head) at.push(row);
    return at;
  }
  const ofBranches = branches.map(branch =>
    intake.tasks.list({ repositoryId, open: true, branch, limit: 1 }),
  );
  return (await Promise.all(ofBranches)).flat();
}

const headOf = async ({ log }: Pick<Intake, 'log'>, { id }: TaskRow): Promise<string | null> =>
  asTask(await loadFolded(log, taskStream(id))).state.pull?.head ?? null;

async function changed(
  intake: Intake,
  task: string,
  head: string,
  check: DataOf<'pull.signaled'>['check'],
): Promise<string> {
  const data = { signal: 'checks', detail: head, at: null, by: null, check } as const;
  const handled = await sendToTask(intake, task, { type: 'signal', data }, null);
  return handled.ok ? `signaled ${task}` : handled.refusal.message;
}

/** A check of another App failed: work for the role that reworks checks, where the repository opts in. */
async function failed(intake: Intake, task: string, trigger: CheckFailure): Promise<string> {
  const { head } = trigger.at;
  const { failed: what } = trigger;
  const named = what.by === 'suite' ? null : ({ name: what.name, state: 'red' } as const);
  const note = await takeUp(intake, task, trigger);
  if (note === null) return `${task} takes it up`;
  await changed(intake, task, head, named);
  return `${task}: ${note}`;
}

/** Why nobody works on it; null: somebody does. */
async function takeUp(intake: Intake, task: string, trigger: CheckFailure): Promise<string | null> {
  const role = roleForRework(intake.profiles.values(), 'check');
  if (role === null) return 'no role works on failing checks';
  // Nothing is looked up for what is under way, is outdated, or is not to be worked on.
  const { state } = asTask(await loadFolded(intake.log, taskStream(task)));
  const refused = whyNotRemedied(state, trigger.at.head);
  if (refused) return refused.message;
  const check = await failedCheck(intake, trigger);
  if (check === null) return 'no check of the suite failed';
  const handled = await askForRework(intake, task, role, check);
  if (!handled.ok) return handled.refusal.message;
  const { state: after } = asTask(handled.folded);
  return after.remediationStopped ? 'work on failing checks has stopped' : null;
}

const askForRework = (intake: Intake, task: string, role: string, check: FailedCheck) =>
  sendToTask(
    intake,
    task,
    {
      type: 'rework',
      data: {
        id: `check-${check.id}`,
        origin: 'check',
        role,
        instructions: `The check "${check.name}" fails.`,
        by: null,
        target: null,
        check,
        threads: [],
        merges: null,
        caller: null,
        taint: [],
      },
    },
    null,
  );
