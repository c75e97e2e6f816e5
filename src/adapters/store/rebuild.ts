/** Writing one stream's projections anew from what was folded out of its events. */
import type { EventLog } from '../../engine/ports/event-log.ts';
import type { Prisma, PrismaClient } from './generated/client.ts';
import { outboxRow } from './outbox.ts';
import { withoutNul } from './tasks.ts';

/** Somebody appended since the projection was made: rolls the transaction back. */
class Outdated extends Error {}

export function createRebuild(prisma: PrismaClient): EventLog['rebuild'] {
  return async projection => {
    try {
      await prisma.$transaction(tx => rebuild(tx, projection));
      return 'rebuilt';
    } catch (error) {
      if (error instanceof Outdated) return 'conflict';
      throw error;
    }
  };
}

async function rebuild(
  tx: Prisma.TransactionClient,
  { stream, expected, folded, open, task }: Parameters<EventLog['rebuild']>[0],
): Promise<void> {
  const outbox = outboxRow(open);
  const head = { version: expected, folded: JSON.stringify(folded), behind: 0, open: outbox.open };
  // From here on appends to this stream wait for us.
  await tx.stream.upsert({
    where: { kind_id: stream },
    create: { ...stream, ...head, hash: '' },
    update: head,
  });
  const last = await tx.event.findFirst({
    where: { streamKind: stream.kind, streamId: stream.id },
    orderBy: { seq: 'desc' },
  });
  if (last?.seq !== expected) throw new Outdated();
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
}
