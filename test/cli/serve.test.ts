/** One GitHub, one `gatehouse serve`, and the commands that work besides it on the same database. */
import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { traceIdOf } from '../../src/engine/trace-id.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../adapters/traces/otlp-receiver.ts';
import { until } from '../demo/until.ts';
import {
  type CliEnvironment,
  type Ended,
  openEnvironment,
  run,
  runHere,
  type Started,
  startCommand,
} from './environment.ts';
import { leftovers } from './leftovers.ts';

let environment: CliEnvironment;
let serve: Started;
let collector: OtlpReceiver;
let task = '';
/** In this process; one of them is a process of its own, like the `serve` that all of them work beside. */
const gatehouse = (...args: string[]) => runHere(args, environment.env);
/** Without the settings: no database, no GitHub. */
const alone = (...args: string[]) => runHere(args, {});

beforeAll(async () => {
  [environment, collector] = await Promise.all([openEnvironment(), startOtlpReceiver()]);
  const traces = {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20of-the-collector',
  };
  serve = startCommand(['serve', '--json'], { ...environment.env, ...traces });
  await serve.says('"url"');
  // Read by the author: his text taints the task, so that its merge waits for a person.
  const issue = await environment.otto.open('It subtracts \u001b[31m', 'Two and two is four.');
  await environment.mona.label(issue.number, 'agent:fix');
  await until('the request for approval', async () => {
    const [pull] = await environment.mona.get('/pulls');
    if (!pull) return false;
    const { check_runs } = await environment.mona.get(`/commits/${pull.head.sha}/check-runs`);
    return check_runs[0]?.conclusion === 'action_required';
  });
});
afterAll(async () => {
  await serve.stop();
  await Promise.all([environment.close(), collector.close()]);
});

it('prints one document on standard output, and logs JSON lines on standard error', () => {
  expect(JSON.parse(serve.said.stdout)).toMatchObject({
    url: environment.url,
    parts: expect.arrayContaining([expect.stringMatching(/^embedded PostgreSQL in /)]),
  });
  const lines = serve.said.stderr.trim().split('\n');
  expect(lines.length).toBeGreaterThan(5);
  const logged = lines.map(line => JSON.parse(line));
  for (const each of logged)
    expect(each).toMatchObject({
      level: expect.stringMatching(/^(info|warn)$/),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      msg: expect.any(String),
    });
  expect(logged).toContainEqual(
    expect.objectContaining({
      msg: 'run ended',
      run: 'author-1-1',
      outcome: 'success',
      seconds: expect.any(Number),
    }),
  );
});

it('each line of the log leads to its task, and the task to what called for it', () => {
  const lines = serve.said.stderr.trim().split('\n');
  const logged: Record<string, unknown>[] = lines.map(line => JSON.parse(line));
  const told = (msg: string) => logged.filter(line => line.msg === msg);
  const [created, ...more] = told('task created');
  expect(more).toEqual([]);
  const { task: id, delivery } = created ?? {};
  expect(created).toMatchObject({ actor: 'person mona', command: 'fix' });
  expect(told('delivery').filter(line => line.delivery === delivery)).toMatchObject([
    { event: 'issues', trigger: 'command', note: expect.stringContaining(String(id)) },
  ]);
  const runs = [...told('run started'), ...told('run ended')];
  expect(runs.length).toBeGreaterThan(4);
  for (const line of runs) expect(line).toMatchObject({ task: id, run: expect.any(String) });
  for (const line of told('run ended')) expect(line).toMatchObject({ actor: expect.any(String) });
  for (const line of logged) {
    if ('run' in line) expect(line).toMatchObject({ task: id });
    if ('task' in line) expect(line.trace).toBe(traceIdOf(String(line.task)));
  }
  for (const secret of [environment.env.WEBHOOK_SECRET ?? '', 'of-the-collector'])
    expect(serve.said.stderr).not.toContain(secret);
});

