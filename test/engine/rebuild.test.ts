/** Every projection can be thrown away: `gatehouse replay --rebuild` writes the same tables anew. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Folded } from '../../src/core/fold.ts';
import type { StreamRef } from '../../src/core/stream.ts';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import { canonical } from '../../src/engine/chain.ts';
import { createHandle, type Handle, loadFolded } from '../../src/engine/handle.ts';
import { rebuild, rebuildStale, rowsProblem } from '../../src/engine/rebuild.ts';
import { taskRow } from '../../src/engine/rows/task-row.ts';
import { asTask, fold, STATE_VERSION, start } from '../../src/engine/streams.ts';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import { openLogOf, runProgram } from '../cli/run-program.ts';
import { asking, created, HISTORY, MAINTAINER } from '../core/task/given.ts';
import { readHistory, streamsOf } from '../histories/history.ts';
import { beginBacklog, beginTask } from './begin.ts';
import { REPOSITORY } from './github.ts';

let store: TestStore;
let sql: pg.Client;
let handle: Handle;
beforeAll(async () => {
  store = await openStore();
  sql = new pg.Client({ connectionString: store.url });
  await sql.connect();
  handle = createHandle({
    redact: text => text,
    log: store.log,
    clock: { now: () => new Date() },
    random: () => 0.5,
    appended: async () => {},
  });
  for (const name of ['canceled', 'failed']) await load(name);
  await beginBacklog(store.log);
  await beginTask(store.log, 'asking', asking({ issue: 499 }));
  await tell('open', HISTORY.waiting);
  await tell('failing', [
    ...HISTORY.admitted,
    {
      type: 'fail_effect',
      key: 'decide:task.start:task',
      class: 'server',
      message: '502',
      retryable: true,
      retryAfterMs: null,
    },
  ]);
});
afterAll(async () => {
  await sql.end();
  await store.close();
});

/** A recorded history, appended event by event as it once was. */
async function load(name: string): Promise<void> {
  const audit = await readHistory(name);
  for (const stream of await streamsOf(audit)) {
    let folded: Folded<unknown> = start(stream.kind);
    for await (const stored of audit.events(stream)) {
      folded = fold(folded, stored);
      const appended = await store.log.append({
        stream,
        expected: stored.seq - 1,
        events: [stored],
        open: folded.open,
        fence: null,
        runs: [],
        folded: { shape: STATE_VERSION, folded },
        task: stream.kind === 'task' ? taskRow(stream.id, asTask(folded)) : null,
      });
      expect(appended).toEqual({ outcome: 'appended' });
    }
  }
}

let issues = 500;
async function tell(id: string, commands: TaskCommand[]): Promise<void> {
  const first = created({ issue: ++issues });
  for (const [index, command] of commands.entries()) {
    const key = command.type === 'fail_effect' ? command.key : null;
    const handled = await handle({
      stream: { kind: 'task', id },
      command: index === 0 ? first : command,
      actor: { kind: 'person', ...MAINTAINER },
      ...(key ? { settles: { key, since: 1 } } : {}),
    });
    if (!handled.ok) throw new Error(handled.refusal.message);
  }
}

/** The projections, row by row. */
async function dump(): Promise<string[]> {
  const rows: string[] = [];
  for (const [table, order] of [
    ['streams', 'kind, id'],
    ['tasks', 'id'],
  ]) {
    const text = `SELECT row_to_json(t)::text AS row FROM ${table} AS t ORDER BY ${order}`;
    for (const { row } of (await sql.query<{ row: string }>(text)).rows)
      rows.push(`${table} ${row}`);
  }
  return rows;
}

async function rebuildAll(): Promise<string> {
  return (await runProgram(['replay', '--rebuild'], { openLog: openLogOf(store) })).out;
}

/**
 * Without the states of streams, which may lag behind their events, and those states caught up;
 * without the times that are for the order of the sweep only.
 */
