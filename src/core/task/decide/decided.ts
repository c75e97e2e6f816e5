/** Policy has spoken: what each answer means at its gate. */
import type { Circumstance } from '../../decider.ts';
import type { Action, PolicyDecision } from '../../decision.ts';
import { effectKey } from '../../effect.ts';
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { hasBegun } from '../approvals/begun.ts';
import { usedByMerge } from '../approvals/open-approvals.ts';
import { endsByDenial } from '../approvals/question.ts';
import { type Approval, isOver, type Run, runOf } from '../state/state.ts';
import { settle } from './act.ts';
import { advance, block, finish, openNextRound } from './advance.ts';
import { ask, because, grant, objectors, useGranted, voidOther } from './approve.ts';
import { raise } from './budget.ts';
import type { ApprovalSubject, TaskCommand } from './command.ts';
import { denyRequest } from './deny.ts';
import type { TaskDraft } from './draft.ts';
import { fail, succeed } from './ended.ts';
import { declineRework } from './rework.ts';

type Command = Extract<TaskCommand, { type: 'decided' }>;

export function decided(
  task: TaskDraft,
  command: Command,
  circumstance: Circumstance,
): CommandRefusal | null {
  const { run: id, rework, decision } = command;
  const run = id === null ? null : runOf(task.state, id);
  const { approvalSubject } = command;
  if (run && isOver(run)) return refusal('ended', `Run ${run.id} is over.`);
  const question = { action: decision.action, run: id, rework };
  if (hasBegun(task.state, question)) return refusal('repeated', 'It has begun already.');
  // What was found out about another head says nothing of this one.
  if (decision.action === 'pr.merge' && approvalSubject.capsule.head !== task.state.pull?.head)
    return refusal('stale', 'The head has moved since policy was asked.');
  // The merge asks policy anew by itself; whoever asks beside it finds its approval spent.
  const isBeside = circumstance.effect?.kind === 'decide' && decision.action === 'pr.merge';
  if (isBeside && usedByMerge(task.state)) return refusal('stale', 'The merge is under way.');
  const asksInRun = decision.gate === 'act';
  // Who is against what an agent wants to do is against that alone.
  const objections = asksInRun ? null : objectors(approvalSubject);
  // Of what takes an approval, the request says it.
  const findings = decision.outcome === 'deny' ? approvalSubject.findings : [];
  const waitsFor = command.awaits?.waitsFor ?? [];
  const { action } = decision;
  const isDenied = (objections ?? []).length > 0;
  if (decision.outcome === 'allow' && !asksInRun && !(isDenied && endsByDenial(action)))
    voidOther(task, question, approvalSubject);
  task.add({
    type: 'policy.decided',
    v: 4,
    data: { run: id, rework, decision, objections, findings, waitsFor },
  });
  noteForged(task, approvalSubject);
  if (run && asksInRun) {
    settle(task, run, decision, approvalSubject);
    return null;
  }
  const about = {
    run: run && decision.action !== 'run.start' ? startedRun(task, run) : run,
    rework,
  };
  if (run && isDenied && endsByDenial(action)) {
    const reason = denyRequest(task, action, run.id, approvalSubject);
    const failed = action === 'budget.raise' ? 'budget' : 'policy';
    fail(task, run.id, { class: failed, reason, retryable: false }, circumstance);
    return null;
  }
  if (decision.outcome === 'require_approval') ask(task, about, decision, approvalSubject);
  if (decision.outcome === 'allow') grant(task, about, decision, approvalSubject);
  if (decision.outcome === 'require_approval') return null;
  const used =
    decision.outcome === 'allow' && isUsedAtOnce(action, run)
      ? useGranted(task, question, effectKey.decide(decision.action, id ?? rework))
      : null;
  // What policy allows is shown at once; the merge itself waits.
  if (run && command.awaits && decision.outcome === 'allow')
    block(task, run.id, command.awaits, circumstance);
  // What frees a branch is no step of the work, and neither admits the task nor ends it.
  if (decision.action === 'ref.unlock') return null;
  if (rework !== null) onRework(task, rework, decision);
  else if (run === null) onTask(task, decision);
  else if (decision.outcome === 'deny')
    fail(
      task,
      run.id,
      { class: 'policy', reason: because(decision), retryable: false },
      circumstance,
    );
  else if (decision.action === 'budget.raise') raise(task, run, used);
  else if (decision.action === 'run.start') startedRun(task, run);
  else if (decision.action === 'plan.accept') acceptPlan(task, used, run, circumstance);
  else if (decision.action === 'patch.accept')
    succeed(task, run.id, run.produced?.summary ?? '', circumstance);
  return null;
}

/** The step that waited for it is done. */
function acceptPlan(
  task: TaskDraft,
  approval: Approval | null,
  run: Run,
  circumstance: Circumstance,
): void {
  const by = approval?.by.map(({ login }) => login).join(', ');
  const reason = by ? `Approved by ${by}.` : 'Policy accepts it without a person.';
  succeed(task, run.id, reason, circumstance);
}

/** Where nothing comes between the answer and what it is for. An agent's or command's run begins later. */
const isUsedAtOnce = (action: Action, run: Run | null): boolean =>
  ['task.start', 'plan.accept', 'patch.accept', 'budget.raise', 'ref.unlock'].includes(action) ||
  (action === 'run.start' && run?.executor.kind === 'builtin');

function onTask(task: TaskDraft, decision: PolicyDecision): void {
  if (decision.outcome !== 'allow') return finish(task, 'refused', because(decision));
  task.add({ type: 'task.admitted', v: 1, data: {} });
  advance(task);
}

function onRework(task: TaskDraft, id: string, decision: PolicyDecision): void {
  if (decision.outcome === 'allow') {
    openNextRound(task);
    return;
  }
  declineRework(task, id, because(decision));
}

/** A built-in step has no attempt of its own: it runs from the moment it may. */
function startedRun(task: TaskDraft, run: Run): Run {
  if (run.executor.kind === 'builtin' && run.state === 'queued') {
    const data = { run: run.id, epoch: 0, worker: 'gatehouse', adapter: null };
    task.add({ type: 'run.started', v: 1, data });
  }
  return runOf(task.state, run.id);
}

/** A check of our name by another App is reported, once. */
function noteForged(task: TaskDraft, { forged, capsule }: ApprovalSubject): void {
  for (const { check, name, app } of forged)
    if (capsule.head && !task.state.forged.some(known => known.check === check))
      task.add({ type: 'check.forged', v: 1, data: { check, name, app, head: capsule.head } });
}
