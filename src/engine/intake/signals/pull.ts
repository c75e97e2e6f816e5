/** A pull request of ours is not what it was: its head, its state, its reviews. */
import type { Account, Repository } from '../../../core/actor.ts';
import type { Review } from '../../../core/approvals/facts.ts';
import { taskStream } from '../../../core/stream.ts';
import { runAtPull } from '../../../core/task/state/run-at-pull.ts';
import { createdOf, isOpen } from '../../../core/task/state/state.ts';
import type { CommandCall, MalformedCall } from '../../../core/trigger.ts';
import type { Intake } from '../../dependencies.ts';
import { endedPull } from '../../facts/ended-pull.ts';
import { loadFolded } from '../../handle.ts';
import type { TaskRow } from '../../ports/event-log.ts';
import { asTask } from '../../streams.ts';
import { hasSay } from '../callers/callers.ts';
import { remedyWhatFailed, standBack } from '../checks/remedy-pull.ts';
import { reportOnPull } from '../checks/required-check.ts';
import { onCommentChanged } from '../commands/answer.ts';
import { onCall } from '../commands/command.ts';
import { askForMore } from '../commands/rework.ts';
import { ofMovedPull, ofPull, personOf, sendToTask, signal } from '../intake.ts';
import { onPolicyChange, type PullHead } from '../rules/policy-change.ts';
import { stopWork } from './issue-gone.ts';

type OfPull = { repository: Repository; pull: number };

/** What is new may change policy, and our check may be required on it. */
export async function onPullContent(
  intake: Intake,
  trigger: PullHead & { fork: boolean; by?: Account },
): Promise<string> {
  // A head whose files can't be read keeps nobody waiting for our check.
  const reported = await reportOnPull(intake, trigger);
  return `${await onPolicyChange(intake, trigger)}; ${reported}`;
}

/** What its text asks for is answered besides. */
export async function onPullOpened(
  intake: Intake,
  trigger: PullHead & { fork: boolean; by: Account; command: MalformedCall | null },
): Promise<string> {
  const note = await onPullContent(intake, trigger);
  return trigger.command ? `${note}; ${await onCall(intake, trigger.command)}` : note;
}

/** What is pushed is new content besides. */
export async function onPullPushed(
  intake: Intake,
  trigger: PullHead & { fork: boolean; at: string; by: Account; own: boolean },
): Promise<string> {
  const { repository, pull, head, at } = trigger;
  const row = await ofMovedPull(intake, repository.id, pull);
  const ours = row !== undefined && (await isOurPush(intake, row, trigger));
  const by = trigger.own ? null : personOf(trigger.by);
  const note = ours
    ? 'our own push'
    : await signal(intake, row, { signal: 'head', detail: head, at, by, check: null });
  const stood = trigger.own ? null : await standBack(intake, trigger);
  const notes = [note, ...(stood === null ? [] : [stood]), await onPullContent(intake, trigger)];
  return notes.join('; ');
}

/** What GitHub pushes in our name where we had it update the branch is news. */
async function isOurPush(
  { log }: Intake,
  row: TaskRow,
  { head, own }: { head: string; own: boolean },
): Promise<boolean> {
  const { state } = asTask(await loadFolded(log, taskStream(row.id)));
  return (
    (own && state.blocked?.obstacle !== 'behind') ||
    createdOf(state).branch !== row.branch ||
    state.pushed?.sha === head
  );
}

