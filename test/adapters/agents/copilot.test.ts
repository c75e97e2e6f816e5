import { describe, expect, test } from 'vitest';
import { createCopilot } from '../../../src/adapters/agents/copilot/copilot.ts';
import { copilotCli } from '../../../src/adapters/agents/copilot/dialect.ts';
import { noticeIn } from '../../../src/adapters/agents/copilot/notice.ts';
import { denied } from '../../../src/core/act.ts';
import {
  agentAdapterContract,
  ended,
  only,
  REQUEST,
  readRun,
} from '../../contract/agent-adapter.ts';
import { chosenIn, OPENING, recordingsOf } from './acp-recordings.ts';

const adapter = createCopilot({
  binary: '/nowhere/copilot/copilot',
  unpacked: '/nowhere/unpacked',
});
const recordings = recordingsOf('copilot');
const recording = (name: string) => {
  const found = recordings.find(one => one.name === name);
  if (!found) throw new Error(`there is no recording "${name}"`);
  return { ...found, end: ended(found.end) };
};
const launched = (over: Partial<typeof REQUEST>) => adapter.launch({ ...REQUEST, ...over });
const toolsOf = (over: Partial<typeof REQUEST>) => {
  const { argv } = launched(over);
  return argv.slice(argv.indexOf('--available-tools') + 1);
};

agentAdapterContract({
  adapter,
  byExitCode: false,
  opening: OPENING,
  recordings: [recording('edit-approved'), answered('I looked.{"verdict": "good"}')],
});

