/** Command + state → events, or a refusal. */
import { steeredBy } from '../../actor.ts';
import { isSameCheck } from '../../check-name.ts';
import type { Circumstance, Decided } from '../../decider.ts';
import { failedEffect, RESUMED } from '../../failed-effect.ts';
import { graphFaults, inWords } from '../../graph/graph-faults.ts';
import { type CommandRefusal, type RefusalCode, refusal } from '../../refusal.ts';
import { withStop } from '../../text/with-stop.ts';
import { blockedBy } from '../events/blocked.ts';
import type { TaskEvent } from '../events/events.ts';
import { pushesToPull } from '../events/works-on.ts';
import { waitsForOurCheck } from '../state/merge-after-check.ts';
import { createdOf, isOpen, type TaskState } from '../state/state.ts';
import { recordDenial, useSecret, wait } from './act.ts';
import { block, finish } from './advance.ts';
import { answer, putAside, revoke, use } from './answer.ts';
import { voidFor } from './approve.ts';
import { freed, spent } from './budget.ts';
import type { TaskCommand } from './command.ts';
import { decided } from './decided.ts';
import { onDeployment } from './deploy.ts';
import { draftOf, type TaskDraft } from './draft.ts';
import { fail, succeed } from './ended.ts';
import { mergeConflict, merged, pullClosed } from './merge.ts';
import { baseMoved, headMoved, voidByMove } from './moved.ts';
import { override } from './override.ts';
import { pause, resume } from './pause.ts';
import { produced } from './produced.ts';
import { rerun, retry, workFound } from './rerun.ts';
import { declineRework, overtaken, rework, stopRemediation } from './rework.ts';
import { choose, unplaced } from './route.ts';
import { start } from './start.ts';

const refuse = (code: RefusalCode, message: string): Decided<TaskEvent> => ({
  ok: false,
  refusal: refusal(code, message),
});

export function decide(
  state: TaskState,
  command: TaskCommand,
  circumstance: Circumstance,
): Decided<TaskEvent> {
  if (command.type === 'create') {
    if (state.status !== 'absent') return refuse('repeated', 'The task exists already.');
    const faults = graphFaults(command.data.graph);
    if (faults.length > 0)
      return refuse('unsound', `The task graph is unsound: ${faults.map(inWords).join('; ')}.`);
  } else if (state.status === 'absent') return refuse('absent', 'The task does not exist.');
  else if (!isOpen(state) && !isTakenAfterwards(command) && !isMoveBeforeRetry(state, command))
    return refuse(
      'ended',
      `The task here has ended (${state.status}). \`/agent fix\` starts another one.`,
    );
  const task = draftOf(state, circumstance);
  const refused = apply(task, command, circumstance);
  return refused ? { ok: false, refusal: refused } : { ok: true, events: [...task.events] };
}

const AFTERWARDS = new Set<TaskCommand['type']>([
  'performed',
  'task_ended',
  'spent',
  'stop_remediation',
  'fail_effect',
  'resume_effects',
  'merged',
  'work_found',
  'rerun',
  'retry',
  'unlock',
]);

/** Whether a task still takes the command after it has ended: its surfaces are shown to the last. */
const isTakenAfterwards = (command: TaskCommand): boolean =>
  AFTERWARDS.has(command.type) ||
  (command.type === 'record' &&
    ['surface.shown', 'ref.unlocked', 'approval.posted'].includes(command.event.type)) ||
  (command.type === 'decided' && command.decision.action === 'ref.unlock');

/** What failed may be tried again: who pushed meanwhile had a part in it, and what was approved before is void. */
const isMoveBeforeRetry = ({ status }: TaskState, command: TaskCommand): boolean =>
  status === 'failure' && command.type === 'signal' && command.data.at !== null;