/** Another base is another change: what is retargeted or reopened may change policy. */
export async function onPullState(
  intake: Intake,
  trigger: PullHead & { fork: boolean; action: string; at: string; by: Account },
): Promise<string> {
  const { repository, pull, action, at, base, by } = trigger;
  const moved = action === 'retargeted';
  const row = await (moved ? ofMovedPull : ofPull)(intake, repository.id, pull);
  const merged = action === 'merged' && row ? await mergedInRound(intake, row, trigger) : null;
  const note =
    merged ??
    (await signal(intake, row, {
      signal: 'state',
      detail: moved ? base : action,
      at: moved ? at : null,
      by: null,
      check: null,
    }));
  // Of a task that works on somebody's pull request, nothing is left to do.
  if (action === 'closed' || action === 'merged') {
    const because = `The pull request #${pull} was ${action}.`;
    return `${note}; ${await stopWork(intake, repository, pull, { by, because })}`;
  }
  const notes = [note];
  if (moved || action === 'reopened') notes.push(await onPullContent(intake, trigger));
  const isOpened = action === 'reopened' || action === 'ready_for_review';
  // A pull request of ours asks for its own checks.
  const helped = isOpened && !row && !trigger.fork ? await remedyWhatFailed(intake, trigger) : null;
  if (helped !== null) notes.push(helped);
  return notes.join('; ');
}

/** A person merges while a further round is at work: it ends. Null where the step that merges looks by itself. */
async function mergedInRound(
  intake: Intake,
  { id: task }: TaskRow,
  { repository, pull }: OfPull,
): Promise<string | null> {
  const { state } = asTask(await loadFolded(intake.log, taskStream(task)));
  if (!isOpen(state) || runAtPull(state)) return null;
  const { facts } = intake.github;
  const ended = await endedPull(facts, state, await facts.pull(repository, pull));
  if (ended?.type !== 'merged') return null;
  const handled = await sendToTask(intake, task, ended, null);
  return handled.ok ? `${task} is merged` : handled.refusal.message;
}

/** A hint to look at the live reviews; a command in its text is a command. */
export async function onReview(
  intake: Intake,
  trigger: OfPull & {
    action: 'submitted' | 'edited' | 'dismissed' | 'requested';
    review: { id: number; state: Review['state'] } | null;
    by: Account;
    command: CommandCall | MalformedCall | null;
  },
): Promise<string> {
  const { repository, pull, action, by, review, command } = trigger;
  const row = await ofPull(intake, repository.id, pull);
  const detail = `${action} by ${by.login}`;
  const news = { signal: 'review', detail, at: null, by: null, check: null } as const;
  const isGiven = action === 'submitted' || action === 'edited';
  const notes = [
    // What strangers think of it decides nothing, so nothing is asked again.
    row && isGiven && !(await hasSay(intake, repository, by))
      ? `${by.login} has no say`
      : await signal(intake, row, news),
  ];
  if (command) notes.push(await onCall(intake, command));
  else if (row && review && action === 'submitted' && review.state === 'CHANGES_REQUESTED')
    notes.push(await onChangesRequested(intake, row, { repository, pull, review: review.id, by }));
  if (review && (action === 'edited' || action === 'dismissed')) {
    const changed = { repository, issue: pull, comment: review.id, how: action, by };
    notes.push(await onCommentChanged(intake, { via: 'review', ...changed }));
  }
  return notes.join('; ');
}

/** A review that asks for changes is a request, where the default branch says so. */
async function onChangesRequested(
  intake: Intake,
  { id: task }: TaskRow,
  given: OfPull & { review: number; by: Account },
): Promise<string> {
  const { repository, pull, review } = given;
  // What a machine answers to our work would start more of it, and that is answered again.
  if (given.by.type !== 'User') return 'a machine asks for no work by its review';
  const { state } = asTask(await loadFolded(intake.log, taskStream(task)));
  if (!createdOf(state).config.remediate.reviews) return 'reviews start no work here';
  if (!(await hasSay(intake, repository, given.by))) return `${given.by.login} may not ask for it`;
  const handled = await askForMore(intake, task, {
    id: `review-${review}`,
    repository,
    pull,
    by: personOf(given.by),
    target: { kind: 'review', number: pull, id: review },
    text: '',
  });
  if (handled === null) return 'no role works on comments';
  return handled.ok ? `asked ${task} for more` : handled.refusal.message;
}
