/** A task as the API shows it. */
import { z } from 'zod';
import { Person } from '../../core/actor.ts';
import { approvalInWords, PLAIN } from '../../core/approvals/in-words.ts';
import { whoApproves } from '../../core/approvals/who-approves.ts';
import { Purpose } from '../../core/graph/graph.ts';
import { Origin, Requester, requesterName } from '../../core/origin.ts';
import { ReworkOrigin } from '../../core/profile.ts';
import { Progress } from '../../core/progress.ts';
import { Proof } from '../../core/proof.ts';
import { type RunSpend, totalOf } from '../../core/spend.ts';
import { Taint } from '../../core/taint.ts';
import { shownText } from '../../core/text/shown-text.ts';
import { checkVerdict } from '../../core/verdict.ts';
import { type ApprovalView, type TaskView, WaitsOn } from '../../core/view.ts';
import { RunSummary, runSummary, SpendTotalSchema } from './shown-run.ts';

const Time = z.iso.datetime();

const ApprovalSummary = z
  .object({
    id: z.string(),
    status: z.enum(['requested', 'granted', 'used', 'denied', 'void']),
    gate: z.string(),
    action: z.string(),
    resource: z.string(),
    head: z.string().nullable(),
    digest: z.string().nullable().describe('Of exactly what is asked for.'),
    sentence: z
      .string()
      .describe('How it stands, in one sentence: the same as in the check run and the comments.'),
    reasons: z.array(z.string()),
    whoApproves: z.string().describe('Who has to approve, in words.'),
    denial: z.string(),
    by: z.array(Person),
    requestedAt: Time,
    changedAt: Time.describe('When it last became what `status` says.'),
  })
  .meta({ id: 'ApprovalSummary' });

export const Task = z
  .object({
    id: z.string(),
    repository: z.object({ id: z.int(), owner: z.string(), name: z.string() }),
    command: z.string(),
    title: z.string(),
    mode: z.enum(['live', 'dry_run']),
    status: z.enum(['proposed', 'active', 'success', 'failure', 'canceled', 'refused']),
    reason: z.string().describe('Why it ended, or what it waits for.'),
    says: z.string().describe('The title of its check run: where it stands, in one line.'),
    waitsOn: WaitsOn,
    waitsSince: Time,
    paused: z.boolean(),
    question: z.string().nullable(),
    issue: z.int().nullable(),
    pull: z.object({ number: z.int(), head: z.string(), draft: z.boolean() }).nullable(),
    origin: Origin,
    requester: Requester,
    requesterName: z.string(),
    base: z.string().describe('The branch that the work is for.'),
    taint: z.array(Taint),
    round: z.int(),
    reworks: z.array(
      z.object({
        round: z.int(),
        origin: ReworkOrigin,
        by: Person.nullable(),
        instructions: z.string(),
      }),
    ),
    steps: z.array(
      z.object({
        id: z.string(),
        kind: z.enum(['command', 'agent', 'builtin']),
        purpose: Purpose,
        needs: z.array(z.string()),
        status: z.enum(['waiting', 'active', 'done', 'failed', 'skipped']),
        run: z.string().nullable().describe('Its last run.'),
        spend: SpendTotalSchema.describe('Of all of its runs.'),
      }),
    ),
    runs: z.array(RunSummary),
    progress: z.array(Progress.extend({ run: z.string() })).describe('Of the agents that work.'),
    approvals: z.array(ApprovalSummary),
    mergeable: z.string().nullable().describe('The head that policy allows to merge.'),
    proof: z.array(Proof),
    patch: z.object({ files: z.int(), added: z.int(), removed: z.int() }).nullable(),
    summary: z.string().describe('What the last round did, as its agent tells it.'),
    spend: SpendTotalSchema,
    startedAt: Time,
    finishedAt: Time.nullable(),
    trace: z
      .object({ id: z.string(), url: z.url().nullable() })
      .describe('Its trace; url: where that is shown, null where nobody said.'),
    web: z
      .object({ repository: z.url(), issue: z.url().nullable(), pull: z.url().nullable() })
      .describe('Where it is looked at on GitHub.'),
    asOf: z
      .object({ event: z.int(), hash: z.string() })
      .describe('The last event that this shows.'),
  })
  .meta({ id: 'Task' });
type Task = z.input<typeof Task>;

export function shownTask(
  view: TaskView,
  { asOf, trace, web }: Pick<Task, 'asOf' | 'trace'> & { web: string },
  progress: ReadonlyMap<string, Progress>,
): Task {
  const { id, owner, name } = view.repository;
  const place = `${web}/${owner}/${name}`;
  const working = new Set(view.runs.filter(run => run.state === 'running').map(({ run }) => run));
  return {
    id: view.id,
    repository: { id, owner, name },
    command: view.command,
    title: view.title,
    mode: view.mode,
    status: view.status,
    reason: view.reason,
    says: checkVerdict(view).title,
    waitsOn: view.waitsOn,
    waitsSince: view.waitsSince,
    paused: view.paused,
    question: view.question,
    issue: view.issue,
    pull: view.pull,
    origin: view.origin,
    requester: view.requester,
    requesterName: requesterName(view.requester),
    base: view.base.ref,
    taint: view.taint,
    round: view.round,
    reworks: view.reworks,
    steps: view.graph.steps.map(({ id, kind, purpose, needs }) => {
      const step = view.steps.find(each => each.id === id);
      const status = step?.status ?? 'waiting';
      const spend = spentBy(view.runs.filter(run => run.step === id));
      return { id, kind, purpose, needs, status, run: step?.run?.run ?? null, spend };
    }),
    runs: view.runs.map(runSummary),
    progress: [...progress]
      .filter(([run]) => working.has(run))
      .map(([run, is]) => ({ ...is, run })),
    approvals: view.approvals.map(approvalSummary),
    mergeable: view.mergeable,
    proof: view.proof,
    patch: view.patch,
    summary: view.summary,
    spend: spentBy(view.runs),
    startedAt: view.startedAt,
    finishedAt: view.finishedAt,
    trace,
    web: {
      repository: place,
      issue: view.issue === null ? null : `${place}/issues/${view.issue}`,
      pull: view.pull === null ? null : `${place}/pull/${view.pull.number}`,
    },
    asOf,
  };
}

const spentBy = (runs: readonly { spend: RunSpend | null }[]) =>
  totalOf(runs.flatMap(({ spend }) => (spend ? [spend] : [])));

const approvalSummary = (approval: ApprovalView): z.input<typeof ApprovalSummary> => ({
  id: approval.id,
  status: approval.status,
  gate: approval.gate,
  action: approval.action,
  resource: approval.resource,
  head: approval.head,
  digest: approval.digest,
  sentence: approvalInWords(approval, { ...PLAIN, exact: shownText }),
  reasons: approval.reasons,
  whoApproves: whoApproves(approval),
  denial: approval.denial,
  by: approval.by,
  requestedAt: approval.requestedAt,
  changedAt: approval.changedAt,
});