it('the trace of a task that waits has its agent, its effects and its decisions already', async () => {
  await until('the spans of the author', async () =>
    collector.spans.some(({ name }) => name === 'invoke_agent author'),
  );
  const [created = ''] = serve.said.stderr
    .split('\n')
    .filter(line => line.includes('task created'));
  const { task: id, trace } = JSON.parse(created);
  const { spans, faults } = collector;
  expect(faults).toEqual([]);
  expect(spans.every(span => span.trace === trace)).toBe(true);
  const agent = spans.find(({ name }) => name === 'invoke_agent author');
  expect(agent).toMatchObject({ failed: false, attributes: { 'gatehouse.task': id } });
  expect(spans.filter(({ parent }) => parent === agent?.id).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['sandbox', 'policy run.start', 'effect decide']),
  );
  for (const said of ['It subtracts', 'Two and two is four', 'It added the wrong way'])
    expect(collector.text()).not.toContain(said);
});

/** `path`: as it is, which `fetch` would not send. */
const statusOf = (path: string): Promise<number | undefined> =>
  new Promise((answered, failed) => {
    const { hostname, port } = new URL(environment.url);
    get({ hostname, port, path }, response => {
      response.resume();
      answered(response.statusCode);
    }).on('error', failed);
  });

it('says that it is alive and ready, and nothing else', async () => {
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`${environment.url}${path}`, { method });
    return [response.status, await response.text()];
  };
  expect(await ask('/health')).toEqual([200, '{"alive":true}\n']);
  expect(await ask('/ready')).toEqual([200, '{"ready":true,"database":true,"queue":true}\n']);
  expect(await ask('/ready', 'HEAD')).toEqual([200, '']);
  expect(await ask('/ready', 'POST')).toEqual([405, '']);
  expect(await ask('/nothing')).toEqual([404, 'Nothing is here.\n']);
  // What no client would send is a path like any other.
  for (const path of ['//[', '/console/%', '/api/v1/%00', '/auth/link?%'])
    expect(await statusOf(path), path).toBeLessThan(500);
  const { status, headers } = await fetch(environment.url, { redirect: 'manual' });
  expect([status, headers.get('location')]).toEqual([302, 'console/']);
  expect((await ask('/api/github/webhooks'))[0]).toBe(405);
});