describe('Copilot', () => {
  test('every recording is one of these', () => {
    expect(recordings.map(({ name }) => name)).toEqual([
      'cut',
      'edit-approved',
      'limited',
      'refused',
      'wipe-denied',
    ]);
  });

  test('edit-approved: each command and each file of a patch is asked about and told', async () => {
    const run = await readRun(adapter, recording('edit-approved'));
    expect(run.asked).toMatchObject([
      { action: 'command.exec', command: 'node test.js' },
      { action: 'file.write', path: '/work/sum.js' },
      { action: 'file.write', path: '/work/notes.md' },
      { action: 'command.exec', command: 'node test.js' },
    ]);
    expect(new Set(chosenIn(run.written))).toEqual(new Set(['allow_once']));
    const started = only(run.events, 'tool.started');
    expect(started.map(({ tool, kind }) => [tool, kind])).toEqual([
      ['bash', 'command'],
      ['view', 'tool'],
      ['edit', 'file_change'],
      ['bash', 'command'],
    ]);
    const ends = only(run.events, 'tool.finished');
    expect(ends.map(({ ok, exitCode }) => [ok, exitCode])).toEqual([
      [false, 1],
      [true, null],
      [true, null],
      [true, 0],
    ]);
    // What it says of itself is no message of its model.
    expect(only(run.events, 'message').map(({ text }) => text)).toEqual([
      'I will run the failing test first.',
      'done: fixed sum.js, test passes',
    ]);
    expect(only(run.events, 'warning')[0]?.message).toContain('Disabled tools: ');
    expect(only(run.events, 'usage')).toMatchObject([
      { usage: { input: 5_000, cached: 1_000, output: 170, reasoning: 25 } },
    ]);
    expect(run.finished).toMatchObject({
      status: 'ok',
      summary: 'done: fixed sum.js, test passes',
    });
  });

  test('wipe-denied: a turn that a denial ended is followed by one that says why', async () => {
    const why = async () => denied('Nothing is wiped here.');
    const run = await readRun(adapter, recording('wipe-denied'), REQUEST, why);
    expect(chosenIn(run.written)).toEqual(['reject_once']);
    const prompts = run.written.filter(text => text.includes('session/prompt'));
    expect(prompts).toHaveLength(2);
    expect(prompts[1]).toContain('Gatehouse: your call was denied: Nothing is wiped here.');
    expect(only(run.events, 'tool.denied')).toMatchObject([{ reason: 'Nothing is wiped here.' }]);
    // Its second turn tells what both used.
    expect(only(run.events, 'usage')).toMatchObject([{ usage: { input: 2_000, output: 68 } }]);
    expect(run.finished).toMatchObject({ status: 'ok', summary: 'done: nothing was wiped' });
  });

  test.each([
    ['refused', 'auth', 2],
    ['limited', 'rate_limit', 2],
    ['cut', 'transport', 2],
  ] as const)('%s: the end of its turn is no success, and is %s', async (name, expected, tries) => {
    const run = await readRun(adapter, recording(name));
    const errors = only(run.events, 'error');
    expect(errors.slice(0, -1).map(({ fatal }) => fatal)).toEqual(Array(tries).fill(false));
    expect(errors.at(-1)).toMatchObject({ class: expected, fatal: true });
    expect(run.finished.status).toBe('failed');
  });

  test.each([
    ['Info: Disabled tools: sql', 'told'],
    ['Warning: what nobody expects', 'told'],
    ['Info: Request failed due to a transient API error. Retrying...', 'retries'],
    ['Error: 400 bad request', 'failed'],
    ['Info ', null],
    ['Error: ', null],
    ['The info: there is none', null],
  ])('"%s" is a notice: %s', (piece, kind) => {
    expect(noticeIn(piece)?.kind ?? null).toBe(kind);
  });

  test.each([
    ['openai-responses', 'openai', 'responses', '/v1'],
    ['openai-chat', 'openai', 'completions', '/v1'],
    ['anthropic', 'anthropic', 'completions', ''],
  ] as const)('calls our gateway alone, in %s', (dialect, type, wire, path) => {
    expect(launched({ model: { name: 'a-model', dialect } }).env).toMatchObject({
      COPILOT_OFFLINE: 'true',
      COPILOT_MODEL: 'a-model',
      COPILOT_PROVIDER_BASE_URL: `http://127.0.0.1:8787${path}`,
      COPILOT_PROVIDER_TYPE: type,
      COPILOT_PROVIDER_WIRE_API: wire,
    });
  });

  test('has the tools of its role, and none that would act unasked', () => {
    const [read, edit] = [
      ['view', 'rg', 'grep', 'glob'],
      ['apply_patch', 'edit', 'create'],
    ];
    const shell = ['bash', 'read_bash', 'stop_bash'];
    expect(toolsOf({})).toEqual([...read, ...edit, ...shell]);
    expect(toolsOf({ readOnly: true })).toEqual([...read, ...shell]);
    expect(toolsOf({ tools: ['read'] })).toEqual(read);
    expect(toolsOf({ tools: [] })).toEqual(['none']);
    expect(toolsOf({ tools: [], servers: [{ name: 'notes', kind: 'http' }] })).toEqual(['notes']);
  });

  test('is told of its servers by its settings, and a call of their tools is one of theirs', async () => {
    const servers = [{ name: 'my-notes', kind: 'http' }] as const;
    const { homeFiles } = launched({ servers: [...servers] });
    expect(JSON.parse(homeFiles['.copilot/mcp-config.json'] ?? '')).toEqual({
      mcpServers: {
        'my-notes': { type: 'http', tools: ['*'], url: 'http://127.0.0.1:8787/mcp/my-notes' },
      },
    });
    const { mcpOf, toolOf } = copilotCli({ servers: [...servers] });
    expect(toolOf({ toolCallId: 'c', kind: 'other', title: 'my-notes-note' })).toBe(
      'my-notes-note',
    );
    expect(mcpOf({ toolCallId: 'c', kind: 'other', title: 'note' })).toEqual({
      server: 'my-notes',
      tool: 'note',
    });
    expect(mcpOf({ toolCallId: 'd', kind: 'other', title: 'note' })).toBeNull();
  });

  test('covers what a repository has for it, and leaves the rest of .github as it is', () => {
    const { masks } = launched({});
    for (const mask of ['.github/hooks/', '.github/copilot/', '.github/copilot-instructions.md'])
      expect(masks).toContain(mask);
    for (const mask of masks) expect(mask).not.toMatch(/^\.github\/?$|workflows|actions/);
  });

  test('gets its instructions before the first prompt, and once in a session', async () => {
    const stdout = recording('edit-approved').stdout;
    const first = await readRun(adapter, { stdout, end: ended() });
    expect(first.written.join('')).toContain('You are the author.\\n\\nFix the failing test.');
    const session = 'an-earlier-session';
    const next = await readRun(adapter, { stdout, end: ended() }, { ...REQUEST, session });
    expect(next.written.join('')).not.toContain('You are the author.');
  });
});

/** The recorded run with another last answer. */
function answered(text: string) {
  const { stdout, ...rest } = recording('edit-approved');
  const lines = stdout.trimEnd().split('\n');
  const called = lines.findLastIndex(line => line.includes('"usage_update"'));
  const update = { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } };
  const said = { jsonrpc: '2.0', method: 'session/update', params: { sessionId: 's', update } };
  const all = [...lines.slice(0, called + 1), JSON.stringify(said), lines.at(-1)];
  return { ...rest, name: 'an answer in JSON', stdout: all.join('\n') };
}
