/** The records of agents' runs, one row each. */
import type { RunRecord } from '../../core/run-record.ts';
import { FailureClass } from '../../core/task/run.ts';
import type { RunRecords, RunRow } from '../../engine/ports/run-records.ts';
import type { PrismaClient, RunRecord as Row } from './generated/client.ts';

export function createRunRecords(prisma: PrismaClient): RunRecords {
  return {
    async ofRole(role, limit) {
      const rows = await prisma.runRecord.findMany({
        where: { role },
        orderBy: { endedAt: 'desc' },
        take: limit,
      });
      return rows.map(toRecord);
    },
    async since(from, limit) {
      const rows = await prisma.runRecord.findMany({
        where: { endedAt: { gte: from } },
        orderBy: { endedAt: 'desc' },
        take: limit,
      });
      return rows.map(toRecord);
    },
  };
}

const toRecord = ({ task: _task, run: _run, ...row }: Row): RunRecord => ({
  ...row,
  repositoryId: Number(row.repositoryId),
  outcome: row.outcome === 'success' ? 'success' : 'failure',
  // A later version of Gatehouse may know other classes.
  class: FailureClass.safeParse(row.class).data ?? null,
  tokens: Number(row.tokens),
  ms: Number(row.ms),
  endedAt: row.endedAt.toISOString(),
});

/** The row with the names of its columns. */
export function recordColumns({ repositoryId, endedAt, ...same }: RunRow) {
  return { ...same, repository_id: repositoryId, ended_at: endedAt };
}