/** Adds the command's events to the draft, or returns why it is refused. */
function apply(
  task: TaskDraft,
  command: TaskCommand,
  circumstance: Circumstance,
): CommandRefusal | null {
  switch (command.type) {
    case 'create':
      task.add({ type: 'task.created', v: 9, data: command.data });
      return null;
    case 'cancel': {
      const { by, target, because } = command;
      task.add({ type: 'task.cancel_requested', v: 2, data: { by, target } });
      finish(task, 'canceled', because ?? `Canceled by ${steeredBy(by)}.`);
      return null;
    }
    case 'pause':
      return pause(task, command);
    case 'resume':
      return resume(task, command);
    case 'overtaken':
      return overtaken(task, command);
    case 'unlock': {
      const { by, target, work } = command;
      task.add({ type: 'ref.unlock_requested', v: 1, data: { by, target, work } });
      return null;
    }
    case 'rework':
      return rework(task, command.data);
    case 'stop_remediation':
      return stopRemediation(task, command.data);
    case 'signal':
      if (!task.state.pull) return refusal('absent', 'There is no pull request yet.');
      return signal(task, command.data);
    case 'decided':
      return decided(task, command, circumstance);
    case 'record_denial':
      return recordDenial(task, command);
    case 'use_secret':
      return useSecret(task, command);
    case 'wait':
      return wait(task, command);
    case 'choose':
      return choose(task, command);
    case 'unplaced':
      return unplaced(task, command);
    case 'start':
      return start(task, command, circumstance);
    case 'produce':
      return produced(task, command, circumstance);
    case 'spent':
      return spent(task, command);
    case 'pushed':
      return pushed(task, command, circumstance);
    case 'pull_opened': {
      const { run, number, nodeId, head } = command;
      task.add({ type: 'pull.opened', v: 1, data: { run, number, nodeId, head } });
      succeed(task, run, `Opened #${number}.`, circumstance);
      return null;
    }
    case 'task_ended': {
      const { end } = command;
      const known = task.state.followups.find(other => other.task === end.task);
      if (known && known.at >= end.at) return refusal('repeated', 'Its end is known already.');
      task.add({ type: 'followup.ended', v: 1, data: { end } });
      return null;
    }
    case 'issue_opened':
      task.add({ type: 'issue.opened', v: 1, data: { number: command.number } });
      return null;
    case 'labeled': {
      const { run, labels } = command.data;
      task.add({ type: 'run.labeled', v: 1, data: command.data });
      succeed(task, run, `Labels: ${labels.join(', ')}.`, circumstance);
      return null;
    }
    case 'reported':
      task.add({ type: 'run.reported', v: 1, data: command.data });
      succeed(task, command.data.run, 'It stands on GitHub.', circumstance);
      return null;
    case 'record':
      task.add(command.event);
      return null;
    case 'merged':
      return merged(task, command, circumstance);
    case 'merge_blocked':
      block(task, command.run, command.because, circumstance);
      return null;
    case 'merge_conflict':
      return mergeConflict(task, command, circumstance);
    case 'order_deployment':
    case 'deployment_declined':
    case 'deployment_started':
    case 'deployment_seen':
    case 'deployment_told':
    case 'gate_asked':
    case 'gate_released':
    case 'acceptance_judged':
      return onDeployment(task, command, circumstance);
    case 'cap_freed':
      return freed(task, command);
    case 'head_moved':
      return headMoved(task, command.to);
    case 'base_moved':
      return baseMoved(task, command);
    case 'work_found':
      return workFound(task, command);
    case 'rerun':
      return rerun(task, command);
    case 'retry':
      return retry(task, command);
    case 'override':
      return override(task, command);
    case 'answer':
      return answer(task, command);
    case 'put_aside':
      return putAside(task, command);
    case 'revoke':
      return revoke(task, command);
    case 'use':
      return use(task, command);
    case 'pull_closed':
      return pullClosed(task, command, circumstance);
    case 'refused':
      fail(
        task,
        command.run,
        { class: 'refused', reason: command.reason, retryable: false },
        circumstance,
      );
      return null;
    case 'performed':
      task.add({ type: 'effect.performed', v: 1, data: { key: command.key } });
      return null;
    case 'fail_effect':
      return failEffect(task, command, circumstance);
    case 'resume_effects':
      task.add(RESUMED);
      return null;
  }
}

/** What waits for our check is asked about again later, and then the check is written anew. */
function blockedByCheck(task: TaskDraft, message: string, circumstance: Circumstance): null {
  const run = waitsForOurCheck(task.state);
  const reason = withStop(`Our check could not be written: ${message}`);
  const because = blockedBy('github', reason, task.state.checksUntil);
  if (run) block(task, run.id, because, circumstance);
  return null;
}

type Of<T extends TaskCommand['type']> = Extract<TaskCommand, { type: T }>;

function pushed(
  task: TaskDraft,
  command: Of<'pushed'>,
  circumstance: Circumstance,
): CommandRefusal | null {
  const { run, branch, sha, tree, was } = command;
  voidFor(task, sha, 'New commits were pushed.');
  task.add({ type: 'branch.pushed', v: 1, data: { run, branch, sha, tree, was } });
  if (task.state.pull || pushesToPull(createdOf(task.state)))
    succeed(task, run, `Pushed ${sha.slice(0, 7)} to ${branch}.`, circumstance);
  return null;
}

/** A move that GitHub tells of ends what was approved before it, even where the head came back. */
function signal(task: TaskDraft, data: Of<'signal'>['data']): CommandRefusal | null {
  const head = task.state.pull?.head;
  if (data.signal === 'checks' && data.detail !== head)
    return refusal('stale', 'The checks are not about the present head.');
  if (data.check?.state === 'pending' && !joins(task.state, data.check.name))
    return refusal('repeated', 'Nothing else is waited for because of that.');
  const isMoved = data.signal === 'head' && data.at !== null && head && data.detail !== head;
  // Once it has failed nothing waits: what was approved is judged by its moves where it is tried again.
  if (isMoved && isOpen(task.state))
    voidByMove(task, data.detail, `${data.by ? data.by.login : 'Somebody'} pushed.`);
  task.add({ type: 'pull.signaled', v: 4, data });
  return null;
}

/** What begins while others are waited for is named with them; at any other time it is found when it matters. */
const joins = ({ mergeWaits, blocked, waitsFor }: TaskState, name: string): boolean =>
  mergeWaits && blocked?.obstacle === 'checks' && !waitsFor.some(other => isSameCheck(other, name));

function failEffect(
  task: TaskDraft,
  command: Of<'fail_effect'>,
  circumstance: Circumstance,
): CommandRefusal | null {
  const effect = circumstance.effect;
  if (!effect) return refusal('settled', 'The effect is settled already.');
  const failed = failedEffect(command, circumstance);
  task.add(failed);
  if (failed.data.retryAt !== null || !isOpen(task.state)) return null;
  const { message } = command;
  if (effect.kind === 'show' && effect.surface === 'check')
    return blockedByCheck(task, message, circumstance);
  // What frees a branch is no step of the work.
  if (effect.kind === 'decide' && effect.action === 'ref.unlock') return null;
  if ('run' in effect && effect.run !== null)
    fail(task, effect.run, { class: 'internal', reason: message, retryable: false }, circumstance);
  else if (effect.kind === 'open_issue')
    finish(task, 'failure', `There is nowhere to ask people, or to tell them: ${message}`);
  else if (effect.kind === 'decide' && effect.rework === null)
    finish(task, 'failure', `Policy could not be asked: ${message}`);
  else if (effect.kind === 'decide' && effect.rework !== null)
    declineRework(task, effect.rework, message);
  return null;
}
