/** Compares the rows of a task that lists are read from with those that its events make. */
import type { ApprovalRow } from '../../../engine/ports/approval-index.ts';
import type { DecisionRow } from '../../../engine/ports/decision-index.ts';
import {
  type EventLog,
  PROJECTIONS_VERSION,
  type TaskRow,
} from '../../../engine/ports/event-log.ts';
import type { PrismaClient } from '../generated/client.ts';
import { storable } from '../rows/approval-index.ts';
import { storableDecision } from '../rows/decision-index.ts';
import { withoutNul } from '../rows/task-index.ts';

// Sentences are left out: a later version may find better words.
const TASK = [
  ...(['repositoryId', 'issue', 'pull', 'branch', 'command', 'status', 'requester'] as const),
  ...(['open', 'origin', 'originKey', 'createdAt'] as const),
] satisfies (keyof TaskRow)[];
const APPROVAL = [
  ...(['approval', 'repositoryId', 'waiting', 'status', 'gate', 'action', 'resource'] as const),
  ...(['head', 'digest', 'approvers', 'quorum', 'by', 'requestedAt'] as const),
] satisfies (keyof ApprovalRow)[];
const DECISION = [
  ...(['seq', 'repositoryId', 'action', 'outcome', 'resource', 'policies', 'at'] as const),
] satisfies (keyof DecisionRow)[];

export function createDifference(prisma: PrismaClient): EventLog['difference'] {
  return async ({ stream, expected, task, approvals = [], decisions = [] }) => {
    if (stream.kind !== 'task') return null;
    const of = { where: { task: stream.id } };
    // Of one moment: an append writes the head and its rows together.
    const [head, taskRow, approvalRows, decisionRows] = await prisma.$transaction(
      [
        prisma.stream.findUnique({ where: { kind_id: stream } }),
        prisma.task.findUnique({ where: { id: stream.id } }),
        prisma.approval.findMany(of),
        prisma.decision.findMany(of),
      ],
      { isolationLevel: 'RepeatableRead' },
    );
    if (head?.version !== expected || head.projections < PROJECTIONS_VERSION) return null;
    const tables = [
      ['tasks', TASK, taskRow ? [taskRow] : [], task ? [withoutNul(task)] : []],
      ['approvals', APPROVAL, approvalRows, approvals.map(storable)],
      ['decisions', DECISION, decisionRows, decisions.map(storableDecision)],
    ] as const;
    const wrong = tables.find(
      ([, fields, are, should]) => textOf(fields, are) !== textOf(fields, should),
    );
    return wrong?.[0] ?? null;
  };
}

/** The same text for the same rows, in whatever order they are. */
const textOf = (fields: readonly string[], rows: readonly object[]): string =>
  rows
    .map(row => JSON.stringify(fields.map(field => plainOf(Reflect.get(row, field)))))
    .sort()
    .join('\n');

/** As the engine writes it: numbers are whole, and times are ISO 8601. */
const plainOf = (value: unknown): unknown =>
  typeof value === 'bigint' ? Number(value) : value instanceof Date ? value.toISOString() : value;
