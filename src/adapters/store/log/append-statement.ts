/**
 * The SQL statement for a batch of appends: one statement for all of them is one transaction and one
 * round trip. It includes only the queries that some append of the batch needs, because a query
 * costs time even where it finds nothing to do. The column `i` says to which append a row belongs.
 */

import type { StoredEvent } from '../../../core/event.ts';
import { keysOf } from '../../../core/keys-of.ts';
import type { StreamRef } from '../../../core/stream.ts';
import type { ApprovalRow } from '../../../engine/ports/approval-index.ts';
import type { BacklogRow } from '../../../engine/ports/backlog-index.ts';
import type { DecisionRow } from '../../../engine/ports/decision-index.ts';
import { type Fence, PROJECTIONS_VERSION, type TaskRow } from '../../../engine/ports/event-log.ts';
import type { QuestionRow } from '../../../engine/ports/question-index.ts';
import type { RunRow } from '../../../engine/ports/run-records.ts';
import { approvalColumns } from '../rows/approval-index.ts';
import { backlogColumns } from '../rows/backlog-index.ts';
import { decisionColumns } from '../rows/decision-index.ts';
import { questionColumns } from '../rows/question-index.ts';
import { recordColumns } from '../rows/run-records.ts';
import { taskColumns } from '../rows/task-index.ts';
import { EXPIRED, NOBODY } from '../shared/leases.ts';
import type { OutboxRow } from './outbox.ts';

export type PreparedAppend = {
  stream: StreamRef;
  expected: number;
  events: StoredEvent[];
  bodies: string[];
  /** The folded state as JSON; `null` leaves the stored state unchanged. */
  folded: string | null;
  /** Bytes of events that were appended after the stored state. */
  behind: number;
  fence: Fence | null;
  outbox: OutboxRow;
  task: TaskRow | null;
  runs: RunRow[];
  approvals: ApprovalRow[];
  /** Undefined: as it stands. */
  question: QuestionRow | null | undefined;
  decisions: DecisionRow[];
  backlog: BacklogRow | null;
};

type SqlStatement = { name: string; text: string; values: unknown[] };

/** For each append: whether it was written, and if not, whether its lease was still held. */
export type AppendedRow = { i: number; appended: boolean; allowed: boolean };

type NamedQueries = Record<string, string>;
/** Makes a table expression of rows that are passed as one JSON parameter. */
type JsonTable = (columns: string, rows: object[]) => string;

/** Builds the statement. No two appends of a batch may be to the same stream. */
export function appendStatement(batch: PreparedAppend[]): SqlStatement {
  const values: unknown[] = [];
  const table: JsonTable = (columns, rows) =>
    `json_to_recordset($${values.push(JSON.stringify(rows))}::json) AS t(${columns})`;
  const queries: NamedQueries = { given: givenQuery(batch, values) };
  const fenced = batch.some(({ fence }) => fence);
  if (fenced)
    // The lease's row stays locked until the commit, so that no new epoch begins in between.
    queries.fence = `
  SELECT g.i FROM given g JOIN leases l ON l.name = g.lease AND l.epoch = g.epoch
  WHERE l.until > clock_timestamp() FOR SHARE OF l`;
  queries.allowed = fenced
    ? 'SELECT * FROM given WHERE lease IS NULL OR i IN (SELECT i FROM fence)'
    : 'SELECT * FROM given';
  Object.assign(queries, headQueries(batch), { written: eventsQuery(batch, table) });
  if (batch.some(({ fence }) => fence?.release))
    queries.released = `
  UPDATE leases l SET until = ${EXPIRED}, holder = '${NOBODY}' FROM head h
  WHERE h.release AND l.name = h.lease AND l.epoch = h.epoch`;
  if (batch.some(({ task }) => task)) queries.indexed = taskIndexQuery(batch, table);
  if (batch.some(({ runs }) => runs.length > 0)) queries.recorded = runRecordsQuery(batch, table);
  if (batch.some(({ approvals }) => approvals.length > 0))
    queries.approvals = approvalsQuery(batch, table);
  if (batch.some(({ question }) => question)) queries.questions = questionsQuery(batch, table);
  if (batch.some(({ question }) => question === null))
    queries.answered = answeredQuery(batch, values);
  if (batch.some(({ decisions }) => decisions.length > 0))
    Object.assign(queries, decisionQueries(batch, table));
  if (batch.some(({ backlog }) => backlog)) queries.backlogs = backlogsQuery(batch, table);
  const expressions = Object.entries(queries).map(([name, query]) => `${name} AS (${query}\n)`);
  return {
    // The name lists the queries, so that each text has its own; PostgreSQL compares 63 characters.
    name: `append ${Object.keys(queries)
      .map(name => name.slice(0, 3))
      .join('')}`,
    text: `WITH ${expressions.join(', ')}
SELECT i, i IN (SELECT i FROM head) AS appended, i IN (SELECT i FROM allowed) AS allowed FROM given`,
    values,
  };
}

