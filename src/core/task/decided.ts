/** Policy has spoken: what each answer means at its gate. */
import type { Circumstance } from '../decider.ts';
import type { PolicyDecision } from '../decision.ts';
import { advance, fail, finish, openNextRound, succeed, type TaskDraft } from './advance.ts';
import { ask, grant, noteRefusals } from './approve.ts';
import type { TaskCommand } from './command.ts';
import { isOver, type Run, runOf } from './state.ts';

type Command = Extract<TaskCommand, { type: 'decided' }>;

export function decided(
  task: TaskDraft,
  command: Command,
  circumstance: Circumstance,
): string | null {
  const { run: id, rework, decision } = command;
  const run = id === null ? null : runOf(task.state, id);
  if (run && isOver(run)) return `Run ${run.id} is over.`;
  task.add({ type: 'policy.decided', v: 1, data: { run: id, rework, decision } });
  if (rework !== null) onRework(task, rework, decision);
  else if (run === null) onTask(task, decision);
  else if (decision.action === 'pr.merge') onMerge(task, run, command, circumstance);
  else if (decision.outcome === 'require_approval')
    ask(task, startedRun(task, run), decision, null);
  else if (decision.outcome === 'deny')
    fail(
      task,
      run.id,
      { class: 'policy', reason: because(decision), retryable: false },
      circumstance,
    );
  else if (decision.action === 'run.start') startedRun(task, run);
  else if (decision.action === 'patch.accept') succeed(task, run.id, run.produced?.summary ?? '');
  return null;
}

export const because = (decision: PolicyDecision): string =>
  decision.reasons[0] ?? `Policy answers ${decision.outcome}.`;

function onTask(task: TaskDraft, decision: PolicyDecision): void {
  if (decision.outcome !== 'allow') return finish(task, 'refused', because(decision));
  task.add({ type: 'task.admitted', v: 1, data: {} });
  advance(task);
}

function onRework(task: TaskDraft, id: string, decision: PolicyDecision): void {
  if (decision.outcome === 'allow') openNextRound(task);
  else task.add({ type: 'rework.declined', v: 1, data: { id, reason: because(decision) } });
}

/** A built-in step has no attempt of its own: it runs from the moment it may. */
function startedRun(task: TaskDraft, run: Run): Run {
  if (run.executor.kind === 'builtin' && run.state === 'queued') {
    const data = { run: run.id, epoch: 0, worker: 'gatehouse', adapter: null };
    task.add({ type: 'run.started', v: 1, data });
  }
  return runOf(task.state, run.id);
}

function onMerge(task: TaskDraft, run: Run, command: Command, circumstance: Circumstance): void {
  const { decision, verdicts } = command;
  const head = task.state.pull?.head ?? null;
  switch (decision.outcome) {
    case 'deny':
      return fail(
        task,
        run.id,
        { class: 'policy', reason: because(decision), retryable: false },
        circumstance,
      );
    case 'require_approval': {
      const approval = ask(task, run, decision, head);
      if (verdicts) noteRefusals(task, approval, verdicts);
      return;
    }
    case 'allow':
      if (verdicts) grant(task, run, verdicts);
  }
}