async function caughtUp(): Promise<string[]> {
  const rows = (await dump()).map(row =>
    row.replace(/,"folded":.*,"behind":\d+/, '').replace(/,"open_since":("[^"]*"|null)/, ''),
  );
  const { rows: streams } = await sql.query<StreamRef>(
    'SELECT kind, id FROM streams ORDER BY 1, 2',
  );
  for (const { kind, id } of streams)
    rows.push(canonical(await loadFolded(store.log, { kind, id })));
  return rows;
}

it('writes what stands already, byte by byte', async () => {
  const before = await caughtUp();
  const tables = before.map(row => row.split(' ')[0]).filter(table => !table?.startsWith('{'));
  expect(new Set(tables)).toEqual(new Set(['streams', 'tasks']));
  const streams = tables.filter(table => table === 'streams').length;
  expect(await rebuildAll()).toBe(`rebuilt ${streams} streams from their events\n`);
  expect(await caughtUp()).toEqual(before);
});

it.each([
  ['are gone', 'DELETE FROM tasks; DELETE FROM streams'],
  ['were spoiled', "UPDATE streams SET folded = '{}', hash = '', version = version"],
  ['are of another shape', `UPDATE streams SET folded = '{"shape":0,"folded":{}}'`],
  ['say something else', "UPDATE tasks SET status = 'success', open = false, pull = 7"],
  ['have lost their effects', "UPDATE streams SET open = '[]', open_since = now(), due_at = now()"],
])('mends projections that %s', async (_, spoil) => {
  await rebuildAll();
  const before = await dump();
  await sql.query(spoil);
  expect(await dump()).not.toEqual(before);
  await rebuildAll();
  expect(await dump()).toEqual(before);
});

it('names the rows that were edited, and no others', async () => {
  const problemOf = (id: string) => rowsProblem(store.log, { kind: 'task', id });
  await rebuildAll();
  const tasks = ['asking', 'open', 'failing'];
  expect(await Promise.all(tasks.map(problemOf))).toEqual([null, null, null]);
  for (const [table, edit] of [
    ['approvals', "UPDATE approvals SET by = '{eve}', status = 'granted' WHERE task = 'open'"],
    ['approvals', "DELETE FROM approvals WHERE task = 'open'"],
    [
      'decisions',
      "UPDATE decisions SET outcome = 'deny' WHERE task = 'open' AND outcome = 'allow'",
    ],
    ['tasks', "UPDATE tasks SET requester = 'eve' WHERE id = 'open'"],
    ['tasks', "DELETE FROM tasks WHERE id = 'open'"],
  ] as const) {
    await sql.query(edit);
    expect(await problemOf('open')).toContain(`its rows in the table ${table} differ from the log`);
    expect(await problemOf('asking')).toBeNull();
    await rebuildAll();
    expect(await problemOf('open')).toBeNull();
  }
});

it('after an upgrade is done by itself, of what the version before did not write', async () => {
  await rebuildAll();
  const before = await dump();
  const requests = 'SELECT row_to_json(t)::text FROM approvals AS t ORDER BY task, approval';
  const approvals = (await sql.query(requests)).rows;
  expect(approvals).not.toEqual([]);
  const taken = `SELECT row_to_json(t)::text FROM decisions AS t WHERE task <> 'failing' ORDER BY task, seq`;
  const decisions = (await sql.query(taken)).rows;
  expect(decisions).not.toEqual([]);
  const waiting = await store.backlogs.waiting([REPOSITORY.id], 10);
  expect(waiting).toMatchObject([{ id: `${REPOSITORY.id}-9`, status: 'proposed', tracking: 9 }]);
  const asked = await store.questions.waiting([REPOSITORY.id], 10);
  expect(asked).toMatchObject([{ task: 'asking', step: 'author', role: 'author' }]);
  await sql.query(`DELETE FROM approvals; DELETE FROM questions; UPDATE tasks SET waits_on = 'gatehouse';
    DELETE FROM backlogs; DELETE FROM decisions; UPDATE streams SET projections = 0, projected = 0 WHERE kind IN ('task', 'backlog')`);
  // Nothing is made of a stream that was edited, and it does not keep the others from theirs.
  const spoil = (type: string, was: string) => `ALTER TABLE events DISABLE TRIGGER USER;
    UPDATE events SET type = '${type}' WHERE stream_id = 'failing' AND seq = 2 AND type = '${was}';
    ALTER TABLE events ENABLE TRIGGER USER`;
  const { rows } = await sql.query(
    `SELECT type FROM events WHERE stream_id = 'failing' AND seq = 2`,
  );
  await sql.query(spoil('task.other', rows[0].type));
  const warned: object[] = [];
  const say = () => {};
  const logger = { debug: say, info: say, error: say, warn: (of: object) => void warned.push(of) };
  const look = rebuildStale({ log: store.log, logger });
  expect(await look(new AbortController().signal)).toBeGreaterThan(2);
  expect(warned).toMatchObject([{ stream: 'task/failing' }]);
  expect(await look(new AbortController().signal)).toBe(0);
  await sql.query(spoil(rows[0].type, 'task.other'));
  expect((await sql.query(requests)).rows).toEqual(approvals);
  expect(await store.backlogs.waiting([REPOSITORY.id], 10)).toEqual(waiting);
  expect(await store.questions.waiting([REPOSITORY.id], 10)).toEqual(asked);
  expect((await sql.query(taken)).rows).toEqual(decisions);
  const broken = (row: string) => row.includes('"failing"');
  expect((await dump()).filter(row => !broken(row))).toEqual(before.filter(row => !broken(row)));
  await rebuildAll();
});

it('loses nothing that is appended meanwhile', async () => {
  const rework = (id: number): TaskCommand => ({
    type: 'rework',
    data: {
      id: `rework-${id}`,
      origin: 'comment',
      role: 'remediator-comment',
      instructions: '',
      by: MAINTAINER,
      target: null,
      check: null,
      threads: [],
      merges: null,
      caller: null,
      taint: [],
    },
  });
  const stream = { kind: 'task' as const, id: 'failing' };
  const { version } = await store.log.load(stream);
  const appending = Promise.all(
    Array.from({ length: 20 }, (_, id) =>
      handle({ stream, command: rework(id), actor: { kind: 'person', ...MAINTAINER } }),
    ),
  );
  await Promise.all([rebuild(store), rebuild(store), appending]);
  expect((await appending).every(handled => handled.ok)).toBe(true);
  expect((await store.log.load(stream)).version).toBe(version + 20);
  const after = await caughtUp();
  await rebuild(store);
  expect(await caughtUp()).toEqual(after);
});
