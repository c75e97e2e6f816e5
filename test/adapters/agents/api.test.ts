import { describe, expect, test } from 'vitest';
import { createApi, packagesOf } from '../../../src/adapters/agents/api/api.ts';
import { denied } from '../../../src/core/act.ts';
import {
  agentAdapterContract,
  ended,
  only,
  REQUEST,
  type Recording,
  readRun,
} from '../../contract/agent-adapter.ts';

const api = createApi();
const CALLING = { ...REQUEST, model: { name: 'm', dialect: 'openai-chat' as const } };
const CALL = 'call_1_0-5f3a9c21';
const event = (of: object) => ({ type: 'event', event: of });
const OPENED = { type: 'session', id: 'b807ae33-a206-47a6-b9f0-f7a45b9c6ea3' };
const recordingOf = (name: string, lines: object[]): Recording => ({
  name,
  stdout: lines.map(line => `${JSON.stringify(line)}\n`).join(''),
  stderr: '',
  end: { exitCode: 0, signal: null },
});

const STARTED = event({
  type: 'tool.started',
  callId: CALL,
  tool: 'run',
  kind: 'command',
  input: { command: 'sh test.sh' },
  command: 'sh test.sh',
});
const ASKED = {
  type: 'ask',
  id: 1,
  question: { action: 'command.exec', command: 'sh test.sh', callId: CALL },
};
const refused = recordingOf('refused', [
  OPENED,
  STARTED,
  ASKED,
  { type: 'done', text: 'I may not.' },
]);
const worked = recordingOf('worked', [
  OPENED,
  event({
    type: 'usage',
    usage: { input: 800, cached: 200, cacheWrite: 0, output: 34, reasoning: 5 },
    scope: 'step',
  }),
  STARTED,
  ASKED,
  event({
    type: 'tool.finished',
    callId: CALL,
    ok: false,
    exitCode: 1,
    output: '2 + 3 is -1\nExit code 1.',
    error: 'Exit code 1.',
  }),
  event({ type: 'message', role: 'assistant', text: '{"verdict": "good", "summary": "It is."}' }),
  { type: 'done', text: '{"verdict": "good", "summary": "It is."}' },
]);

agentAdapterContract({ adapter: api, request: CALLING, byExitCode: false, recordings: [worked] });

describe('the reader', () => {
  test('answers each question of the program as policy does', async () => {
    const run = await readRun(api, { ...worked, end: ended() });
    expect(run.asked).toMatchObject([{ action: 'command.exec', callId: CALL }]);
    expect(run.written.map(line => JSON.parse(line))).toEqual([
      { id: 1, allowed: true, reason: '' },
    ]);
    expect(run.finished).toMatchObject({ status: 'ok', summary: 'It is.' });
    expect(run.closed()).toBe(true);

    const no = await readRun(api, { ...refused, end: ended() }, REQUEST, async () => denied('No.'));
    expect(no.written.map(line => JSON.parse(line))).toEqual([
      { id: 1, allowed: false, reason: 'No.' },
    ]);
    expect(no.finished).toMatchObject({ status: 'ok', summary: 'I may not.' });
  });

  test.each([
    ['no JSON', 'no JSON'],
    ['a form that is not known', '{"type":"done","text":1}'],
    [
      'an end that only the reader tells',
      JSON.stringify(event({ type: 'session.started', model: null })),
    ],
  ])('a line of %s ends the conversation as a failure', async (_what, line) => {
    const stdout = `${JSON.stringify(OPENED)}\n${line}\n{"type":"done","text":"All is well."}\n`;
    const run = await readRun(api, { stdout, end: ended() });
    expect(run.finished.status).toBe('failed');
    expect(only(run.events, 'error')).toMatchObject([{ class: 'protocol', fatal: true }]);
    expect(run.closed()).toBe(true);
  });
});

test('nothing secret, and nothing of this machine but its programs, goes into the sandbox', () => {
  const launch = api.launch(CALLING);
  expect(launch.binds.map(({ to }) => to)).toEqual([
    '/opt/gatehouse-api/program',
    '/opt/gatehouse-api/node_modules',
    '/opt/gatehouse-node',
  ]);
  expect(Object.keys(launch.env).sort()).toEqual(['CI', 'LANG', 'NO_COLOR', 'TERM', 'TMPDIR']);
});

test.each([
  ['/work/gatehouse/node_modules/ai/package.json', '/work/gatehouse/node_modules'],
  [
    '/usr/lib/node_modules/gatehouse-for-agents/node_modules/ai/package.json',
    '/usr/lib/node_modules/gatehouse-for-agents/node_modules',
  ],
])('the packages of its program are beside %s', (manifest, folder) => {
  expect(packagesOf(manifest)).toBe(folder);
});
