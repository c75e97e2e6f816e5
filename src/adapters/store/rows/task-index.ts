/** The index of tasks: one row for each task, which lists and look-ups read. */
import type pg from 'pg';
import { WaitsOn } from '../../../core/view.ts';
import type { TaskIndex, TaskRow } from '../../../engine/ports/event-log.ts';
import type { PrismaClient, Task } from '../generated/client.ts';

const OPEN_VERSIONS = `
SELECT t.id, s.version FROM tasks t JOIN streams s ON s.kind = 'task' AND s.id = t.id
WHERE t.open ORDER BY t.created_at DESC LIMIT $1`;

export function createTaskIndex(prisma: PrismaClient, pool: pg.Pool): TaskIndex {
  return {
    async find(id) {
      const row = await prisma.task.findUnique({ where: { id } });
      return row && toTaskRow(row);
    },
    async list({ limit = 50, repository, ...asked }) {
      const where = asked.head === null ? { ...asked, pull: { not: null } } : asked;
      const rows = await prisma.task.findMany({
        where: repository === undefined ? where : { ...where, repository: inAnyCase(repository) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
      });
      return rows.map(toTaskRow);
    },
    countOpen: () => prisma.task.count({ where: { open: true } }),
    async openVersions(limit) {
      const { rows } = await pool.query<{ id: string; version: number }>({
        name: 'open versions',
        text: OPEN_VERSIONS,
        values: [limit],
      });
      return rows;
    },
    async livedAt(time) {
      const still = [{ open: true }, { updatedAt: { gte: time } }];
      const where = { createdAt: { lt: time }, OR: still };
      const rows = await prisma.task.findMany({ where, select: { id: true } });
      return rows.map(({ id }) => id);
    },
  };
}

/** Prisma compares by ILIKE, to which these characters mean something. */
const inAnyCase = (text: string) => ({
  equals: text.replaceAll(/[\\%_]/g, '\\$&'),
  mode: 'insensitive' as const,
});

const toTaskRow = (row: Task): TaskRow => ({
  ...row,
  repositoryId: Number(row.repositoryId),
  waitsOn: WaitsOn.parse(row.waitsOn),
  waitsSince: row.waitsSince.toISOString(),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** Replaces NUL in what comes from outside, because PostgreSQL's text can't contain it. */
export const withoutNul = (task: TaskRow): TaskRow => ({
  ...task,
  title: task.title.replaceAll('\0', '\uFFFD'),
  originKey: task.originKey.replaceAll('\0', '\uFFFD'),
  requester: task.requester.replaceAll('\0', '\uFFFD'),
  reason: task.reason.replaceAll('\0', '\uFFFD'),
});

/** The row with the names of its columns. */
export function taskColumns(task: TaskRow) {
  const { repositoryId, originKey, waitsOn, waitsSince, createdAt, updatedAt, ...same } =
    withoutNul(task);
  return {
    ...same,
    repository_id: repositoryId,
    origin_key: originKey,
    waits_on: waitsOn,
    waits_since: waitsSince,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}
