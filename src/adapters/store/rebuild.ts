/** Writing one stream's projections anew from what was folded out of its events. */
import type { EventLog } from '../../engine/ports/event-log.ts';
import type { Prisma, PrismaClient } from './generated/client.ts';
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
  const head = { version: expected, folded: JSON.stringify(folded), behind: 0 };
  // From here on appends to this stream wait for us.
  await tx.stream.upsert({
    where: { kind_id: stream },
    create: { ...stream, ...head, hash: '' },
    update: head,
  });
  const ofStream = { streamKind: stream.kind, streamId: stream.id };
  const last = await tx.event.findFirst({ where: ofStream, orderBy: { seq: 'desc' } });
  if (last?.seq !== expected) throw new Outdated();
  await tx.stream.update({ where: { kind_id: stream }, data: { hash: last.hash } });

  const opening = await tx.event.findMany({
    where: { ...ofStream, seq: { in: open.map(({ since }) => since) } },
    select: { seq: true, at: true },
  });
  const openedAt = new Map(opening.map(({ seq, at }) => [seq, at]));
  await tx.effect.deleteMany({ where: ofStream });
  await tx.effect.createMany({
    data: open.map(effect => ({
      ...ofStream,
      key: effect.key,
      body: JSON.stringify(effect),
      notBefore: effect.notBefore,
      openedAt: openedAt.get(effect.since) ?? last.at,
    })),
  });
  if (stream.kind === 'task') await tx.task.deleteMany({ where: { id: stream.id } });
  if (task) await tx.task.create({ data: withoutNul(task) });
}
