import { describe, expect, test } from 'vitest';
import { createKilo } from '../../../src/adapters/agents/kilo/kilo.ts';
import { createOpencode } from '../../../src/adapters/agents/opencode/opencode.ts';
import { denied } from '../../../src/core/act.ts';
import type { ModelRoute } from '../../../src/engine/ports/gateway.ts';
import {
  agentAdapterContract,
  ended,
  only,
  REQUEST,
  readRun,
} from '../../contract/agent-adapter.ts';
import { answeringWith, chosenIn, OPENING, recordingsOf } from './acp-recordings.ts';

/** Kilo descends from OpenCode: what holds for one holds for both. */
describe.each([
  {
    adapter: createOpencode({ binary: '/nowhere/opencode/bin/opencode' }),
    who: 'OpenCode',
    session: 'ses_e05273d1effecBFlhp7Iam98Oz',
    config: 'OPENCODE_CONFIG_CONTENT',
    masks: ['.opencode/', 'opencode.json'],
  },
  {
    adapter: createKilo({ binary: '/nowhere/kilo/bin/kilo' }),
    who: 'Kilo',
    session: 'ses_e05270f9affedGmG5BtLgMQ2KX',
    config: 'KILO_CONFIG_CONTENT',
    masks: ['.kilo/', '.kilocode/', 'kilo.json'],
  },
])('$who', ({ adapter, who, session, config, masks }) => {
  const recordings = recordingsOf(adapter.name);
  const [edited, wiped] = recordings;
  if (!edited || !wiped) throw new Error(`the recordings of ${who} are missing`);

  agentAdapterContract({
    adapter,
    byExitCode: false,
    opening: OPENING,
    recordings: [...recordings, answeringWith(edited, 'I looked.{"verdict": "good"}')],
  });

  test('every recording is one of these', () => {
    expect(recordings.map(({ name }) => name)).toEqual(['edit-approved', 'wipe-denied']);
  });

  test('edit-approved: each command and change is asked about and told', async () => {
    const run = await readRun(adapter, { ...edited, end: ended() });
    expect(run.session).toBe(session);
    expect(run.asked).toMatchObject([
      { action: 'command.exec', command: 'node test.js' },
      { action: 'file.write', path: '/work/sum.js' },
      { action: 'command.exec', command: 'node test.js' },
    ]);
    expect(chosenIn(run.written)).toEqual(['once', 'once', 'once']);
    // It writes its files itself, although it offers that to us.
    expect(run.written.join('')).toContain('Method not found');
    expect(only(run.events, 'tool.started')).toMatchObject([
      { tool: 'bash', kind: 'command', command: 'node test.js' },
      { tool: 'read', kind: 'tool', input: { filePath: '/work/sum.js' } },
      { tool: 'edit', kind: 'file_change', paths: ['sum.js'] },
      { tool: 'bash', kind: 'command', command: 'node test.js' },
    ]);
    const ends = only(run.events, 'tool.finished');
    expect(ends.map(({ ok, exitCode }) => [ok, exitCode])).toEqual([
      ...[
        [false, 1],
        [true, null],
        [true, null],
        [true, 0],
      ],
    ]);
    expect(ends[2]?.diff).toContain('+  return a + b;');
    expect(only(run.events, 'message').map(({ text }) => text)).toEqual([
      'I will run the failing test first.',
      'done: fixed sum.js, test passes',
    ]);
    // It tells of its last answer only, so that its tokens are counted at the gateway.
    expect(only(run.events, 'usage')).toEqual([]);
    expect(only(run.events, 'cost')).toEqual([
      { type: 'cost', usd: 0.00544, basis: 'configured', scope: 'session' },
    ]);
    expect(run.finished).toMatchObject({
      status: 'ok',
      summary: 'done: fixed sum.js, test passes',
    });
    expect(run.closed()).toBe(true);
  });

  test('wipe-denied: what is denied is told once', async () => {
    const why = denied('Nothing is wiped here.');
    const run = await readRun(adapter, { ...wiped, end: ended() }, REQUEST, async () => why);
    expect(run.asked).toMatchObject([{ command: 'echo "rm -rf" > WIPED.txt' }]);
    expect(chosenIn(run.written)).toEqual(['reject']);
    expect(only(run.events, 'tool.denied')).toMatchObject([{ reason: 'Nothing is wiped here.' }]);
    expect(only(run.events, 'tool.finished')).toEqual([]);
    expect(run.finished.status).toBe('ok');
  });

  test('a call to the model that fails again and again ends it, in the words of the provider', async () => {
    const failed = (message: string) =>
      `timestamp=2026-11-28T16:00:50.767Z level=ERROR message="stream error" agent=build error.error="AI_APICallError: ${message}"\n`;
    const stderr = failed('Overloaded') + failed('Rate limit reached');
    const stdout = edited.stdout.split('\n').slice(0, 2).join('\n');
    const run = await readRun(adapter, { stdout, stderr, end: ended() });
    expect(only(run.events, 'error')).toMatchObject([
      { class: 'server', fatal: false },
      { class: 'rate_limit', message: 'Rate limit reached', fatal: true },
    ]);
    expect(run.closed()).toBe(true);
    expect(run.finished).toMatchObject({ status: 'failed', summary: 'Rate limit reached' });
  });

  test('a connection that fails is tried again, but not by Kilo, which would ask a person', async () => {
    const stderr = 'message="stream error" error.error="AI_APICallError: connection refused"\n';
    const run = await readRun(adapter, { stdout: edited.stdout, stderr, end: ended() });
    expect(only(run.events, 'error')).toMatchObject([
      { class: 'transport', fatal: who === 'Kilo' },
    ]);
  });

  test.each([
    [{ code: -32603, message: 'Internal error: Incorrect API key provided' }, 'auth'],
    [{ code: -32603, message: "Gatehouse: the provider refused the gateway's credential" }, 'auth'],
    [{ code: -32000, message: 'provider authentication required' }, 'auth'],
    [{ code: -32603, message: 'Internal error: terminated' }, 'transport'],
    [{ code: -32603, message: 'Internal error: what nobody knows' }, 'server'],
    [{ code: -32603, message: 'Internal error: the limit of 9 tokens is spent' }, 'quota'],
  ])('an error is of the class that its words say: %j', async (error, expected) => {
    const answers = edited.stdout.split('\n').slice(0, 2);
    const stdout = [...answers, JSON.stringify({ jsonrpc: '2.0', id: 2, error })].join('\n');
    const run = await readRun(adapter, { stdout, end: ended() });
    expect(only(run.events, 'error')).toMatchObject([{ class: expected, fatal: true }]);
  });

  test.each([
    ['anthropic', '@ai-sdk/anthropic', '/v1'],
    ['openai-responses', '@ai-sdk/openai', '/v1'],
    ['openai-chat', '@ai-sdk/openai-compatible', '/v1'],
    ['gemini', '@ai-sdk/google', '/v1beta'],
  ] as const)('calls our gateway alone, in %s', (dialect, npm, path) => {
    const { provider, ...settings } = settingsOf({ name: 'a-model', dialect });
    expect(settings).toMatchObject({
      model: 'gatehouse/a-model',
      small_model: 'gatehouse/a-model',
      enabled_providers: ['gatehouse'],
    });
    expect(Object.keys(provider)).toEqual(['gatehouse']);
    expect(provider.gatehouse).toMatchObject({
      npm,
      options: { baseURL: `http://127.0.0.1:8787${path}` },
      models: { 'a-model': {} },
    });
  });

  test('asks for every tool, and has none that would act unasked', () => {
    const { permission } = settingsOf(null);
    expect(Object.keys(permission)[0]).toBe('*');
    expect(permission['*']).toBe('ask');
    expect(permission.task).toBe('deny');
    const { edit } = settingsOf(null, { readOnly: true }).permission;
    expect(edit).toBe('deny');
  });

  test('the launch covers what the repository has for it, and fetches nothing', () => {
    const { env, masks: covered, homeFiles, stdin } = adapter.launch(REQUEST);
    expect(covered).toEqual(expect.arrayContaining(masks));
    expect(Object.keys(homeFiles)).toContain(`.config/${adapter.name}/package-lock.json`);
    for (const what of ['AUTOUPDATE', 'MODELS_FETCH', 'PROJECT_CONFIG', 'EXTERNAL_SKILLS'])
      expect(env[`${who.toUpperCase()}_DISABLE_${what}`]).toBe('1');
    expect(stdin).toMatchObject({ first: expect.stringContaining('"method":"initialize"') });
  });

  function settingsOf(
    model: { name: string; dialect: ModelRoute['dialect'] } | null,
    more: { readOnly?: boolean } = {},
  ) {
    const { env } = adapter.launch({ ...REQUEST, model, ...more });
    return JSON.parse(env[config] ?? '');
  }
});
