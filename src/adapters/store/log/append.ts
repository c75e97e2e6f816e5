/**
 * Appends events to streams. An append is written completely or not at all, with its projections.
 * Appends that arrive while others are being written go together in the next statement; each has an
 * outcome of its own.
 */
import type pg from 'pg';
import type { Append, AppendResult } from '../../../engine/ports/event-log.ts';
import { createGroupCommit } from '../connection/group-commit.ts';
import { type AppendedRow, appendStatement, type PreparedAppend } from './append-statement.ts';
import { toBody } from './event-body.ts';
import { outboxRow } from './outbox.ts';
import type { LatestState, StateCache, StoredState } from './state-cache.ts';

const UNIQUE_VIOLATION = '23505';
const DEADLOCK = '40P01';
/** The most appends of one statement, and the most bytes in them. */
const MAX_ROWS = 50;
const MAX_BYTES = 1024 * 1024;
/** An append may take as long as a query. */
const DEADLINE_MS = 10_000;

/** `told`: of every append, after it. */
export function createAppend(
  pool: pg.Pool,
  states: StateCache,
  told: (append: Append) => void,
): (append: Append) => Promise<AppendResult> {
  const commit = createGroupCommit<PreparedAppend, AppendResult>({
    flush: batch => appendAll(pool, batch),
    bytesOf: ({ folded, bodies, outbox }) =>
      [...bodies, folded ?? '', outbox.open].reduce((sum, text) => sum + text.length, 0),
    // A later append to a stream depends on the outcome of an earlier one.
    exclusiveKey: ({ stream }) => `${stream.kind}/${stream.id}`,
    maxRows: MAX_ROWS,
    maxBytes: MAX_BYTES,
    inFlight: 2,
    deadlineMs: DEADLINE_MS,
  });
  return async append => {
    const { prepared, latest, stored } = prepare(append, states);
    for (;;) {
      const result = await commit.add(prepared);
      if (result.outcome === 'appended') {
        states.appended(append.stream, latest, stored);
        told(append);
      }
      if (result.outcome !== 'taken') return result;
      // The other task may have ended meanwhile; then the append is tried again.
      const { rows } = await pool.query(
        'SELECT id FROM tasks WHERE repository_id = $1 AND origin_key = $2 AND open',
        [append.task?.repositoryId, append.task?.originKey],
      );
      if (rows[0]) return { outcome: 'taken', by: rows[0].id };
    }
  };
}

/** A result `taken` does not name the other task yet. */
async function appendAll(pool: pg.Pool, batch: PreparedAppend[]): Promise<AppendResult[]> {
  try {
    const { rows } = await pool.query<AppendedRow>(appendStatement(batch));
    const results: AppendResult[] = [];
    for (const { i, appended, allowed } of rows)
      results[i] = { outcome: appended ? 'appended' : allowed ? 'conflict' : 'fenced' };
    return results;
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code !== UNIQUE_VIOLATION && code !== DEADLOCK) throw error;
    if (batch.length > 1) {
      // One append made the batch fail, and nothing was written: each is tried by itself.
      const results: AppendResult[] = [];
      for (const prepared of batch) results.push(...(await appendAll(pool, [prepared])));
      return results;
    }
    if (constraint !== 'tasks_one_open_per_origin') throw error;
    return [{ outcome: 'taken', by: '' }];
  }
}

function prepare(
  append: Append,
  states: StateCache,
): { prepared: PreparedAppend; latest: LatestState; stored: StoredState } {
  const { stream, expected, events, folded, open, task, runs, fence } = append;
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) throw new Error(`append to ${stream.kind}/${stream.id}: no events`);
  for (const [index, { seq }] of events.entries())
    if (seq !== expected + index + 1)
      throw new Error(`append to ${stream.kind}/${stream.id}: ${seq} after ${expected + index}`);
  const bodies = events.map(toBody);
  const size = bodies.reduce((sum, body) => sum + body.length, 0);
  const state = states.toWrite(stream, first.prev, folded, size);
  const row = JSON.stringify(task);
  // The task's row need not be written where this process wrote the same row just before.
  const before = states.latest(stream);
  const unchanged = before?.hash === first.prev && before.task === row;
  const prepared = {
    stream,
    expected,
    events,
    bodies,
    fence,
    outbox: outboxRow(open),
    folded: state.json,
    behind: state.behind,
    task: unchanged ? null : task,
    runs,
    approvals: append.approvals ?? [],
    question: append.question,
    decisions: append.decisions ?? [],
    backlog: append.backlog ?? null,
  };
  const stored = { hash: last.hash, bytes: state.bytes, behind: state.behind };
  return { prepared, latest: { folded, task: row }, stored };
}
