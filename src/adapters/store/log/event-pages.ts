/** Parts of a stream's events, from PostgreSQL. */
import type { EventPages } from '../../../engine/ports/event-pages.ts';
import type { PrismaClient } from '../generated/client.ts';
import { toEvent } from './event-body.ts';

const PAGE_SIZE = 500;

export function createEventPages(prisma: PrismaClient): EventPages {
  return {
    async page({ kind, id }, from, limit) {
      const isForward = 'after' in from;
      const rows = await prisma.event.findMany({
        where: {
          streamKind: kind,
          streamId: id,
          seq: isForward ? { gt: from.after } : { lt: from.before },
        },
        orderBy: { seq: isForward ? 'asc' : 'desc' },
        take: limit,
      });
      return rows.map(toEvent);
    },
    async firstOf(tasks) {
      const where = { streamKind: 'task', streamId: { in: [...tasks] }, seq: 1 };
      return (await prisma.event.findMany({ where })).map(toEvent);
    },
    async *ofTypes({ kind, id }, types) {
      for (let last = 0; ; ) {
        const rows = await prisma.event.findMany({
          where: { streamKind: kind, streamId: id, type: { in: [...types] }, seq: { gt: last } },
          orderBy: { seq: 'asc' },
          take: PAGE_SIZE,
        });
        for (const row of rows) yield toEvent(row);
        if (rows.length < PAGE_SIZE) return;
        last = rows.at(-1)?.seq ?? last;
      }
    },
  };
}
