/**
 * An agent asks in the middle of its run. What policy denies, it goes on without; what takes a
 * person, the run stops for: nothing runs until the answer, and any worker goes on from there.
 */

import type { PolicyDecision } from '../../decision.ts';
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { withoutTrailing } from '../../text/without-trailing.ts';
import { openApproval } from '../approvals/open-approvals.ts';
import { type Run, runOf } from '../state/state.ts';
import {
  ask,
  because,
  grant,
  lostBy,
  objectors,
  recordVerdicts,
  voidApproval,
  voidAsked,
  voidOther,
} from './approve.ts';
import type { ApprovalSubject, TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';

type Of<T extends TaskCommand['type']> = Extract<TaskCommand, { type: T }>;

/** How often one run may stop for a person; what would take one after that is denied. */
export const WAITS = 5;

export function recordDenial(
  task: TaskDraft,
  { run: id, decision }: Of<'record_denial'>,
): CommandRefusal | null {
  const { state } = runOf(task.state, id);
  if (state !== 'running')
    return refusal('ended', `Run ${id} is ${state}: it does nothing any more.`);
  const data = { run: id, rework: null, decision, objections: null, findings: [], waitsFor: [] };
  task.add({ type: 'policy.decided', v: 4, data });
  return null;
}

/** Only an allow is a use of the secret, and the use is in the log before its value is read. */
export function useSecret(
  task: TaskDraft,
  { run, secret, decision }: Of<'use_secret'>,
): CommandRefusal | null {
  const refused = recordDenial(task, { type: 'record_denial', run, decision });
  if (refused !== null || decision.outcome !== 'allow') return refused;
  task.add({ type: 'secret.used', v: 1, data: { run, secret } });
  return null;
}

export function wait(task: TaskDraft, command: Of<'wait'>): CommandRefusal | null {
  const { run: id, decision, approvalSubject, checkpoint, artifacts } = command;
  const run = runOf(task.state, id);
  if (run.state !== 'running') return refusal('ended', `Run ${id} is ${run.state}, it can't wait.`);
  if (run.waits >= WAITS)
    return refusal('limit', `Run ${id} has waited ${WAITS} times, it can't wait again.`);
  // A run waits for one question at a time.
  voidAsked(task, id, 'The agent asks for something else now.');
  if (artifacts.length > 0)
    task.add({ type: 'artifact.stored', v: 1, data: { run: id, artifacts } });
  ask(task, { run, rework: null, checkpoint }, decision, approvalSubject);
  return null;
}

/**
 * Applies what people answered to a request from inside a run. A denial is an answer as well: the agent
 * goes on and may find another way.
 */
export function settle(
  task: TaskDraft,
  run: Run,
  decision: PolicyDecision,
  approvalSubject: ApprovalSubject,
): void {
  const question = { action: decision.action, run: run.id, rework: null };
  const standing = openApproval(task.state, question);
  if (!standing) return;
  const against = objectors(approvalSubject) ?? [];
  const isDenied = against.length > 0 || decision.outcome === 'deny';
  if (run.state !== 'waiting_approval') {
    // The run is at work again: it loses an approval that it has not used yet, and asks anew.
    if (isDenied || decision.outcome !== 'allow' || standing.digest !== approvalSubject.digest)
      voidApproval(
        task,
        standing,
        null,
        lostBy(standing, approvalSubject) ?? approvalSubject.judgement?.missing[0],
      );
  } else if (isDenied) {
    recordVerdicts(task, standing.id, approvalSubject);
    const who = against.map(({ login }) => login).join(', ');
    const reason = who ? `${who} denied it${wordsOf(task, standing.id)}.` : because(decision);
    const data = { approval: standing.id, by: against, reason };
    task.add({ type: 'approval.denied', v: 1, data });
  } else if (decision.outcome === 'allow') {
    voidOther(task, question, approvalSubject);
    grant(task, { run, rework: null }, decision, approvalSubject);
  } else ask(task, { run, rework: null }, decision, approvalSubject);
}

/** Why, in the words of whoever denied it last. */
export function wordsOf(task: TaskDraft, approval: string): string {
  const denial = task.state.answers.findLast(
    answer => answer.approval === approval && answer.says === 'deny',
  );
  const words = denial && withoutTrailing(denial.reason.trim(), '.').slice(0, 500);
  return words ? `: ${words}` : '';
}
