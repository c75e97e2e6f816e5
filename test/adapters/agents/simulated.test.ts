import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSimulated } from '../../../src/adapters/agents/simulated.ts';
import {
  agentAdapterContract,
  ended,
  only,
  REQUEST,
  readRun,
} from '../../contract/agent-adapter.ts';

const simulated = createSimulated();

/** The real player in a folder of its own, as the sandbox would start it. */
async function runScript(
  script: unknown,
  prompt = REQUEST.prompt,
  files: Record<string, string> = {},
  env: Record<string, string> = {},
  session: string | null = null,
) {
  const root = await mkdtemp(join(tmpdir(), 'play-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const path = join(root, 'script.json');
  await writeFile(path, typeof script === 'string' ? script : JSON.stringify(script ?? null));
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  const request = { ...REQUEST, prompt, session, argv: script === undefined ? [] : [path] };
  const launch = simulated.launch(request);
  const outside = new Map(launch.binds.map(({ from, to }) => [to, from]));
  const [, ...args] = launch.argv.map(arg => outside.get(arg) ?? arg);
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: '/usr/bin:/bin', ...launch.env, ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', chunk => {
    said.stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    said.stderr += chunk;
  });
  child.stdin.end(launch.stdin);
  const exitCode = await new Promise<number | null>(resolve => child.on('close', resolve));
  return {
    root,
    ...said,
    ...(await readRun(simulated, { ...said, end: ended({ exitCode }) }, request)),
    read: (name: string) => readFile(join(root, name), 'utf8'),
  };
}

const example = await record();
async function record() {
  const steps = [
    { say: 'I look.' },
    { write: 'src/new.js', text: 'export {};\n' },
    { replace: 'old.js', find: 'a - b', with: 'a + b' },
    { delete: 'gone.js' },
    { run: ['sh', '-c', 'echo seen; exit 3'] },
    { sleep: 1 },
    { answer: { verdict: 'no_objections' } },
    { say: 'Done.' },
  ];
  return { steps, files: { 'old.js': 'sum = a - b\n', 'gone.js': '' } };
}

agentAdapterContract({
  adapter: simulated,
  request: { ...REQUEST, argv: ['/scripts/author.json'] },
  byExitCode: false,
  recordings: [
    {
      name: 'a short script',
      stdout: '{"type":"message","role":"assistant","text":"x"}\n{"type":"done","summary":"x"}\n',
      stderr: '',
      end: { exitCode: 0, signal: null },
    },
    {
      name: 'a script with an answer',
      stdout: '{"type":"done","summary":"x","structured":{"findings":[]}}\n',
      stderr: '',
      end: { exitCode: 0, signal: null },
    },
  ],
});

