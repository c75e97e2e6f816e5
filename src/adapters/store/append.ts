/** Appending: all of it or nothing, and of its projections only what changes. */
import type pg from 'pg';
import type { Append, AppendResult } from '../../engine/ports/event-log.ts';
import { appendStatement, type Statement } from './append-statement.ts';
import { bodyOf } from './event-body.ts';
import type { Left, States, Written } from './states.ts';

const UNIQUE_VIOLATION = '23505';

export function createAppend(
  pool: pg.Pool,
  states: States,
): (append: Append) => Promise<AppendResult> {
  return async append => {
    const { stream } = append;
    const { statement, left, written } = prepare(append, states);
    for (;;) {
      try {
        const { rows } = await pool.query(statement);
        if (rows[0].appended) {
          states.appended(stream, left, written);
          return { outcome: 'appended' };
        }
        return { outcome: rows[0].allowed ? 'conflict' : 'fenced' };
      } catch (error) {
        const { code, constraint } = error as { code?: string; constraint?: string };
        if (code !== UNIQUE_VIOLATION || constraint !== 'tasks_one_open_per_issue') throw error;
      }
      // The other task may end while we look: then there is room for ours.
      const { rows } = await pool.query(
        'SELECT id FROM tasks WHERE repository_id = $1 AND issue = $2 AND open',
        [append.task?.repositoryId, append.task?.issue],
      );
      if (rows[0]) return { outcome: 'taken', by: rows[0].id };
    }
  };
}

function prepare(
  { stream, expected, events, folded, open, task, fence }: Append,
  states: States,
): { statement: Statement; left: Left; written: Written } {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) throw new Error(`append to ${stream.kind}/${stream.id}: no events`);
  for (const [index, { seq }] of events.entries())
    if (seq !== expected + index + 1)
      throw new Error(`append to ${stream.kind}/${stream.id}: ${seq} after ${expected + index}`);
  const bodies = events.map(bodyOf);
  const size = bodies.reduce((sum, body) => sum + body.length, 0);
  const state = states.toWrite(stream, first.prev, folded, size);
  const effects = new Map(open.map(effect => [effect.key, JSON.stringify(effect)]));
  const row = JSON.stringify(task);
  // Where the append before was ours as well, we know what stands there.
  const latest = states.latest(stream);
  const before = latest?.hash === first.prev ? latest : null;
  const stands = before?.effects ?? new Map<string, string>();
  const gone = before ? [...stands.keys()].some(key => !effects.has(key)) : expected > 0;
  const statement = appendStatement({
    ...{ stream, expected, events, bodies, fence },
    ...{ folded: state.json, behind: state.behind },
    staying: gone ? [...effects.keys()] : null,
    opened: open
      .map(effect => ({ effect, body: effects.get(effect.key) ?? '' }))
      .filter(({ effect, body }) => stands.get(effect.key) !== body),
    task: before?.task === row ? null : task,
  });
  const written = { hash: last.hash, bytes: state.bytes, behind: state.behind };
  return { statement, left: { folded, effects, task: row }, written };
}
