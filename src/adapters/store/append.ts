/**
 * Appending: all of it or nothing, the projections with it. Appends that meet while others are on
 * their way go together with the next statement; each has its own outcome.
 */
import type pg from 'pg';
import type { Append, AppendResult } from '../../engine/ports/event-log.ts';
import { type Appended, appendStatement, type Writes } from './append-statement.ts';
import { bodyOf } from './event-body.ts';
import { createGroupCommit } from './group-commit.ts';
import { outboxRow } from './outbox.ts';
import type { Left, States, Written } from './states.ts';

const UNIQUE_VIOLATION = '23505';
const DEADLOCK = '40P01';
/** Appends of one statement, and their bytes. */
const ROWS = 50;
const BYTES = 1024 * 1024;
/** As long as a query may take. */
const DEADLINE_MS = 10_000;

export function createAppend(
  pool: pg.Pool,
  states: States,
): (append: Append) => Promise<AppendResult> {
  const commit = createGroupCommit<Writes, AppendResult>({
    flush: batch => appendAll(pool, batch),
    bytesOf: ({ folded, bodies, outbox }) =>
      [...bodies, folded ?? '', outbox.open].reduce((sum, text) => sum + text.length, 0),
    // The second of a stream stands on the first.
    apart: ({ stream }) => `${stream.kind}/${stream.id}`,
    maxRows: ROWS,
    maxBytes: BYTES,
    inFlight: 2,
    deadlineMs: DEADLINE_MS,
  });
  return async append => {
    const { writes, left, written } = prepare(append, states);
    for (;;) {
      const result = await commit.add(writes);
      if (result.outcome === 'appended') states.appended(append.stream, left, written);
      if (result.outcome !== 'taken') return result;
      // The other task may end while we look: then there is room for ours.
      const { rows } = await pool.query(
        'SELECT id FROM tasks WHERE repository_id = $1 AND issue = $2 AND open',
        [append.task?.repositoryId, append.task?.issue],
      );
      if (rows[0]) return { outcome: 'taken', by: rows[0].id };
    }
  };
}

/** `taken` says not yet by whom. */
async function appendAll(pool: pg.Pool, batch: Writes[]): Promise<AppendResult[]> {
  try {
    const { rows } = await pool.query<Appended>(appendStatement(batch));
    const results: AppendResult[] = [];
    for (const { i, appended, allowed } of rows)
      results[i] = { outcome: appended ? 'appended' : allowed ? 'conflict' : 'fenced' };
    return results;
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code !== UNIQUE_VIOLATION && code !== DEADLOCK) throw error;
    if (batch.length > 1) {
      // One of them is to blame, and nothing was written: each by itself.
      const results: AppendResult[] = [];
      for (const writes of batch) results.push(...(await appendAll(pool, [writes])));
      return results;
    }
    if (constraint !== 'tasks_one_open_per_issue') throw error;
    return [{ outcome: 'taken', by: '' }];
  }
}

function prepare(
  { stream, expected, events, folded, open, task, fence }: Append,
  states: States,
): { writes: Writes; left: Left; written: Written } {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) throw new Error(`append to ${stream.kind}/${stream.id}: no events`);
  for (const [index, { seq }] of events.entries())
    if (seq !== expected + index + 1)
      throw new Error(`append to ${stream.kind}/${stream.id}: ${seq} after ${expected + index}`);
  const bodies = events.map(bodyOf);
  const size = bodies.reduce((sum, body) => sum + body.length, 0);
  const state = states.toWrite(stream, first.prev, folded, size);
  const row = JSON.stringify(task);
  // Where the append before was ours as well, we know what stands there.
  const latest = states.latest(stream);
  const known = latest?.hash === first.prev && latest.task === row;
  const writes = {
    stream,
    expected,
    events,
    bodies,
    fence,
    outbox: outboxRow(open),
    folded: state.json,
    behind: state.behind,
    task: known ? null : task,
  };
  const written = { hash: last.hash, bytes: state.bytes, behind: state.behind };
  return { writes, left: { folded, task: row }, written };
}