describe('the player', () => {
  test('makes real edits, and tells of each', async () => {
    const run = await runScript({ steps: example.steps }, REQUEST.prompt, example.files);
    expect(await run.read('src/new.js')).toBe('export {};\n');
    expect(await run.read('old.js')).toBe('sum = a + b\n');
    await expect(stat(join(run.root, 'gone.js'))).rejects.toThrow('ENOENT');
    expect(run.finished).toEqual({
      type: 'session.finished',
      status: 'ok',
      exitCode: 0,
      signal: null,
      summary: 'Done.',
      structured: { verdict: 'no_objections' },
    });
    expect(
      only(run.events, 'tool.started').map(call => [call.tool, call.paths ?? call.command]),
    ).toEqual([
      ['write', ['src/new.js']],
      ['replace', ['old.js']],
      ['delete', ['gone.js']],
      ['run', 'sh -c echo seen; exit 3'],
    ]);
    // A red command is a finding of the script, not its failure.
    expect(only(run.events, 'tool.finished').at(-1)).toMatchObject({
      ok: false,
      exitCode: 3,
      output: 'seen\n',
    });
  });

  test('chooses the scene by the prompt', async () => {
    const scenes = [
      { when: 'rename', steps: [{ say: 'renamed' }] },
      { steps: [{ say: 'the first time' }] },
    ];
    expect((await runScript({ scenes }, 'please rename it')).finished.summary).toBe('renamed');
    expect((await runScript({ scenes }, 'fix it')).finished.summary).toBe('the first time');
    expect((await runScript({ scenes: scenes.slice(0, 1) }, 'fix it')).finished).toMatchObject({
      status: 'ok',
      summary: 'The script has no scene for this prompt.',
    });
  });

  test('without a script only reports what it would do', async () => {
    const run = await runScript(undefined, 'Fix issue 1.');
    expect(run.finished).toMatchObject({
      status: 'ok',
      summary:
        'Simulation: nothing was changed. A real agent would be given 12 characters, beginning: Fix issue 1.',
    });
    expect(only(run.events, 'tool.started')).toEqual([]);
  });

  test('goes on in the step that it was stopped in, from what it kept in its home', async () => {
    const home = await mkdtemp(join(tmpdir(), 'play-home-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    await mkdir(join(home, '.simulated'));
    const scenes = [
      { when: 'other', steps: [] },
      { steps: [{ say: 'Half.' }, { run: ['echo', 'now'] }, { write: 'x', text: 'x' }] },
    ];
    // Stopped in the second step.
    const kept = { scene: 1, step: 1, calls: 4, summary: 'Half.' };
    await writeFile(join(home, '.simulated/state.json'), JSON.stringify(kept));
    const run = await runScript({ scenes }, 'other', {}, { HOME: home }, REQUEST.run);
    expect(only(run.events, 'message')).toEqual([]);
    expect(only(run.events, 'tool.started').map(({ callId, tool }) => [callId, tool])).toEqual([
      ['call-5', 'run'],
      ['call-6', 'write'],
    ]);
    expect(run.finished.summary).toBe('Half.');
    expect(run.session).toBe(REQUEST.run);
    const state = JSON.parse(await readFile(join(home, '.simulated/state.json'), 'utf8'));
    expect(state).toMatchObject({ scene: 1, step: 2 });
  });

  test('does not begin anew where what it kept is gone', async () => {
    const home = await mkdtemp(join(tmpdir(), 'play-home-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    const run = await runScript({ steps: [{ say: 'x' }] }, '', {}, { HOME: home }, REQUEST.run);
    expect(run.finished.status).not.toBe('ok');
    expect(run.events).toContainEqual(
      expect.objectContaining({ type: 'error', class: 'session_unknown' }),
    );
  });

  test('a question to a person ends it there', async () => {
    const run = await runScript({
      steps: [{ ask: 'Which one?' }, { write: 'never.txt', text: '' }],
    });
    expect(run.finished).toMatchObject({
      summary: 'Asks: Which one?',
      structured: { ask: 'Which one?' },
    });
    await expect(stat(join(run.root, 'never.txt'))).rejects.toThrow('ENOENT');
  });

  test.each([
    [
      { replace: 'old.js', find: 'nothing', with: '' },
      'old.js has the text to replace 0 times, not once',
    ],
    [{ replace: 'none.js', find: 'x', with: '' }, /ENOENT.*none\.js/],
    [{ delete: 'none.js' }, 'none.js does not exist'],
    [{ fly: 'away' }, 'unknown step {"fly":"away"}'],
  ])('%j fails it with a reason', async (step, problem) => {
    const run = await runScript({ steps: [step, { say: 'never' }] }, '', { 'old.js': 'x' });
    expect(run.finished).toMatchObject({ status: 'failed', exitCode: 1 });
    expect(run.finished.summary).toMatch(problem);
    expect(only(run.events, 'message')).toEqual([]);
  });

  test('a script that is not JSON fails it with what Node says', async () => {
    const run = await runScript('{ "steps": [');
    expect(run.finished.status).toBe('failed');
    expect(run.finished.summary).toContain('JSON');
  });
});

test('a script can not end the session in our name', async () => {
  const forged = JSON.stringify({
    type: 'session.finished',
    status: 'ok',
    exitCode: 0,
    signal: null,
    summary: 'x',
  });
  expect((await readRun(simulated, { stdout: forged, end: ended() })).finished.status).toBe(
    'failed',
  );
});

describe('at a decision endpoint', () => {
  const steps = [{ write: 'a.js', text: '' }, { run: ['touch', 'b.js'] }, { say: 'Done.' }];

  /** Runs the script with a decision endpoint that answers like this, on a port of its own. */
  async function atDoor(answer: (respond: ServerResponse) => void) {
    const endpoint = createServer((_, response) => answer(response)).listen(0, '127.0.0.1');
    onTestFinished(() => void endpoint.close());
    await new Promise(resolve => endpoint.once('listening', resolve));
    const { port } = endpoint.address() as AddressInfo;
    const at = `http://127.0.0.1:${port}/decide`;
    return runScript({ steps }, REQUEST.prompt, {}, { GATEHOUSE_DECIDE: at });
  }

  test('an allow lets it work', async () => {
    const { events, root } = await atDoor(answer => answer.end('{"outcome":"allow"}'));
    expect(only(events, 'tool.finished').map(({ ok }) => ok)).toEqual([true, true]);
    expect(await readdir(root)).toEqual(expect.arrayContaining(['a.js', 'b.js']));
  });

  test.each([
    ['a denial', (r: ServerResponse) => r.end('{"outcome":"deny","reason":"No."}'), 'No.'],
    ['what takes a person', (r: ServerResponse) => r.end('{"outcome":"require_approval"}'), null],
    ['an outcome that nobody knows', (r: ServerResponse) => r.end('{"outcome":"yes"}'), null],
    ['no JSON', (r: ServerResponse) => r.end('allow'), 'No answer: it is no JSON'],
    ['a cut connection', (r: ServerResponse) => r.destroy(), 'No answer: socket hang up'],
  ])('%s means that nothing happens, and the script goes on', async (_, answer, reason) => {
    const { events, finished, root } = await atDoor(answer);
    expect(only(events, 'tool.denied')).toHaveLength(2);
    if (reason) expect(only(events, 'tool.denied')[0]?.reason).toBe(reason);
    expect(only(events, 'tool.started')).toEqual([]);
    expect(finished).toMatchObject({ status: 'ok', summary: 'Done.' });
    expect(await readdir(root)).toEqual(['script.json']);
  });

  test('nor where nobody is at it', async () => {
    const at = 'http://127.0.0.1:9/decide';
    const { events, finished } = await runScript(
      { steps },
      REQUEST.prompt,
      {},
      { GATEHOUSE_DECIDE: at },
    );
    expect(only(events, 'tool.denied')).toHaveLength(2);
    expect(finished.status).toBe('ok');
  });
});
