/** The parts of a task over the API: its events, what its runs said and left, its patch, its decisions. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Progress } from '../../src/core/progress.ts';
import { taskStream } from '../../src/core/stream.ts';
import { retentionOf } from '../../src/engine/ports/artifacts.ts';
import { runProgram } from '../cli/run-program.ts';
import { created, decided, started } from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { ask, openPlace, type Place, tokenFor } from './fixture.ts';

const PATCH = `diff --git a/src/a.ts b/src/a.ts
index 1..2 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1,2 +1,2 @@
-const a = 1;
+const a = 2;
+++ what looks like a header
diff --git "a/sp\\303\\244t.txt" "b/sp\\303\\244t.txt"
new file mode 100644
index 0..1
--- /dev/null
+++ "b/sp\\303\\244t.txt"
@@ -0,0 +1 @@
+<script>alert(1)</script>
diff --git a/old b/new
similarity index 100%
rename from old
rename to new
diff --git a/logo.png b/logo.png
deleted file mode 100644
Binary files a/logo.png and /dev/null differ
`;

let place: Place;
let token: string;
let walk: string;
let at: string;
/** The run that left the patch, and its journal. */
let author: string;
beforeAll(async () => {
  place = await openPlace();
  token = await tokenFor(place);
  walk = place.tasks.get('full-walk') ?? '';
  at = `${place.url}/api/v1/tasks/${walk}`;
  const { json } = await ask(at, token);
  author = json.runs.findLast((run: { step: string }) => run.step === 'author').id;
  const { artifacts } = place.services;
  const keep = async (name: 'patch.diff' | 'journal.jsonl' | 'stdout.log', text: string) =>
    artifacts.link({ task: walk, run: author }, name, await artifacts.put(text, retentionOf(name)));
  await keep('patch.diff', PATCH);
  await keep('stdout.log', '<html><script>alert(1)</script></html>');
  const said = Array.from({ length: 7 }, (_, index) => line(index + 1, `kept ${index + 1}`));
  await keep('journal.jsonl', `${said.join('\n')}\n`);
});
afterAll(() => place.close());

const line = (seq: number, text: string): string =>
  JSON.stringify({
    v: 1,
    runId: 'r',
    seq,
    ts: '2026-11-22T10:00:00.000Z',
    adapter: 'simulated',
    version: '1',
    sessionId: null,
    event: { type: 'message', role: 'assistant', text },
    raw: null,
    hash: '',
  });

it('events are read forwards and backwards, each once, as they are stored', async () => {
  const stored = await place.services.events(taskStream(walk));
  const forwards: { seq: number; hash: string }[] = [];
  for (let after = 0, more = true; more; ) {
    const page = await ask(`${at}/events?after=${after}&limit=7`, token);
    forwards.push(...page.json.events);
    more = page.json.more;
    after = forwards.at(-1)?.seq ?? 0;
  }
  expect(forwards).toEqual(stored.map(({ stream: _, ...event }) => event));
  const last = await ask(`${at}/events?limit=3`, token);
  expect(last.json.events.map(({ seq }: { seq: number }) => seq)).toEqual(
    [0, 1, 2].map(back => stored.length - back),
  );
  const before = await ask(`${at}/events?before=3&limit=500`, token);
  expect(before.json).toMatchObject({ events: [{ seq: 2 }, { seq: 1 }], more: false });
  expect((await ask(`${at}/events?after=1&before=3`, token)).status).toBe(422);
});

