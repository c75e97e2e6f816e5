/** Conversations over ACP, in the form of the protocol that all three CLIs share. */
import { describe, expect, test } from 'vitest';
import { createGemini } from '../../../src/adapters/agents/gemini/gemini.ts';
import { createOpencode } from '../../../src/adapters/agents/opencode/opencode.ts';
import { denied } from '../../../src/core/act.ts';
import { readQuestion } from '../../../src/engine/facts/agent-question.ts';
import { ended, only, REQUEST, readRun } from '../../contract/agent-adapter.ts';
import { chosenIn, OPENING } from './acp-recordings.ts';

const gemini = createGemini({ installation: '/nowhere' });
const opencode = createOpencode({ binary: '/nowhere/opencode' });

const line = (message: Record<string, unknown>) =>
  `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
const opened = OPENING + line({ id: 1, result: { sessionId: 's-1' } });
const update = (sessionUpdate: string, more: Record<string, unknown> = {}) =>
  line({
    method: 'session/update',
    params: { sessionId: 's-1', update: { sessionUpdate, ...more } },
  });
const says = (text: string) => update('agent_message_chunk', { content: { type: 'text', text } });
const stops = (stopReason = 'end_turn', id = 2) => line({ id, result: { stopReason } });

const OPTIONS = [
  { optionId: 'for-ever', name: 'Always', kind: 'allow_always' },
  { optionId: 'once', name: 'Allow', kind: 'allow_once' },
  { optionId: 'never', name: 'Never', kind: 'reject_always' },
  { optionId: 'no', name: 'Reject', kind: 'reject_once' },
];
const asks = (toolCall: Record<string, unknown>, options: unknown = OPTIONS) =>
  line({
    id: 7,
    method: 'session/request_permission',
    params: { sessionId: 's-1', toolCall: { toolCallId: 'c-1', ...toolCall }, options },
  });

const read = (
  lines: string,
  request: Partial<typeof REQUEST> = {},
  decide?: Parameters<typeof readRun>[3],
) => readRun(gemini, { stdout: lines, end: ended() }, { ...REQUEST, ...request }, decide);

/** What a call shows beside its title. */
const shows = (text: string) => [{ type: 'content', content: { type: 'text', text } }];

/** What is asked, and the option that is chosen. */
const asked = async (toolCall: Record<string, unknown>, request: Partial<typeof REQUEST> = {}) => {
  const run = await read(opened + asks(toolCall) + says('done') + stops(), request);
  for (const question of run.asked) expect(readQuestion(question)).toMatchObject({ ok: true });
  return { asked: run.asked, chosen: chosenIn(run.written), events: run.events };
};

describe('a question of the agent', () => {
  test.each([
    [
      { kind: 'execute', title: 'a title', rawInput: { command: 'ls -l' } },
      [{ action: 'command.exec', command: 'ls -l' }],
    ],
    [{ kind: 'execute', title: 'ls -l' }, [{ action: 'command.exec', command: 'ls -l' }]],
    [
      { kind: 'execute', rawInput: { command: 'ls -l', workdir: '/work/src' } },
      [{ action: 'command.exec', command: 'ls -l', cwd: '/work/src' }],
    ],
    [
      { kind: 'execute', title: 'ls -l', content: shows('[in src] (Lists it)') },
      [{ action: 'command.exec', command: 'ls -l', cwd: 'src' }],
    ],
    [
      {
        kind: 'edit',
        locations: [{ path: '/work/a' }],
        content: [{ type: 'diff', path: '/work/b', oldText: '', newText: 'x' }],
      },
      [
        { action: 'file.write', path: '/work/a' },
        { action: 'file.write', path: '/work/b' },
      ],
    ],
    [
      { kind: 'edit', rawInput: { filepath: '/etc/evil' } },
      [{ action: 'file.write', path: '/etc/evil' }],
    ],
    [
      { kind: 'delete', locations: [{ path: 'a' }, { path: 'a' }] },
      [{ action: 'file.write', path: 'a' }],
    ],
    [
      { kind: 'move', locations: [{ path: 'a' }, { path: 'b' }] },
      [
        { action: 'file.write', path: 'a' },
        { action: 'file.write', path: 'b' },
      ],
    ],
    [
      { kind: 'fetch', rawInput: { url: 'https://example.com:8443/x' } },
      [{ action: 'net.connect', host: 'example.com', port: 8443 }],
    ],
    [
      { kind: 'fetch', title: 'http://example.com/' },
      [{ action: 'net.connect', host: 'example.com', port: 80 }],
    ],
    [
      { kind: 'other', toolCallId: 'mcp_jira_get_issue__fc_1', title: 'get' },
      [
        {
          action: 'mcp.call',
          server: 'jira',
          tool: 'get_issue',
          callId: 'mcp_jira_get_issue__fc_1',
        },
      ],
    ],
    [{ kind: 'read', locations: [{ path: '/work/a' }] }, []],
    [{ kind: 'search' }, []],
  ])('%j is put to policy, and allowed for this once', async (toolCall, expected) => {
    const found = await asked(toolCall);
    expect(found.asked).toEqual(expected.map(question => ({ callId: 'c-1', ...question })));
    expect(found.chosen).toEqual(['once']);
  });

  test.each([
    [{ kind: 'execute', rawInput: { script: 'x' } }, 'The command is not told.'],
    [{ kind: 'execute', title: '' }, 'The command is not told.'],
    [
      // Two folders could be meant.
      { kind: 'execute', title: 'ls', content: shows('[in src]/../.github]') },
      'The folder that the command runs in is not told.',
    ],
    [{ kind: 'edit', title: 'a file' }, 'The files are not told.'],
    [{ kind: 'fetch', title: 'the web' }, 'The address is not told.'],
    [{ kind: 'fetch', title: 'file:///etc/passwd' }, 'The address is not told.'],
    [{ kind: 'switch_mode' }, 'Nothing is known of a tool of the kind "switch_mode".'],
    [{ kind: 'other' }, 'Nothing is known of a tool of the kind "other".'],
    [{}, 'Nothing is known of a tool of the kind "".'],
  ])('%j is denied unasked', async (toolCall, reason) => {
    const found = await asked(toolCall);
    expect(found.asked).toEqual([]);
    expect(found.chosen).toEqual(['no']);
    expect(only(found.events, 'tool.denied')).toMatchObject([
      { by: 'mode', callId: 'c-1', reason },
    ]);
  });

  test('about looking is denied where the role has no tool for it', async () => {
    expect((await asked({ kind: 'read' }, { tools: ['shell'] })).chosen).toEqual(['no']);
  });

  test.each([
    ['a path that is none', { kind: 'edit', locations: [{ path: 5 }] }, OPTIONS],
    ['a change of no file', { kind: 'edit', content: [{ type: 'diff', path: '' }] }, OPTIONS],
    ['no options', { kind: 'execute', title: 'ls' }, 'all'],
    ['no call', { toolCallId: 5 }, OPTIONS],
  ])('with %s is denied and noted', async (_what, toolCall, options) => {
    const run = await read(opened + asks(toolCall, options) + says('done') + stops());
    expect(run.asked).toEqual([]);
    expect(run.written.join('')).toContain('"outcome":"cancelled"');
    expect(only(run.events, 'warning')).toHaveLength(1);
    expect(run.finished.status).toBe('ok');
  });

  test('is answered with nothing where the agent offers nothing for once', async () => {
    const options = OPTIONS.filter(({ kind }) => kind.endsWith('_always'));
    const run = await read(opened + asks({ kind: 'read' }, options) + stops());
    expect(run.written.join('')).toContain('"outcome":"cancelled"');
  });

  test('ends at the first denial, and nothing more is told of its call', async () => {
    const run = await read(
      opened +
        asks({ kind: 'edit', locations: [{ path: 'a' }, { path: 'b' }, { path: 'c' }] }) +
        update('tool_call_update', { toolCallId: 'c-1', status: 'failed' }) +
        stops(),
      {},
      async question =>
        JSON.stringify(question).includes('"b"')
          ? denied('not that one')
          : { outcome: 'allow', ruleId: null, reason: '' },
    );
    expect(run.asked).toMatchObject([{ path: 'a' }, { path: 'b' }]);
    expect(chosenIn(run.written)).toEqual(['no']);
    expect(only(run.events, 'tool.denied')).toMatchObject([{ reason: 'not that one' }]);
    expect(only(run.events, 'tool.finished')).toEqual([]);
  });

  test('names the files of a change that were not known before', async () => {
    const call = { toolCallId: 'c-1', kind: 'edit', title: 'apply_patch', status: 'in_progress' };
    const moved = [{ path: '/work/a' }, { path: '/work/b' }];
    const run = await read(
      opened +
        update('tool_call', { ...call, status: 'pending' }) +
        update('tool_call_update', call) +
        asks({ kind: 'edit', locations: moved }) +
        update('tool_call_update', { toolCallId: 'c-1', status: 'completed' }) +
        stops(),
    );
    expect(run.asked).toMatchObject([{ path: '/work/a' }, { path: '/work/b' }]);
    expect(only(run.events, 'tool.started')).toMatchObject([
      { kind: 'file_change', paths: ['a', 'b'] },
    ]);
    expect(only(run.events, 'tool.finished')).toMatchObject([{ ok: true }]);
  });

  test('that waits for a person is answered never', async () => {
    const run = await read(
      opened + asks({ kind: 'execute', title: 'ls' }),
      {},
      () => new Promise(() => {}),
    );
    expect(run.asked).toHaveLength(1);
    expect(chosenIn(run.written)).toEqual([]);
  });
});

describe('a session', () => {
  test('that is continued repeats what was said in it, which is not said again', async () => {
    const run = await read(
      OPENING +
        says('said before') +
        update('tool_call', { toolCallId: 'old', title: 'x', kind: 'read', status: 'completed' }) +
        line({ id: 1, result: {} }) +
        says('said before, too') +
        update('available_commands_update', { availableCommands: [] }) +
        says('said now') +
        stops(),
      { session: 's-0' },
    );
    expect(run.written.join('')).toContain('"method":"session/load"');
    expect(run.session).toBe('s-0');
    expect(only(run.events, 'tool.started')).toEqual([]);
    expect(only(run.events, 'message').map(({ text }) => text)).toEqual(['said now']);
    expect(run.finished.summary).toBe('said now');
  });

  test('is taken up where the agent can do that, and repeats nothing', async () => {
    const stdout = OPENING + line({ id: 1, result: {} }) + says('said now') + stops();
    const request = { ...REQUEST, session: 's-0' };
    const run = await readRun(opencode, { stdout, end: ended() }, request);
    expect(run.written.join('')).toContain('"method":"session/resume"');
    expect(run.finished).toMatchObject({ status: 'ok', summary: 'said now' });
  });

  test('that is not known is told as such', async () => {
    const error = { code: -32603, message: 'Internal error', data: { details: 'no such file' } };
    const run = await read(OPENING + line({ id: 1, error }), { session: 's-0' });
    expect(only(run.events, 'error')).toMatchObject([{ class: 'session_unknown', fatal: true }]);
    expect(run.finished.status).toBe('failed');
  });

  test('of another version of the protocol is none', async () => {
    const run = await read(line({ id: 0, result: { protocolVersion: 2 } }));
    expect(only(run.events, 'error')).toMatchObject([{ class: 'protocol', fatal: true }]);
  });
});

describe('what is printed', () => {
  test.each([
    ['max_tokens', 'context_overflow'],
    ['max_turn_requests', 'protocol'],
    ['refusal', 'policy'],
    ['cancelled', 'protocol'],
    ['of no known kind', 'protocol'],
  ])('a turn that stops by %s is a failure', async (reason, kind) => {
    const run = await read(opened + says('hm') + stops(reason));
    expect(only(run.events, 'error')).toMatchObject([{ class: kind, fatal: true }]);
    expect(run.finished.status).toBe('failed');
  });

  test.each([
    ['no JSON', 'a plugin prints\n'],
    ['no message', '{"a": 1}\n'],
    ['an answer to nothing', line({ id: 99, result: {} })],
    ['an answer without one', '{"jsonrpc":"2.0","id":2}\n'],
    ['an update of no shape', line({ method: 'session/update', params: { update: 5 } })],
    ['a call without a name', update('tool_call', { title: 'x' })],
  ])('%s is a warning, and the run goes on', async (_what, text) => {
    const run = await read(opened + text + says('done') + stops());
    expect(only(run.events, 'warning')).toHaveLength(1);
    expect(run.finished).toMatchObject({ status: 'ok', summary: 'done' });
  });

  test('news of no concern is nothing', async () => {
    const run = await read(
      opened + update('plan', { entries: [] }) + line({ method: '_x/y' }) + says('done') + stops(),
    );
    expect(only(run.events, 'warning')).toEqual([]);
    expect(run.finished.status).toBe('ok');
  });

  test('a line too long to be read ends the conversation: it may be a question', async () => {
    const run = await read(`${opened}{"x":"${'x'.repeat(5_000_000)}"}\n`);
    expect(run.closed()).toBe(true);
    expect(only(run.events, 'error')).toMatchObject([{ class: 'protocol', fatal: true }]);
  });

  test('warnings have an end', async () => {
    const run = await read(opened + 'noise\n'.repeat(200) + stops());
    expect(only(run.events, 'warning')).toHaveLength(50);
  });

  test('a long message is told in parts, and is the answer as a whole', async () => {
    const part = 'word '.repeat(20_000);
    const run = await read(opened + says(part).repeat(4) + stops());
    expect(only(run.events, 'message').length).toBeGreaterThan(1);
    expect(run.finished.summary).toBe(part.repeat(4));
  });

  test('thoughts are told apart, and are no answer', async () => {
    const thought = update('agent_thought_chunk', { content: { type: 'text', text: 'hm' } });
    const run = await read(opened + thought + says('done') + stops());
    expect(only(run.events, 'reasoning').map(({ text }) => text)).toEqual(['hm']);
    expect(run.finished.summary).toBe('done');
  });
});

describe('the prompt', () => {
  const sent = async (request: Partial<typeof REQUEST>) => {
    const { written } = await read(opened + stops(), request);
    return written.find(text => text.includes('session/prompt')) ?? '';
  };

  test('is no command, whatever it begins with', async () => {
    expect(await sent({ prompt: '/help me' })).toContain('"text":"The task:\\n\\n/help me"');
    expect(await sent({ prompt: '  $PATH' })).toContain('"text":"The task:');
  });

  test('says what form the answer is to have', async () => {
    const outputSchema = { type: 'object', required: ['verdict'] };
    expect(await sent({ outputSchema })).toContain('\\"required\\":[\\"verdict\\"]');
  });
});
