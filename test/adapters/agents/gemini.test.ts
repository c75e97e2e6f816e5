import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGemini } from '../../../src/adapters/agents/gemini/gemini.ts';
import { denied } from '../../../src/core/act.ts';
import {
  agentAdapterContract,
  ended,
  only,
  REQUEST,
  readRun,
} from '../../contract/agent-adapter.ts';
import { answeringWith, chosenIn, OPENING, recordingsOf } from './acp-recordings.ts';

const gemini = createGemini({ installation: '/nowhere/gemini' });
const recordings = recordingsOf('gemini');
const [edited, wiped] = recordings;
if (!edited || !wiped) throw new Error('the recordings of Gemini are missing');

agentAdapterContract({
  adapter: gemini,
  byExitCode: false,
  opening: OPENING,
  recordings: [...recordings, answeringWith(edited, '{"verdict": "good"}')],
});

describe('every recording', () => {
  test('is one of these', () => {
    expect(recordings.map(({ name }) => name)).toEqual(['edit-approved', 'wipe-denied']);
  });

  test('edit-approved: each command and change is asked about and told', async () => {
    const run = await readRun(gemini, { ...edited, end: ended() });
    expect(run.session).toBe('2fa451f1-4d1f-4748-b643-310c85ee0723');
    expect(run.asked).toEqual([
      {
        action: 'command.exec',
        callId: 'run_shell_command__fc_ehivnsvq5mkxcje01b48',
        command: 'node test.js',
        cwd: '/work',
      },
      {
        action: 'file.write',
        callId: 'replace__fc_7414ghin6a9j9bmmjqgf',
        path: '/work/sum.js',
      },
      {
        action: 'command.exec',
        callId: 'run_shell_command__fc_m5ynd7pveilaontexa41',
        command: 'node test.js',
        cwd: '/work',
      },
    ]);
    expect(chosenIn(run.written)).toEqual(['proceed_once', 'proceed_once', 'proceed_once']);
    expect(only(run.events, 'tool.started')).toMatchObject([
      { tool: 'run_shell_command', kind: 'command', command: 'node test.js' },
      { tool: 'read_file', kind: 'tool' },
      { tool: 'replace', kind: 'file_change', paths: ['sum.js'] },
      { tool: 'run_shell_command', kind: 'command', command: 'node test.js' },
    ]);
    expect(only(run.events, 'tool.finished').map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(only(run.events, 'message').map(({ text }) => text)).toEqual([
      'I will run the failing test first.',
      'done: fixed sum.js, test passes',
    ]);
    expect(only(run.events, 'usage')).toEqual([
      {
        type: 'usage',
        usage: { input: 6000, cached: 0, cacheWrite: 0, output: 170, reasoning: 0 },
        scope: 'run',
      },
    ]);
    expect(run.finished).toMatchObject({
      status: 'ok',
      summary: 'done: fixed sum.js, test passes',
    });
    expect(run.closed()).toBe(true);
  });

  test('wipe-denied: what is denied is told as such, and the agent goes on', async () => {
    const why = denied('Nothing is wiped here.');
    const run = await readRun(gemini, { ...wiped, end: ended() }, REQUEST, async () => why);
    expect(run.asked).toMatchObject([{ command: 'echo "rm -rf" > WIPED.txt' }]);
    expect(chosenIn(run.written)).toEqual(['cancel']);
    expect(only(run.events, 'tool.denied')).toMatchObject([{ reason: 'Nothing is wiped here.' }]);
    expect(only(run.events, 'tool.finished')).toEqual([]);
    expect(run.finished).toMatchObject({ status: 'ok', summary: 'done after denial' });
  });
});

describe('the launch', () => {
  test('asks for everything, and knows our gateway and no key', () => {
    const { argv, env, homeFiles, stdin, masks, binds } = gemini.launch({
      ...REQUEST,
      model: { name: 'gemini-3', dialect: 'gemini' },
    });
    expect(argv.slice(1)).toEqual([
      ...['/opt/gemini/bundle/gemini.js', '--acp', '--skip-trust', '--approval-mode', 'default'],
      ...['--policy', '/home/agent/.gatehouse/policy.toml', '-m', 'gemini-3'],
    ]);
    expect(binds).toContainEqual({ from: '/nowhere/gemini', to: '/opt/gemini' });
    expect(binds).toContainEqual({ from: process.execPath, to: argv[0] });
    expect(env.GOOGLE_GEMINI_BASE_URL).toBe('http://127.0.0.1:8787');
    expect(homeFiles['.gatehouse/policy.toml']).toContain('toolName = "*"\ndecision = "ask_user"');
    expect(JSON.stringify(homeFiles)).not.toMatch(/api.?key/i);
    expect(stdin).toMatchObject({ first: expect.stringContaining('"method":"initialize"') });
    expect(masks).toContain('.gemini/');
  });
});

describe('the probe', () => {
  test.each([
    ['0.61.0', { ok: true, version: '0.61.0' }],
    ['0.62.0', { ok: false, problem: 'Gemini is 0.62.0, not 0.61.0.' }],
    ['0.61.0"', { ok: false, problem: expect.stringMatching(/^Gemini does not start: /) }],
  ])('%s', async (version, expected) => {
    const folder = await mkdtemp(join(tmpdir(), 'gemini-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, 'bundle'));
    await writeFile(join(folder, 'bundle/gemini.js'), `console.log("${version}")`);
    expect(await createGemini({ installation: folder }).probe()).toMatchObject(expected);
  });
});

describe('errors of its provider', () => {
  test.each([
    [
      { code: 401, message: 'Incorrect API key provided' },
      { class: 'auth', httpStatus: 401 },
    ],
    [{ code: 429, message: 'Rate limit exceeded. Try again later.' }, { class: 'rate_limit' }],
    [
      { code: 500, message: 'scripted internal error' },
      { class: 'server', httpStatus: 500 },
    ],
    [{ code: 500, message: 'terminated' }, { class: 'transport' }],
    [
      {
        code: 429,
        message:
          'Gatehouse: the cap of this run, 10 tokens, is spent, or reserved by calls that run',
      },
      { class: 'quota' },
    ],
    [{ code: 404, message: 'models/x is not found' }, { class: 'model_not_found' }],
  ])('%j', async (error, expected) => {
    const answers = edited.stdout.split('\n').slice(0, 2);
    const stdout = [...answers, JSON.stringify({ jsonrpc: '2.0', id: 2, error })].join('\n');
    const run = await readRun(gemini, { stdout, end: ended() });
    expect(only(run.events, 'error')).toMatchObject([
      { ...expected, message: error.message, fatal: true },
    ]);
    expect(run.finished).toMatchObject({ status: 'failed', summary: error.message });
    expect(run.closed()).toBe(true);
  });
});