it('a patch is shown as files and as text, whole or of one file, and never inline', async () => {
  const { json } = await ask(`${at}/diff`, token);
  expect(json).toMatchObject({
    files: expect.arrayContaining(
      [
        { path: 'src/a.ts', status: 'modified', added: 2, removed: 1, binary: false },
        { path: 'spät.txt', status: 'added', added: 1, removed: 0 },
        { path: 'new', from: 'old', status: 'renamed' },
        { path: 'logo.png', status: 'deleted', binary: true },
      ].map(file => expect.objectContaining(file)),
    ),
  });
  const whole = await read(`${at}/patch?run=${author}`);
  expect(whole.text).toBe(PATCH);
  expect(whole.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+"$/);
  const one = await read(`${at}/patch?path=${encodeURIComponent('spät.txt')}`);
  expect(one.text).toContain('new file mode');
  expect(one.text).not.toContain('src/a.ts');
  expect((await ask(`${at}/patch?path=nothing`, token)).status).toBe(404);
  expect((await ask(`${at}/diff?run=nothing`, token)).status).toBe(404);
});

async function read(url: string) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

it('artifacts are files to keep: no browser shows one in our name', async () => {
  const { json } = await ask(`${at}/artifacts`, token);
  expect(json.artifacts).toContainEqual(
    expect.objectContaining({ run: author, name: 'stdout.log', expired: null }),
  );
  const log = await read(`${at}/runs/${author}/artifacts/stdout.log`);
  expect(log.text).toContain('<script>');
  expect(Object.fromEntries(log.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': expect.stringContaining('attachment'),
    'content-security-policy': expect.stringContaining('sandbox'),
    'x-content-type-options': 'nosniff',
  });
  for (const name of ['nothing', '..%2F..%2Fsecret', '%2e%2e'])
    expect((await ask(`${at}/runs/${author}/artifacts/${name}`, token)).status, name).toBe(404);
});

it('what a run said is read page by page, in the words of the CLI', async () => {
  const first = await ask(`${at}/runs/${author}/log?limit=5`, token);
  expect(first.json.lines.map(({ words }: { words: string[] }) => words)).toEqual(
    [1, 2, 3, 4, 5].map(n => [`kept ${n}`]),
  );
  const rest = await ask(`${at}/runs/${author}/log?after=${first.json.next}`, token);
  expect(rest.json).toMatchObject({
    lines: [{ words: ['kept 6'] }, { words: ['kept 7'] }],
    isOver: true,
  });
  const end = await ask(`${at}/runs/${author}/log?after=${rest.json.next}`, token);
  expect(end.json).toMatchObject({ lines: [], next: null });
  expect((await ask(`${at}/runs/${author}/log?after=x`, token)).json.code).toBe('bad_cursor');
  expect((await ask(`${at}/runs/nothing/log`, token)).status).toBe(404);
});

it('a log that is followed and cut five times has each line once, to its end', async () => {
  const id = 'live-1';
  const data = {
    repository: { id: 1005, owner: 'acme', name: 'sandglass', installation: 1 },
    issue: 900,
  };
  await beginTask(place.services.log, id, [
    created(data),
    decided('task.start', 'allow'),
    started('prepare-1-1'),
  ]);
  const { runOutput } = place.services;
  const part = { task: id, run: 'prepare-1-1', part: 0 };
  const progress = {} as Progress;
  const url = `${place.url}/api/v1/tasks/${id}/runs/prepare-1-1/log/stream`;
  const seen: string[] = [];
  let last = '';
  for (let cut = 0; cut < 5; cut++) {
    const reading = follow(url, last, cut * 4 + 3);
    const first = cut * 4 + 1;
    const lines = Array.from({ length: 4 }, (_, index) => line(first + index, `${first + index}`));
    await runOutput.add(part, { first, lines, progress });
    const read = await reading;
    seen.push(...read.words);
    last = read.last;
  }
  await place.services.handle({
    stream: taskStream(id),
    command: { type: 'cancel', by: { kind: 'person', id: 1, login: 'mona' }, target: null },
    actor: { kind: 'gatehouse' },
  });
  const end = await follow(url, last, Number.POSITIVE_INFINITY);
  seen.push(...end.words);
  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => `${index + 1}`));
  expect(end.ended).toBe(true);
});

/** Reads a stream until a line says `until`, or it ends, and cuts it. */
async function follow(url: string, last: string, until: number) {
  const cut = new AbortController();
  const headers = { authorization: `Bearer ${token}`, ...(last && { 'last-event-id': last }) };
  const response = await fetch(url, { headers, signal: cut.signal });
  const words: string[] = [];
  let text = '';
  let id = last;
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.includes('event: end')) return { words, last: id, ended: true };
      const [, sent] = /^data: (.*)$/m.exec(block) ?? [];
      if (sent === undefined) continue;
      const said = JSON.parse(sent);
      words.push(...said.words);
      id = said.id;
      if (Number(said.words[0]) < until) continue;
      cut.abort();
      return { words, last: id, ended: false };
    }
  }
  return { words, last: id, ended: false };
}

it('a decision is explained as `gatehouse policy explain` explains it', async () => {
  const { json } = await ask(`${at}/decisions`, token);
  expect(json.decisions.length).toBeGreaterThan(3);
  for (const { seq } of json.decisions.slice(0, 3)) {
    const shown = await ask(`${at}/decisions/${seq}`, token);
    const openLog = async () => ({ ...place.services, close: async () => {} });
    const args = ['policy', 'explain', '--task', walk, '--seq', String(seq), '--json'];
    const told = await runProgram(args, { openLog });
    expect(shown.json).toEqual(JSON.parse(told.out));
  }
  expect((await ask(`${at}/decisions/1`, token)).status).toBe(404);
});
