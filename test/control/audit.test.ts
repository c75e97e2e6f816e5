/** The proof over the API: what was edited is named, a replay says what `gatehouse replay` says, an export is whole. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeCursor } from '../../src/control/cursor.ts';
import type { Anchor } from '../../src/core/checkpoint/anchor.ts';
import { taskStream } from '../../src/core/stream.ts';
import { replayStream } from '../../src/engine/audit/replay.ts';
import { verifyStream } from '../../src/engine/chain.ts';
import { GitHubFailure } from '../../src/engine/ports/github.ts';
import { runProgram } from '../cli/run-program.ts';
import { readLines } from '../histories/history.ts';
import { ask, openPlace, type Place, tokenFor } from './fixture.ts';

let place: Place;
let token: string;
let walk: string;
let at: string;
beforeAll(async () => {
  place = await openPlace(async ({ headers }) =>
    headers.cookie === 'auditor'
      ? {
          who: { kind: 'person', id: 9, login: 'audrey' },
          repositories: new Map(),
          roles: new Map([['auditor', 'all']]),
        }
      : null,
  );
  token = await tokenFor(place);
  walk = place.tasks.get('full-walk') ?? '';
  at = `${place.url}/api/v1/tasks/${walk}`;
});
afterAll(() => place.close());

const cli = async (...args: string[]) => {
  const openLog = async () => ({ ...place.services, close: async () => {} });
  return JSON.parse((await runProgram([...args, '--json'], { openLog })).out);
};

it('a replay and a verdict say what the commands say', async () => {
  const [replayed] = (await cli('replay', walk)).streams;
  expect(replayed.replay).toBe('identical');
  expect((await ask(`${at}/replay`, token)).json).toEqual(replayed);
  const [verdict] = (await cli('verify', walk)).streams;
  expect((await ask(`${at}/verify`, token)).json).toMatchObject({
    ok: true,
    events: verdict.events,
    head: verdict.head,
    anchors: null,
    notOurs: null,
  });
});

it('decisions are found over all tasks that may be seen, page by page, and by the same filters in a shell', async () => {
  const all = (await cli('decisions', '--limit', '10000')).decisions;
  const find = async (query: string, by = token) =>
    (await ask(`${place.url}/api/v1/decisions?${query}`, by)).json;
  const newest = await find('limit=200');
  expect(newest.decisions).toEqual(all);
  expect(new Set(all.map(({ repository }: { repository: string }) => repository)).size).toBe(4);
  const oldest: object[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const page = await find(`sort=oldest&limit=7${next === '' ? '' : `&cursor=${next}`}`);
    oldest.push(...page.decisions);
    next = page.next;
  }
  expect(oldest).toEqual(all.toReversed());
  type Row = {
    outcome: string;
    agent: string | null;
    action: string;
    policies: string[];
    at: string;
  };
  const [allowed] = all.filter(({ agent }: Row) => agent !== null);
  const { since = '', ...by } = { since: allowed.at, agent: allowed.agent, action: allowed.action };
  const shown = all.filter(
    (row: Row) => row.agent === by.agent && row.action === by.action && row.at >= since,
  );
  const search = new URLSearchParams({ ...by, since });
  expect((await find(`${search}`)).decisions).toEqual(shown);
  expect(
    (await cli('decisions', '--agent', by.agent, '--action', by.action, '--since', since))
      .decisions,
  ).toEqual(shown);
  const [refused] = all.filter(({ outcome }: Row) => outcome === 'deny');
  const [policy] = refused.policies;
  expect((await find(`outcome=deny&repository=ACME/refused`)).decisions).toContainEqual(refused);
  expect((await find(`policy=${policy}`)).decisions).toEqual(
    all.filter(({ policies }: Row) => policies.includes(policy)),
  );
  expect((await find(`until=${all.at(-1).at}`)).decisions).toEqual([]);
  const other = await tokenFor(place, { repositories: [{ name: 'acme/failed', alias: null }] });
  const theirs = (await find('limit=200', other)).decisions;
  expect(theirs).toEqual(
    all.filter(({ repository }: { repository: string }) => repository === 'acme/failed'),
  );
  expect((await find('repository=acme/refused', other)).decisions).toEqual([]);
  expect((await find(`cursor=${newest.next ?? 'bm8'}`)).code).toBe('bad_cursor');
  // What PostgreSQL has no number or time for is refused in words of our own.
  const last = { sort: 'newest', at: since, task: walk, seq: 1 };
  for (const wrong of [{ seq: 2 ** 31 }, { at: '0000-01-01T00:00:00Z' }])
    expect((await find(`cursor=${writeCursor({ ...last, ...wrong })}`)).code).toBe('bad_cursor');
  for (const time of ['0000-01-01T00:00:00Z', `2026-01-01T00:00:00.${'1'.repeat(200)}Z`])
    expect(await find(`since=${time}`)).toMatchObject({ status: 422, code: 'invalid' });
});

it('a search says where tasks are still being indexed after an upgrade', async () => {
  const find = async () => (await ask(`${place.url}/api/v1/decisions?limit=1`, token)).json;
  expect(await find()).toMatchObject({ incomplete: null });
  const client = new pg.Client({ connectionString: place.services.url });
  await client.connect();
  const of = "kind = 'task' AND id = $1";
  await client.query(`UPDATE streams SET projections = 0 WHERE ${of}`, [walk]);
  const incomplete =
    '1 task is still being indexed after an upgrade: decisions of theirs may be missing here.';
  expect(await find()).toMatchObject({ incomplete });
  expect(await cli('decisions')).toMatchObject({ incomplete });
  await client.query(`UPDATE streams SET projections = 1 WHERE ${of}`, [walk]);
  await client.end();
});

it('an export of a task verifies and replays without a database', async () => {
  const response = await fetch(`${at}/export`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.headers.get('content-disposition')).toContain(`${walk}.jsonl`);
  const audit = await readLines((await response.text()).trimEnd().split('\n'));
  expect(await verifyStream(audit.events(taskStream(walk)))).toMatchObject({ ok: true });
  const replayed = await replayStream(audit, taskStream(walk), null);
  expect(replayed).toMatchObject({ replay: 'identical' });
});

it('each event is shown with the state after it and what it changed', async () => {
  const events = await place.services.events(taskStream(walk));
  const admitted = events.findIndex(({ type }) => type === 'task.admitted') + 1;
  const { json } = await ask(`${at}/states/${admitted}`, token);
  expect(json).toMatchObject({
    event: { seq: admitted, type: 'task.admitted' },
    task: { status: 'active', asOf: { event: admitted, hash: events[admitted - 1]?.hash } },
    changed: expect.arrayContaining(['status']),
  });
  expect((await ask(`${at}/states/1`, token)).json).toMatchObject({
    task: { status: 'proposed' },
    opened: [expect.any(String)],
  });
  expect((await ask(`${at}/states/${events.length + 1}`, token)).status).toBe(404);
});

it("a decision is taken again with today's policies, and nothing comes of it", async () => {
  const { decisions } = (await ask(`${at}/decisions`, token)).json;
  const before = (await place.services.events(taskStream(walk))).length;
  const again = await ask(`${at}/decisions/${decisions[0].seq}/today`, token);
  expect(again.json).toMatchObject({
    was: decisions[0].outcome,
    flips: again.json.was !== again.json.now,
    explanation: { decision: { action: decisions[0].action } },
  });
  expect(await place.services.events(taskStream(walk))).toHaveLength(before);
});

it('the whole log is for auditors of the whole deployment alone', async () => {
  for (const what of ['verify', 'export']) {
    const url = `${place.url}/api/v1/audit/${what}`;
    expect(await ask(url, token)).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    const shown = await fetch(url, { headers: { cookie: 'auditor' } });
    expect(shown.status).toBe(200);
    const lines = (await shown.text()).trimEnd().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '');
    if (what === 'verify') expect(last).toMatchObject({ kind: 'end', ok: true, bad: 0 });
    else expect(last.kind).toBe('end');
  }
});

it('anchors on GitHub are compared on request: those that name the task and bear our signature', async () => {
  const { anchors, github, clock } = place.services;
  const ends = (seq: number, hash: string, task = walk) => [{ stream: `task/${task}`, seq, hash }];
  const digest = (digit: string) => `sha256:${digit.repeat(64)}` as const;
  const anchor = (of: ReturnType<typeof ends>) =>
    anchors.sign({ v: 1, checkpoint: 1, hash: digest('0'), at: '2026-11-28T10:00:00Z', ends: of });
  const events = await place.services.events(taskStream(walk));
  const same = anchor(ends(2, events[1]?.hash ?? ''));
  const other = anchor(ends(2, digest('9')));
  let minutes = 0;
  clock.now = () => new Date(Date.now() + minutes * 60_000);
  const read: string[] = [];
  const compared = async (...found: Anchor[]) => {
    minutes += 6;
    github.record.anchors = async function* (only) {
      read.push(String(only?.name));
      yield* found;
    };
    return (await ask(`${at}/verify?anchors=github`, token)).json;
  };
  expect(await compared()).toMatchObject({ ok: true, anchors: 0, notOurs: 0 });
  const elsewhere = anchor(ends(2, digest('9'), place.tasks.get('failed')));
  const forged = { ...other, at: '2026-11-29T10:00:00Z' };
  expect(await compared(same, elsewhere, forged)).toMatchObject({
    ...{ ok: true, anchors: 1, notOurs: 1 },
  });
  expect(await compared(same, other)).toMatchObject({
    ok: false,
    seq: 2,
    anchors: 2,
    problem: expect.stringContaining('by the anchor of checkpoint 1'),
  });
  // Each time those of its own repository, and within some minutes not again.
  expect(read).toEqual(['sandglass', 'sandglass', 'sandglass']);
  minutes += 4;
  expect((await ask(`${at}/verify?anchors=github`, token)).json).toMatchObject({ anchors: 2 });
  expect(read).toHaveLength(3);
  minutes += 2;
  github.record.anchors = () => {
    throw new GitHubFailure('server', 'It is away.', 503);
  };
  expect(await ask(`${at}/verify?anchors=github`, token)).toMatchObject({
    status: 503,
    json: { code: 'github_unavailable' },
  });
  github.record.anchors = () => {
    throw new GitHubFailure('forbidden', 'It is not for the App.', 403);
  };
  expect(await ask(`${at}/verify?anchors=github`, token)).toMatchObject({
    status: 422,
    json: { code: 'unusable', message: expect.stringContaining('It is not for the App.') },
  });
  expect((await ask(`${at}/verify?anchors=elsewhere`, token)).status).toBe(422);
});

it('an event that was edited in the database is named, by whoever may see its task and by the whole', async () => {
  const failed = place.tasks.get('failed') ?? '';
  const client = new pg.Client(place.services.url);
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('ALTER TABLE events DISABLE TRIGGER USER');
    await client.query(
      `UPDATE events SET type = 'task.admitted' WHERE stream_id = $1 AND seq = 4`,
      [failed],
    );
    await client.query('ALTER TABLE events ENABLE TRIGGER USER');
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
  const verdict = await ask(`${place.url}/api/v1/tasks/${failed}/verify`, token);
  expect(verdict.json).toMatchObject({ ok: false, seq: 4, events: null });
  expect(verdict.json.problem).toContain('event 4');
  const whole = await fetch(`${place.url}/api/v1/audit/verify`, { headers: { cookie: 'auditor' } });
  const lines = (await whole.text())
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({ kind: 'fault', stream: `task/${failed}`, seq: 4 }),
  );
  expect(lines.at(-1)).toMatchObject({ ok: false, bad: 1 });
});
