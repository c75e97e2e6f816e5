/** Rewrites a stream's projections from the state that was folded from its events. */
import type { BacklogRow } from '../../../engine/ports/backlog-index.ts';
import { type EventLog, PROJECTIONS_VERSION } from '../../../engine/ports/event-log.ts';
import type { Prisma, PrismaClient } from '../generated/client.ts';
import { storable } from '../rows/approval-index.ts';
import { storableBacklog } from '../rows/backlog-index.ts';
import { byPolicy, storableDecision } from '../rows/decision-index.ts';
import { storableQuestion } from '../rows/question-index.ts';
import { withoutNul } from '../rows/task-index.ts';
import { outboxRow } from './outbox.ts';

/** Thrown to roll back where the stream was appended to after the projection was made. */
class OutdatedProjection extends Error {}

export function createRebuild(prisma: PrismaClient): EventLog['rebuild'] {
  return async projection => {
    try {
      await prisma.$transaction(tx => rebuildStream(tx, projection));
      return 'rebuilt';
    } catch (error) {
      if (error instanceof OutdatedProjection) return 'conflict';
      throw error;
    }
  };
}

async function rebuildStream(
  tx: Prisma.TransactionClient,
  {
    stream,
    expected,
    folded,
    open,
    task,
    runs,
    approvals = [],
    question = null,
    decisions = [],
    backlog = null,
  }: Parameters<EventLog['rebuild']>[0],
): Promise<void> {
  const outbox = outboxRow(open);
  const head = {
    version: expected,
    folded: JSON.stringify(folded),
    behind: 0,
    open: outbox.open,
    projections: PROJECTIONS_VERSION,
    projected: expected,
  };
  // From here on appends to this stream wait for this transaction.
  await tx.stream.upsert({
    where: { kind_id: stream },
    create: { ...stream, ...head, hash: '' },
    update: head,
  });
  const last = await tx.event.findFirst({
    where: { streamKind: stream.kind, streamId: stream.id },
    orderBy: { seq: 'desc' },
  });
  if (last?.seq !== expected) throw new OutdatedProjection();
  const oldest = open.length > 0 ? Math.min(...open.map(({ since }) => since)) : null;
  await tx.$executeRaw`
    UPDATE streams
    SET hash = ${last.hash}, due_at = ${outbox.dueAt}::timestamptz, open_since = (
      SELECT recorded_at FROM events
      WHERE stream_kind = ${stream.kind} AND stream_id = ${stream.id} AND seq = ${oldest}::int
    )
    WHERE kind = ${stream.kind} AND id = ${stream.id}`;
  if (stream.kind === 'task') await tx.task.deleteMany({ where: { id: stream.id } });
  if (task) await tx.task.create({ data: withoutNul(task) });
  if (backlog) await writeBacklog(tx, storableBacklog(backlog));
  if (stream.kind !== 'task') return;
  await tx.runRecord.deleteMany({ where: { task: stream.id } });
  await tx.runRecord.createMany({ data: runs });
  await tx.approval.deleteMany({ where: { task: stream.id } });
  await tx.approval.createMany({ data: approvals.map(storable) });
  await tx.question.deleteMany({ where: { task: stream.id } });
  if (question) await tx.question.create({ data: storableQuestion(question) });
  await tx.decision.deleteMany({ where: { task: stream.id } });
  await tx.decision.createMany({ data: decisions.map(storableDecision) });
  await tx.decisionPolicy.deleteMany({ where: { task: stream.id } });
  await tx.decisionPolicy.createMany({ data: decisions.flatMap(byPolicy) });
}

async function writeBacklog(tx: Prisma.TransactionClient, row: BacklogRow): Promise<void> {
  await tx.backlog.upsert({ where: { id: row.id }, create: row, update: row });
}