const GIVEN_COLUMNS = {
  i: 'int',
  kind: 'text',
  id: 'text',
  expected: 'int',
  version: 'int',
  hash: 'text',
  folded: 'text',
  behind: 'int',
  open: 'text',
  due_at: 'timestamptz',
  lease: 'text',
  epoch: 'bigint',
  release: 'bool',
};

/**
 * The rows of the batch, passed as arrays. PostgreSQL expects ten rows of an array, but a hundred of
 * a JSON value, for which it would scan all of `streams`.
 */
function givenQuery(batch: PreparedAppend[], values: unknown[]): string {
  const rows = batch.map(({ stream, expected, events, folded, behind, outbox, fence }, i) => ({
    i,
    kind: stream.kind,
    id: stream.id,
    expected,
    version: events.at(-1)?.seq,
    hash: events.at(-1)?.hash,
    folded,
    behind,
    open: outbox.open,
    due_at: outbox.dueAt,
    lease: fence?.lease,
    epoch: fence?.epoch,
    release: fence?.release ?? false,
  }));
  const columns = keysOf(GIVEN_COLUMNS);
  const arrays = columns.map(
    name => `$${values.push(rows.map(row => row[name]))}::${GIVEN_COLUMNS[name]}[]`,
  );
  return `SELECT * FROM unnest(${arrays.join(', ')}) AS t(${columns.join(', ')})`;
}

/**
 * Creates or advances the streams. A concurrent append waits on the row and then conflicts. A stream's projections
 * are of the earliest version that wrote some of them.
 */
function headQueries(batch: PreparedAppend[]): NamedQueries {
  const queries: NamedQueries = {};
  if (batch.some(({ expected }) => expected === 0))
    queries.created = `
  INSERT INTO streams
    (kind, id, version, hash, folded, open, open_since, due_at, projections, projected)
  SELECT kind, id, version, hash, folded, open, CASE WHEN due_at IS NOT NULL THEN now() END, due_at,
    ${PROJECTIONS_VERSION}, version
  FROM allowed WHERE expected = 0
  ON CONFLICT DO NOTHING
  RETURNING kind, id`;
  if (batch.some(({ expected }) => expected > 0))
    queries.advanced = `
  UPDATE streams s
  SET version = g.version, hash = g.hash, behind = g.behind, folded = coalesce(g.folded, s.folded),
    open = g.open, due_at = g.due_at,
    open_since = CASE WHEN g.due_at IS NOT NULL THEN coalesce(s.open_since, now()) END,
    projections = least(s.projections, ${PROJECTIONS_VERSION}), projected = g.version
  FROM allowed g
  WHERE g.expected > 0 AND s.kind = g.kind AND s.id = g.id AND s.version = g.expected
  RETURNING s.kind, s.id`;
  const heads = Object.keys(queries).map(name => `SELECT kind, id FROM ${name}`);
  queries.head = `SELECT g.* FROM allowed g JOIN (${heads.join(' UNION ALL ')}) AS h USING (kind, id)`;
  return queries;
}

const EVENT_COLUMNS = 'i int, seq int, type text, v int, at text, body text, prev text, hash text';

function eventsQuery(batch: PreparedAppend[], table: JsonTable): string {
  const rows = batch.flatMap(({ events, bodies }, i) =>
    events.map(({ seq, type, v, at, prev, hash }, index) => {
      const body = bodies[index];
      return { i, seq, type, v, at, body, prev, hash };
    }),
  );
  return `
  INSERT INTO events (stream_kind, stream_id, seq, type, v, at, body, prev, hash)
  SELECT h.kind, h.id, t.seq, t.type, t.v, t.at, t.body, t.prev, t.hash
  FROM ${table(EVENT_COLUMNS, rows)} JOIN head h USING (i)`;
}

