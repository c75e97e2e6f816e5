/** What must hold where the change was deployed was looked at: the task goes on, looks again, or sends it back. */
import type { Circumstance } from '../../decider.ts';
import { stepNamed } from '../../graph/graph.ts';
import { type CommandRefusal, refusal } from '../../refusal.ts';
import { settleMs, waitMs } from '../../repository-config/environment.ts';
import { ACCEPTANCE, backoffMs, DEPLOYMENT, later } from '../../retry.ts';
import { environmentOf } from '../state/deployed.ts';
import { createdOf, type Run, runOf } from '../state/state.ts';
import { finishRun } from './advance.ts';
import type { TaskCommand } from './command.ts';
import type { TaskDraft } from './draft.ts';
import { fail, succeed } from './ended.ts';

type Acceptance = Extract<TaskCommand, { type: 'acceptance_judged' }>;

/** How often one pull request goes back to its author by this: then people look. */
export const ACCEPTANCE_REWORKS = 2;

export function acceptanceJudged(
  task: TaskDraft,
  { run: id, address, results }: Acceptance,
  circumstance: Circumstance,
): CommandRefusal | null {
  const run = runOf(task.state, id);
  if (run.state !== 'running') return refusal('ended', `Run ${id} waits for nothing.`);
  const { name } = environmentOf(task.state, run);
  const red = results.filter(({ ok }) => !ok);
  const lookAt =
    address === null || red.length > 0 ? nextLook(task, run, address, circumstance) : null;
  task.add({ type: 'acceptance.judged', v: 1, data: { run: id, address, results, lookAt } });
  if (lookAt !== null) return null;
  if (address === null) {
    const reason = `Nobody deployed the change to ${name} in the time that gatehouse.yml gives it. Look whether GitHub has an environment of exactly that name, and whether something deploys to it.`;
    fail(task, id, { class: 'timeout', reason, retryable: false }, circumstance);
    return null;
  }
  if (red.length === 0) {
    const seen =
      results.length === 0 ? `It is there: ${address}` : `All ${results.length} hold at ${address}`;
    succeed(task, id, seen, circumstance);
    return null;
  }
  const reason = `At ${address} ${red.length} of ${results.length} do not hold: ${red.map(({ name: what, seen }) => `${what}: ${seen}`).join('; ')}`;
  if (!sendBack(task, run, { name, red, reason }))
    fail(task, id, { class: 'red', reason, retryable: false }, circumstance);
  return null;
}

/** When it is looked at again; null: that was the last time. */
function nextLook(
  task: TaskDraft,
  run: Run,
  address: string | null,
  { now, jitter }: Circumstance,
): string | null {
  const { environment } = environmentOf(task.state, run);
  const before = task.state.acceptances.find(one => one.run === run.id);
  const until =
    address === null
      ? later(run.startedAt ?? now, waitMs(environment))
      : later(before?.since ?? now, settleMs(environment));
  if (until <= now) return null;
  const pace = address === null ? DEPLOYMENT : ACCEPTANCE;
  const next = later(now, backoffMs((before?.looks ?? 0) + 1, jitter, pace));
  return next < until ? next : until;
}

/** Before the merge, the author works on what does not hold; false: nobody does. */
function sendBack(
  task: TaskDraft,
  run: Run,
  { name, red, reason }: { name: string; red: Acceptance['results']; reason: string },
): boolean {
  const { state } = task;
  const { graph } = createdOf(state);
  const lead = graph.reworkFrom === null ? null : stepNamed(graph, graph.reworkFrom);
  const all = [...state.reworks, ...state.waitingReworks];
  const sent = all.filter(({ origin }) => origin === 'acceptance').length;
  if (state.merged || lead?.kind !== 'agent' || sent >= ACCEPTANCE_REWORKS) return false;
  finishRun(task, { run: run.id, outcome: 'failure', class: 'red', reason });
  const faults = red.map(({ fault }) => `- ${fault}`).join('\n');
  task.add({
    type: 'rework.requested',
    v: 4,
    data: {
      id: `acceptance-${run.id}`,
      origin: 'acceptance',
      role: lead.role,
      instructions: `The change was deployed to ${name}, and this does not hold there:\n${faults}`,
      by: null,
      caller: null,
      target: null,
      check: null,
      threads: [],
      merges: null,
      taint: [],
    },
  });
  return true;
}
