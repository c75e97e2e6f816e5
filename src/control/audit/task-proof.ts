/** The proof of one task: its chain, its replay, and its record as a file. */
import { z } from 'zod';
import { streamName, taskStream } from '../../core/stream.ts';
import { createdOf } from '../../core/task/state/state.ts';
import { exportLines } from '../../engine/audit/export.ts';
import { replayStream } from '../../engine/audit/replay.ts';
import { verifyWhole } from '../../engine/audit/verify.ts';
import { liveAuditSource } from '../../engine/audit-source.ts';
import { endsOfAnchors } from '../../engine/checkpoint/compare.ts';
import { GitHubFailure } from '../../engine/ports/github.ts';
import { loadTask } from '../../engine/queries/queries.ts';
import type { ControlServices } from '../control-services.ts';
import { endpoint, found, refused } from '../endpoint.ts';
import { gitHubProblem } from '../github-problem.ts';
import { NO_TASK, seenTask, TaskParams } from '../tasks/seen-task.ts';
import { inTurn } from '../turns.ts';
import { lineStream } from './ndjson.ts';

export const beside = ({ log, ledger }: Pick<ControlServices, 'log' | 'ledger'>) => ({
  head: (stream: Parameters<typeof log.load>[0]) => log.load(stream),
  ledger,
});

export const verifyTask = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/verify',
    tag: 'audit',
    summary:
      'Whether the events of a task are what was written: each by its hash, beside the head that is kept, the ledger, and the checkpoints of the log; on request also by what GitHub keeps.',
    params: TaskParams,
    query: z.object({
      anchors: z
        .enum(['github'])
        .optional()
        .describe('Compares with the anchors in the check runs on GitHub as well.'),
    }),
    ok: z
      .object({
        ok: z.boolean(),
        stream: z.string(),
        events: z.int().nullable().describe('How many there are; null where one is wrong.'),
        head: z.string().nullable(),
        seq: z.int().nullable().describe('The first event that is wrong.'),
        problem: z.string().nullable(),
        anchors: z
          .int()
          .nullable()
          .describe('How many of GitHub name it and were compared; null: not asked for.'),
        notOurs: z
          .int()
          .nullable()
          .describe(
            'How many more name it and were not compared, because another key than the present one of the App signed them, such as one that was replaced; null: not asked for.',
          ),
      })
      .meta({ id: 'Verdict' }),
  },
  async ({ viewer, params, query, signal }, services) => {
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const { log, artifacts } = services;
    const stream = taskStream(row.id);
    const anchors =
      query.anchors === undefined ? null : await anchorsNear(services, row.id, signal);
    if (anchors && 'unread' in anchors) return refused(anchors.unread);
    const record = liveAuditSource({ log, artifacts });
    const name = streamName(stream);
    const naming = anchors?.filter(({ ends }) => ends.some(end => end.stream === name)) ?? null;
    const ours = naming?.filter(anchor => services.anchors.isOurs(anchor)) ?? null;
    const recorded = endsOfAnchors(ours ?? []);
    return inTurn(signal, async () => {
      const verdict = await verifyWhole(record, stream, beside(services), recorded);
      return found({
        ok: verdict.ok,
        stream: name,
        events: verdict.ok ? verdict.events : null,
        head: verdict.ok ? verdict.head : null,
        seq: verdict.ok ? null : verdict.seq,
        problem: verdict.ok ? null : verdict.problem,
        anchors: ours?.length ?? null,
        notOurs: naming && ours && naming.length - ours.length,
      });
    });
  },
);

/** Those of the task's repository: one that names the task may stand on a pull request of another task. */
async function anchorsNear(
  { log, anchorsSeen }: ControlServices,
  task: string,
  signal: AbortSignal,
) {
  const { repository } = createdOf((await loadTask(log, task)).state);
  try {
    return await anchorsSeen(repository, signal);
  } catch (error) {
    if (signal.aborted) return { unread: NO_GITHUB };
    if (!(error instanceof GitHubFailure)) throw error;
    return { unread: error.refused ? { ...gitHubProblem(error), next: WITHOUT } : NO_GITHUB };
  }
}

/** The log is verified without GitHub as well. */
const WITHOUT = 'Leave `anchors` out, or change what GitHub names there.';
const NO_GITHUB = {
  status: 503,
  title: 'GitHub does not answer',
  code: 'github_unavailable',
  message: 'What GitHub keeps of the log could not be read.',
  next: 'Leave `anchors` out, or try again later.',
  headers: { 'retry-after': '30' },
};

export const replayTask = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/replay',
    tag: 'audit',
    summary:
      'Folds the events of a task anew and takes every decision again, as `gatehouse replay` does.',
    params: TaskParams,
    ok: z
      .object({
        stream: z.string(),
        events: z.int(),
        head: z.string(),
        verify: z.string().describe('`ok`, or the first event that is wrong and how.'),
        replay: z.string().describe('`identical`, or where it first differs.'),
        decisions: z.object({ retaken: z.int(), same: z.int() }),
      })
      .meta({ id: 'Replayed' }),
  },
  async ({ viewer, params, signal }, services) => {
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const { log, artifacts, policies } = services;
    const stream = taskStream(row.id);
    return inTurn(signal, async () => {
      const { folded } = await log.load(stream);
      const record = liveAuditSource({ log, artifacts, policies });
      const replayed = await replayStream(record, stream, folded);
      return found({ ...replayed, stream: `task/${row.id}` });
    });
  },
);

export const exportTask = endpoint(
  {
    method: 'get',
    path: '/api/v1/tasks/{task}/export',
    tag: 'audit',
    summary:
      'The record of a task as JSON lines, for `gatehouse verify --file` and `replay --file`: its events, and the facts and policies of its decisions.',
    params: TaskParams,
    ok: z.string(),
    media: 'application/x-ndjson',
  },
  async ({ viewer, params, stands }, services) => {
    const row = await seenTask(services, viewer, params.task);
    if (row === null) return NO_TASK;
    const { log, artifacts } = services;
    const lines = exportLines(liveAuditSource({ log, artifacts }), [taskStream(row.id)], false);
    return lineStream(lines, { name: `${row.id}.jsonl`, stands });
  },
);
