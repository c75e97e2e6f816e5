/** A task as it stands, and the proof of it. */
import type { TaskView } from '../../src/core/view.ts';
import { replayStream } from '../../src/engine/audit/replay.ts';
import { liveAuditSource } from '../../src/engine/audit-source.ts';
import { showTask } from '../../src/engine/queries/queries.ts';
import type { KeptState } from '../../src/engine/streams.ts';
import type { Environment } from './environment.ts';
import { MARK } from './timeline.ts';

export async function viewTask({ gatehouse }: Environment, task: string): Promise<TaskView> {
  const view = await showTask(gatehouse.parts, task);
  if (!view) throw new Error(`there is no task ${task}`);
  return view;
}

export type Summary = Awaited<ReturnType<typeof summarise>>;

/** What `--json` writes. */
export async function summarise(
  environment: Environment,
  task: string,
  timings: Record<string, number>,
) {
  const { gatehouse, github, users, at } = environment;
  const view = await viewTask(environment, task);
  const { log, leases, artifacts } = gatehouse.parts;
  const stream = { kind: 'task' as const, id: task };
  const kept = (await log.load(stream)).folded as KeptState;
  const proof = await replayStream(liveAuditSource({ log, artifacts }), stream, kept);
  const mona = github.as(users.mona);
  const pull = view.pull && (await mona.request('GET', `${at}/pulls/${view.pull.number}`)).data;
  const checks = view.pull
    ? (await mona.request('GET', `${at}/commits/${view.pull.head}/check-runs`)).data.check_runs
    : [];
  return {
    outcome: view.status,
    task,
    runs: view.runs.map(run => ({
      step: run.step,
      agent: run.agent,
      adapter: run.adapter,
      outcome: run.state,
      attempt: run.attempt,
      round: run.round,
      ms: run.ms,
      usage: run.usage,
    })),
    decisions: view.decisions.map(({ seq, gate, action, outcome, reasons }) => ({
      seq,
      gate,
      action,
      outcome,
      reason: reasons[0] ?? '',
    })),
    approvals: view.approvals.map(({ id, status, head, by, refused }) => ({
      id,
      status,
      head,
      by: by.map(person => person.login),
      refused: refused.map(({ by, rule, reason }) => ({ by: by.login, rule, reason })),
    })),
    pullRequest: pull && {
      number: pull.number,
      merged: pull.merged,
      head: pull.head.sha,
      title: pull.title,
    },
    checkRuns: checks.map((run: { name: string; conclusion: string }) => ({
      name: run.name,
      conclusion: run.conclusion,
    })),
    taint: view.taint.map(taint => `${taint.source}: ${taint.reason}`),
    events: proof.events,
    head: proof.head,
    verify: proof.verify,
    replay: proof.replay,
    // Whose turn it was to look for missed deliveries is no work under way.
    leases: (await leases.held('')).filter(name => !name.startsWith('turn:')),
    timings,
    violations: github.violations(),
  };
}

/** Whether it ended well, and the log proves it. */
export const isProven = (summary: Summary): boolean =>
  summary.outcome === 'success' &&
  summary.verify === 'ok' &&
  summary.replay === 'identical' &&
  summary.leases.length === 0 &&
  summary.violations.length === 0;

export function summaryLines(summary: Summary): string[] {
  const ms = (value: number | null) => (value === null ? '' : `${value} ms`);
  // A run that has not ended has its state.
  const marks: Record<string, string> = MARK;
  const runs = summary.runs.map(({ step, outcome, ms: took }) =>
    `${step} ${marks[outcome] ?? outcome} ${ms(took)}`.trim(),
  );
  return [
    `outcome    ${summary.outcome}`,
    `runs       ${runs.length}: ${runs.join(', ')}`,
    `decisions  ${summary.decisions.length}, of which ${summary.decisions.filter(d => d.outcome !== 'allow').length} did not allow`,
    ...summary.approvals.map(
      a =>
        `approval   ${a.head?.slice(0, 7)} ${a.status}${a.by.length > 0 ? ` by ${a.by.join(', ')}` : ''}${a.refused.map(r => `; ${r.by} refused: ${r.rule}`).join('')}`,
    ),
    ...summary.taint.map(taint => `tainted    ${taint}`),
    `log        ${summary.events} events, head ${summary.head}`,
    `verify: ${summary.verify}`,
    `replay: ${summary.replay}`,
    `contract   ${summary.violations.length} violations`,
  ];
}