describe('status', () => {
  it('lists the tasks of a repository, in whatever case, and says where there are more', async () => {
    const listed = await gatehouse('list', '--repository', 'ACME/Sum', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject({ tasks: [{ issue: 1 }], isCut: false });
    const none = await gatehouse('list', '--repository', 'acme/s_m', '--json');
    expect(JSON.parse(none.stdout).tasks).toEqual([]);
    expect((await run(['list', '--origin', 'isue'], environment.env)).code).toBe(1);
  });

  it('lists the tasks, and shows one in full', async () => {
    const [list, json] = await Promise.all([
      run(['status'], environment.env),
      gatehouse('status', '--json'),
    ]);
    expect(list).toMatchObject({ code: 0, stderr: '' });
    const [row] = JSON.parse(json.stdout).tasks;
    task = row.id;
    expect(row).toMatchObject({ repository: 'acme/sum', issue: 1, pull: 2, open: true });
    expect(list.stdout).toMatch(
      new RegExp(`^TASK .*\\n${task} +acme/sum +#1 +#2 +active .*Z +It subtracts  \\[31m\\n$`),
    );
    const [text, whole] = await Promise.all([
      gatehouse('status', task),
      gatehouse('status', task, '--json'),
    ]);
    expect(JSON.parse(whole.stdout)).toMatchObject({ id: task, status: 'active' });
    expect(text.stdout).toMatch(/^acme\/sum#1: It subtracts {2}\[31m\nactive: .*approv(e|al)/);
    expect(text.stdout).toMatch(/\ntainted {3}by the text of issue #1: otto has the role read/);
    expect(text.stdout).toMatch(
      /\napproval {2}Needs approval to merge the pull request at \w{7} \(\w{12}\): by someone with write access\./,
    );
    expect(text.stdout).toMatch(/\nauthor-1-1 +author +success +\d\.\d s +It added the wrong way/);
    expect(text.stdout).toMatch(/\nmerge-1-1 +merge +waiting_approval/);
    expect(text.stdout).not.toContain('\u001b');
  });

  it('refuses what there is not', async () => {
    const [noTask, noStream] = await Promise.all([
      gatehouse('status', 'nothing'),
      gatehouse('verify', 'task/nothing'),
    ]);
    expect(noTask).toEqual({
      code: 1,
      stdout: '',
      stderr: 'gatehouse: there is no task "nothing": `gatehouse status --all` lists them\n',
    });
    expect(noStream.stderr).toBe('gatehouse: there is no stream task/nothing\n');
  });
});

describe('the record', () => {
  it('verifies and replays, from the database and from a file alone', async () => {
    const file = join(environment.home, 'audit.jsonl');
    const [verified, replayed, written] = await Promise.all([
      gatehouse('verify', '--json'),
      gatehouse('replay', `task/${task}`),
      gatehouse('export', `task/${task}`, '--out', file, '--json'),
    ]);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      ok: true,
      // The call was heard on a stream of its delivery's own.
      streams: [{ stream: expect.stringMatching(/^delivery\//) }, { stream: `task/${task}` }],
    });
    expect(replayed.stdout).toMatch(
      /^replay: identical \(1 streams, \d+ decisions taken again\)\n$/,
    );
    expect(JSON.parse(written.stdout)).toMatchObject({ file, lines: expect.any(Number) });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const [fromFile, again] = await Promise.all([
      alone('verify', '--file', file),
      alone('replay', '--file', file, '--json'),
    ]);
    expect(fromFile).toMatchObject({ code: 0, stderr: '' });
    expect(fromFile.stdout).toMatch(
      /^The file holds task\/\S+ alone, not the whole log\.\nverify: ok \(1 streams, \d+ events\)\n$/,
    );
    expect(JSON.parse(again.stdout)).toMatchObject({
      ok: true,
      streams: [{ replay: 'identical' }],
    });
  });

  it('a run is done once more from it, or why it can not be is said', async () => {
    const args = ['replay', task, '--run'];
    const [again, unknown, all, without, mixed] = await Promise.all([
      gatehouse(...args, 'author-1-1', '--agent'),
      gatehouse(...args, 'author-7-7', '--agent'),
      gatehouse('replay', task, '--agent', '--json'),
      alone('replay', '--agent'),
      alone(...args, 'author-1-1'),
    ]);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    const [played, verdict] = again.stdout.trimEnd().split('\n');
    expect(played).toMatch(/^simulated 1, 1 of 1 calls of tools, patch sha256:[0-9a-f]{64}$/);
    expect(verdict).toBe(`replay: identical (author-1-1 of ${task})`);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain(`task ${task} has no run "author-7-7"`);
    expect(without.stderr).toContain('name the task: gatehouse replay <task> --agent');
    expect(all).toMatchObject({ code: 0, stderr: '' });
    const told = JSON.parse(all.stdout);
    const author = told.runs.find(({ run }: { run: string }) => run === 'author-1-1');
    expect(author.fidelity).toMatchObject({ identical: true, patch: 'identical' });
    expect(told.total.runs).toEqual({ same: told.runs.length, of: told.runs.length });
    const skipped = told.skipped.map(({ run }: { run: string }) => run);
    expect(skipped).toContain('publish-1-1');
    expect(mixed.stderr).toContain('add --agent');
  });

  it('a file that was changed or cut is told with the place', async () => {
    const text = await readFile(join(environment.home, 'audit.jsonl'), 'utf8');
    const put = async (name: string, content: string) => {
      await writeFile(join(environment.home, name), content);
      return join(environment.home, name);
    };
    const lines = text.split('\n');
    const without = lines.filter(line => !line.includes('"seq":7,')).join('\n');
    const last = lines.findLastIndex(line => line.includes('"kind":"event"'));
    const [changed, missing, cut, short] = await Promise.all([
      alone(
        'verify',
        '--file',
        await put('changed', text.replace('"login":"mona"', '"login":"ada"')),
      ),
      alone('replay', '--file', await put('missing', without)),
      alone('verify', '--file', await put('cut', text.slice(0, -10))),
      alone('verify', '--file', await put('short', lines.toSpliced(last, 1).join('\n'))),
    ]);
    expect(changed).toMatchObject({ code: 1, stderr: '' });
    expect(changed.stdout).toMatch(
      new RegExp(
        `^task/${task}: event 1 is not what was written\\n.* alone, not the whole log\\.\\nverify: failed`,
      ),
    );
    expect(missing.code).toBe(1);
    expect(missing.stdout).toContain('event 7 is missing: 8 stands there');
    expect(cut).toMatchObject({ code: 1, stdout: '' });
    expect(cut.stderr).toMatch(new RegExp(`cut: line ${lines.length - 1}: this is not JSON\\n$`));
    expect(short).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^events that were written and are not in the file: 1\n.*\nverify: failed, though each stream agrees with itself\n$/,
      ),
    });
  });

  it('a database that was written past Gatehouse is told with the event', async () => {
    const socket = join(environment.home, 'state/postgres/socket');
    const client = new pg.Client({ host: socket, user: 'gatehouse', database: 'postgres' });
    await client.connect();
    const past = async (sql: string, ...values: string[]) => {
      await client.query('ALTER TABLE events DISABLE TRIGGER events_append_only');
      await client.query(sql, values);
      await client.query('ALTER TABLE events ENABLE ALWAYS TRIGGER events_append_only');
    };
    try {
      await client.query(
        "CREATE TABLE kept AS SELECT * FROM events WHERE seq = 2 AND stream_kind = 'task'",
      );
      await past(
        "UPDATE events SET body = replace(body, 'gatehouse', 'nobody') WHERE seq = 2 AND stream_kind = 'task'",
      );
      const changed = await gatehouse('verify');
      await past(
        'UPDATE events SET body = kept.body FROM kept WHERE events.seq = kept.seq AND events.stream_kind = kept.stream_kind',
      );
      expect(changed.code).toBe(1);
      expect(changed.stdout).toContain(`task/${task}: event 2 is not what was written\n`);

      const last = '(SELECT max(seq) FROM events)';
      await client.query(`CREATE TABLE cut AS SELECT * FROM events WHERE seq = ${last}`);
      await past(`DELETE FROM events WHERE seq = ${last}`);
      const cut = await gatehouse('verify');
      await past('INSERT INTO events SELECT * FROM cut');
      expect(cut.code).toBe(1);
      // Gatehouse is at work: it may have appended an event behind the gap.
      expect(cut.stdout).toMatch(
        /: event (\d+) (and what follows is missing|is missing: \d+ stands there)\n/,
      );
    } finally {
      await client.end();
    }
    expect((await gatehouse('replay', '--rebuild')).stdout).toBe(
      'rebuilt 2 streams from their events\n',
    );
  });
});

describe('several processes', () => {
  const wellEnded = (ended: Ended) => expect(ended).toMatchObject({ code: 0 });

  it('a second serve refuses the port that is taken, and ends', async () => {
    const ended = await run(['serve'], environment.env);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(
      `Port ${environment.port} on 127.0.0.1 is taken by another process`,
    );
  });

  it('what is submitted in a shell is worked by `serve`, once', async () => {
    const file = join(environment.home, 'call.json');
    const call = { repository: 'acme/sum', command: 'test', title: 'Are they green?', key: 'once' };
    await writeFile(file, JSON.stringify(call));
    const made = await gatehouse('submit', file, '--json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { task: id } = JSON.parse(made.stdout);
    const shown = await until('the end of its runs', async () => {
      const view = JSON.parse((await gatehouse('status', id, '--json')).stdout);
      return view.status === 'failure' ? view : null;
    });
    expect(shown).toMatchObject({ issue: null, requester: { kind: 'token', project: 'shell' } });
    const again = await gatehouse('submit', file);
    expect(again.stdout).toBe(`The same call came to the task ${id} before.\n`);
    await writeFile(file, JSON.stringify({ ...call, key: 'other', repository: 'acme/nothing' }));
    const refused = await gatehouse('submit', file);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('The App is not installed on acme/nothing');
  });

  it('what runs ends before its process does; a worker goes on; nothing is left', async () => {
    const worker = startCommand(['worker'], environment.env);
    await worker.says('Gatehouse works');
    const issue = await environment.mona.open('It still subtracts', 'Two and two is four.');
    await environment.mona.label(issue.number, 'agent:fix');
    // The first task's author is in the log of one of them already.
    const runner = await until('the run', async () =>
      [serve, worker].find(({ said }) =>
        said.stderr.split('\n').some(line => line.includes('author-1-1') && !line.includes(task)),
      ),
    );
    const other = runner === serve ? worker : serve;
    await runner.stop().then(wellEnded);
    await until(
      'the pull request',
      async () => (await environment.mona.get('/pulls')).length === 2,
    );
    await other.stop().then(wellEnded);
    const [row] = JSON.parse((await gatehouse('status', '--json')).stdout).tasks;
    const { runs } = JSON.parse((await gatehouse('status', row.id, '--json')).stdout);
    expect(runs.filter((run: { step: string }) => run.step === 'author')).toMatchObject([
      { attempt: 1, state: 'success' },
    ]);
    expect(await leftovers(environment.home)).toEqual([]);
    // Taking over a database that ended with its process can cost a lease's whole time.
  });

  it('a second SIGINT ends at once, and what ran is fenced', async () => {
    const scripts = join(import.meta.dirname, 'endless');
    serve = startCommand(['serve'], { ...environment.env, GATEHOUSE_SIMULATION: scripts });
    await serve.says('Gatehouse listens');
    const issue = await environment.mona.open('It subtracts again', 'Two and two is four.');
    await environment.mona.label(issue.number, 'agent:fix');
    await serve.says('author-1-1');
    serve.child.kill('SIGINT');
    await serve.says('press Ctrl-C again');
    const began = performance.now();
    const ended = await serve.stop('SIGINT');
    // The first one alone waits 30 s for what runs.
    expect(performance.now() - began).toBeLessThan(20_000);
    wellEnded(ended);
    expect(await leftovers(environment.home)).toEqual([]);
  });
});

it('a backup of the state folder, restored as docs/operations.md says, has every task and verifies', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
  const { home } = environment;
  const restored = join(home, 'restored');
  const from = async (begin: RegExp, state: string) => {
    const line = page.split('\n').find(each => begin.test(each)) ?? '';
    const command = line.replaceAll('/var/lib/gatehouse', state);
    await promisify(execFile)('bash', ['-c', command], { cwd: home });
  };
  await serve.stop();
  const before = JSON.parse((await gatehouse('status', '--all', '--json')).stdout);
  await from(/^ {4}umask 077 && tar --create .* --exclude/, join(home, 'state'));
  await from(/^ {4}mkdir .*\/var\/lib\/gatehouse/, restored);
  await from(/^ {4}tar --extract --same-owner/, restored);
  const env = { ...environment.env, GATEHOUSE_STATE_DIR: restored };
  const verified = await runHere(['verify'], env);
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/^verify: ok /) });
  const replayed = await runHere(['replay'], env);
  expect(replayed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^replay: identical /) });
  const status = await runHere(['status', '--all', '--json'], env);
  expect(JSON.parse(status.stdout)).toEqual(before);
  expect(before.tasks).toContainEqual(expect.objectContaining({ issue: 1, pull: 2 }));
});