function taskIndexQuery(batch: PreparedAppend[], table: JsonTable): string {
  const rows = batch.flatMap(({ task }, i) => (task ? [{ i, task: taskColumns(task) }] : []));
  return `
  INSERT INTO tasks
  SELECT r.* FROM ${table('i int, task json', rows)} JOIN head h USING (i),
    json_populate_record(NULL::tasks, t.task) AS r
  ON CONFLICT (id) DO UPDATE SET
    repository_id = excluded.repository_id, repository = excluded.repository, issue = excluded.issue,
    pull = excluded.pull, head = excluded.head, branch = excluded.branch, command = excluded.command,
    title = excluded.title, status = excluded.status, requester = excluded.requester,
    origin = excluded.origin, origin_key = excluded.origin_key, waits_on = excluded.waits_on,
    waits_since = excluded.waits_since, reason = excluded.reason,
    open = excluded.open, created_at = excluded.created_at, updated_at = excluded.updated_at`;
}

/** A run ends once; whether its work stands, whether people step in, and what it cost may change after that. */
function runRecordsQuery(batch: PreparedAppend[], table: JsonTable): string {
  const rows = batch.flatMap(({ runs }, i) => runs.map(run => ({ i, run: recordColumns(run) })));
  return `
  INSERT INTO run_records
  SELECT r.* FROM ${table('i int, run json', rows)} JOIN head h USING (i),
    json_populate_record(NULL::run_records, t.run) AS r
  ON CONFLICT (task, run) DO UPDATE SET
    rejected = excluded.rejected, interventions = excluded.interventions,
    nano_usd = excluded.nano_usd`;
}

function approvalsQuery(batch: PreparedAppend[], table: JsonTable): string {
  const rows = batch.flatMap(({ approvals }, i) =>
    approvals.map(approval => ({ i, approval: approvalColumns(approval) })),
  );
  return `
  INSERT INTO approvals
  SELECT r.* FROM ${table('i int, approval json', rows)} JOIN head h USING (i),
    json_populate_record(NULL::approvals, t.approval) AS r
  ON CONFLICT (task, approval) DO UPDATE SET
    waiting = excluded.waiting, status = excluded.status, by = excluded.by,
    aside = excluded.aside, own = excluded.own, answered = excluded.answered,
    changed_at = excluded.changed_at`;
}

function questionsQuery(batch: PreparedAppend[], table: JsonTable): string {
  const rows = batch.flatMap(({ question }, i) =>
    question ? [{ i, question: questionColumns(question) }] : [],
  );
  return `
  INSERT INTO questions
  SELECT r.* FROM ${table('i int, question json', rows)} JOIN head h USING (i),
    json_populate_record(NULL::questions, t.question) AS r
  ON CONFLICT (task) DO UPDATE SET
    question = excluded.question, step = excluded.step, role = excluded.role,
    asked_at = excluded.asked_at`;
}

/** What is asked no more. */
function answeredQuery(batch: PreparedAppend[], values: unknown[]): string {
  const answered = batch.flatMap(({ question }, i) => (question === null ? [i] : []));
  return `
  DELETE FROM questions q USING head h
  WHERE h.i = ANY ($${values.push(answered)}::int[]) AND h.kind = 'task' AND q.task = h.id`;
}

/** A decision never changes. */
function decisionQueries(batch: PreparedAppend[], table: JsonTable): NamedQueries {
  const rows = batch.flatMap(({ decisions }, i) =>
    decisions.map(decision => ({ i, decision: decisionColumns(decision) })),
  );
  const decisions = `
  INSERT INTO decisions
  SELECT r.* FROM ${table('i int, decision json', rows)} JOIN head h USING (i),
    json_populate_record(NULL::decisions, t.decision) AS r
  ON CONFLICT (task, seq) DO NOTHING
  RETURNING *`;
  const policies = `
  INSERT INTO decision_policies (task, seq, policy, repository_id, action, outcome, agent, at)
  SELECT DISTINCT task, seq, policy, repository_id, action, outcome, agent, at
  FROM decisions, unnest(policies) AS policy`;
  return { decisions, policies };
}

function backlogsQuery(batch: PreparedAppend[], table: JsonTable): string {
  const rows = batch.flatMap(({ backlog }, i) =>
    backlog ? [{ i, backlog: backlogColumns(backlog) }] : [],
  );
  return `
  INSERT INTO backlogs
  SELECT r.* FROM ${table('i int, backlog json', rows)} JOIN head h USING (i),
    json_populate_record(NULL::backlogs, t.backlog) AS r
  ON CONFLICT (id) DO UPDATE SET
    repository = excluded.repository, title = excluded.title, status = excluded.status,
    requester = excluded.requester, items = excluded.items, done = excluded.done,
    stuck_on = excluded.stuck_on, reason = excluded.reason, waits_since = excluded.waits_since,
    created_at = excluded.created_at, ended_at = excluded.ended_at`;
}
