import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCodex } from '../../../src/adapters/agents/codex/codex.ts';
import { type ActAnswer, denied } from '../../../src/core/act.ts';
import { GATEWAY_ORIGIN } from '../../../src/engine/ports/sandbox.ts';
import {
  agentAdapterContract,
  ended,
  only,
  REQUEST,
  type Recording,
  readRun,
} from '../../contract/agent-adapter.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/codex');
const codex = createCodex({ installation: '/nowhere/codex' });
const ALLOWED: ActAnswer = { outcome: 'allow', ruleId: 'all', reason: '' };
const WHY = 'Only a maintainer may do that here.';

/** A conversation with `codex app-server`, as it was recorded. */
type Conversation = Recording & {
  /** The decisions that its recorder answered with, by the number of the question. */
  decisions: string[];
};

type Recorded = { exitCode: number; signal: null; stderr: string };
const ends: Record<string, Recorded> = JSON.parse(
  await readFile(join(FIXTURES, 'ends.json'), 'utf8'),
);
const conversations: Conversation[] = await Promise.all(
  Object.entries(ends).map(async ([name, { stderr, ...end }]) => {
    if (name === 'hook-deny-trusted') return { name, stderr, end, ...(await notifications(name)) };
    const text = await readFile(join(FIXTURES, `${name}.both-directions.jsonl`), 'utf8');
    const entries: { dir: string; line: { id?: number; result?: { decision: string } } }[] = text
      .trimEnd()
      .split('\n')
      .map(entry => JSON.parse(entry));
    const stdout = entries
      .filter(({ dir }) => dir === 'stdout')
      .map(({ line }) => JSON.stringify(line))
      .join('\n');
    const decisions = entries.flatMap(({ dir, line }) =>
      dir === 'stdin' && line.result ? [line.result.decision] : [],
    );
    return { name, stdout, stderr, end, decisions };
  }),
);

/** Of this one, only what the server notified of was kept: the answers before it are the usual ones. */
async function notifications(name: string) {
  const kept = await readFile(join(FIXTURES, `${name}.events.jsonl`), 'utf8');
  const [thread, turn] = ['thread', 'turn'].map(
    name => new RegExp(`"${name}":\\{"id":"([\\w-]+)"`).exec(kept)?.[1],
  );
  const answers = [
    { id: 1, result: {} },
    { id: 2, result: { thread: { id: thread } } },
    { id: 3, result: { turn: { id: turn } } },
  ];
  const stdout = [...answers.map(answer => JSON.stringify(answer)), kept.trimEnd()].join('\n');
  return { stdout, decisions: [] };
}

/** None of the recordings ends with an answer as data: this is one of them with such an answer. */
const asData: Recording = {
  ...recorded('edit-approved'),
  name: 'an answer as data',
  stdout: recorded('edit-approved').stdout.replaceAll(
    '"done: fixed sum.js, test passes"',
    JSON.stringify('{"summary":"Fixed.","verdict":"fine"}'),
  ),
};
agentAdapterContract({
  adapter: codex,
  byExitCode: false,
  recordings: [...conversations, asData],
  opening: '{"id":1,"result":{}}',
});

function recorded(name: string): Conversation {
  const found = conversations.find(one => one.name === name);
  if (!found) throw new Error(`there is no recording "${name}"`);
  return found;
}

/** Reads it anew, each question being decided as its recorder did. */
async function play(name: string, request = REQUEST) {
  const { stdout, stderr, end, decisions } = recorded(name);
  let asked = 0;
  const decide = async () => (decisions[asked++] === 'accept' ? ALLOWED : denied(WHY));
  const run = await readRun(codex, { stdout, stderr, end: ended(end) }, request, decide);
  const messages = run.written
    .flatMap(text => text.trimEnd().split('\n'))
    .map(text => JSON.parse(text));
  return { ...run, messages };
}

type Expected = {
  status: 'ok' | 'failed';
  /** Answers of the model that its usage stands for. */
  answers: number;
  asked?: string[];
  /** Exit codes of the commands. */
  shell?: (number | null)[];
  denied?: string;
  error?: string;
};

const bash = (line: string) => `/bin/bash -lc ${line}`;
const TEST = bash("'node test.js'");
const CAT = bash('"cat \'sum.js\'"');

/** Every recording of the app-server; one without a line here fails the last test. */
const CASES: Record<string, Expected> = {
  'edit-approved': {
    status: 'ok',
    answers: 5,
    asked: [TEST, CAT, '/mnt/repo/codex-appserver-edit-approved/sum.js', TEST],
    shell: [1, 0, 0],
  },
  'wipe-declined': {
    status: 'ok',
    answers: 2,
    asked: [bash(`'echo "rm -rf" > WIPED.txt'`)],
  },
  'patch-declined': {
    status: 'ok',
    answers: 2,
    asked: ['/mnt/repo/codex-appserver-patch-declined/secrets/prod.env'],
  },
  'outside-never': { status: 'ok', answers: 2 },
  'outside-onrequest': { status: 'ok', answers: 2 },
  'rule-deny': { status: 'ok', answers: 2, denied: 'rule' },
  'hook-deny-trusted': { status: 'ok', answers: 2 },
  // Under these settings it acts without asking, which ends the run.
  'hook-deny': { status: 'failed', answers: 2, shell: [0], error: 'protocol' },
  'rule-prompt-onrequest': {
    status: 'failed',
    answers: 5,
    asked: [TEST, TEST],
    shell: [0],
    error: 'protocol',
  },
};

describe('every recording of the app-server', () => {
  test.each(Object.entries(CASES))('%s', async (name, expected) => {
    const { events, finished, asked, messages } = await play(name);
    const commands = new Set(
      only(events, 'tool.started').flatMap(call => (call.kind === 'command' ? [call.callId] : [])),
    );
    const usage = only(events, 'usage').map(event => event.usage);
    const sum = (count: (one: (typeof usage)[0]) => number) =>
      usage.reduce((total, one) => total + count(one), 0);
    expect({
      status: finished.status,
      error: only(events, 'error').find(error => error.fatal)?.class,
      input: sum(one => one.input),
      cached: sum(one => one.cached),
      output: sum(one => one.output),
      asked: asked.map(question => Object.values(question as object).at(-1)),
      shell: only(events, 'tool.finished').flatMap(end =>
        commands.has(end.callId) ? [end.exitCode] : [],
      ),
      denied: only(events, 'tool.denied').map(({ by }) => by),
    }).toEqual({
      status: expected.status,
      error: expected.error,
      // The scripted model's constants, times the number of its answers.
      input: 1000 * expected.answers,
      cached: 200 * expected.answers,
      output: 34 * expected.answers,
      asked: expected.asked ?? [],
      shell: expected.shell ?? [],
      denied: [
        ...recorded(name).decisions.flatMap(one => (one === 'decline' ? ['policy'] : [])),
        ...(expected.denied ? [expected.denied] : []),
      ],
    });
    const answers = messages.filter(({ result }) => result);
    expect(answers.map(({ result }) => result.decision)).toEqual(recorded(name).decisions);
  });

  test('asks about a command with the folder that it runs in', async () => {
    const { asked } = await play('wipe-declined');
    expect(asked).toMatchObject([{ cwd: '/mnt/repo/codex-appserver-wipe-declined' }]);
  });

  test('has its line above', () => {
    expect(Object.keys(ends).sort()).toEqual(Object.keys(CASES).sort());
  });
});

describe('the conversation', () => {
  test('opens a thread in the work tree that asks before everything, and one turn with the prompt', async () => {
    const { messages, closed, session } = await play('edit-approved');
    const { method, params } = messages[1];
    expect(messages[0]).toEqual({ method: 'initialized' });
    expect({ method, params }).toEqual({
      method: 'thread/start',
      params: {
        cwd: '/work',
        model: 'gpt-5.5',
        approvalPolicy: 'untrusted',
        approvalsReviewer: 'user',
        sandbox: 'danger-full-access',
        developerInstructions: REQUEST.instructions,
      },
    });
    expect(messages[2]).toMatchObject({
      method: 'turn/start',
      params: { threadId: session, input: [{ type: 'text', text: REQUEST.prompt }] },
    });
    expect(closed()).toBe(true);
  });

  test('takes up the thread of before, and tells a role that may only look', async () => {
    const { messages } = await play('edit-approved', {
      ...REQUEST,
      session: 'thread-1',
      readOnly: true,
    });
    expect(messages[1]).toMatchObject({
      method: 'thread/resume',
      params: {
        threadId: 'thread-1',
        developerInstructions: expect.stringMatching(/^You are the author\.\n\n.*no file/),
      },
    });
  });

  test('asks for an answer of the wanted form, without what OpenAI refuses in a schema', async () => {
    const text = { type: 'string', minLength: 1, maxLength: 9 };
    const outputSchema = { $schema: 'x', type: 'object', properties: { text } };
    const { messages } = await play('edit-approved', { ...REQUEST, outputSchema });
    expect(messages[2].params.outputSchema).toEqual({
      type: 'object',
      properties: { text: { type: 'string' } },
    });
  });

  test('tells why before it declines, so that both are read together', async () => {
    const { messages, session } = await play('wipe-declined');
    const at = messages.findIndex(({ method }) => method === 'turn/steer');
    expect(messages[at].params).toMatchObject({
      threadId: session,
      expectedTurnId: '01a1fad8-00d9-7ca0-835e-ccd2690c8e21',
      input: [{ text: expect.stringMatching(/^Gatehouse: .*WIPED.* is not allowed\. Only a/) }],
    });
    expect(messages[at + 1]).toEqual({ id: 0, result: { decision: 'decline' } });
  });

  test('a question that cannot be decided is a denial', async () => {
    const { stdout } = recorded('wipe-declined');
    const fails = () => Promise.reject(new Error('the policies are gone'));
    const { written } = await readRun(codex, { stdout, end: ended() }, REQUEST, fails);
    expect(written.at(-1)).toBe('{"id":0,"result":{"decision":"decline"}}\n');
  });
});

/** A conversation whose turn is open, with these messages in it, and its end. */
const THREAD = '{"id":2,"result":{"thread":{"id":"t"}}}\n{"id":3,"result":{"turn":{"id":"u"}}}';
const DONE = JSON.stringify({
  method: 'turn/completed',
  params: { threadId: 't', turn: { id: 'u', status: 'completed', error: null } },
});
async function converse(messages: object[], decide?: () => Promise<ActAnswer>, last = DONE) {
  const stdout = [THREAD, ...messages.map(message => JSON.stringify(message)), last].join('\n');
  const run = await readRun(codex, { stdout, end: ended() }, REQUEST, decide);
  return {
    ...run,
    answers: run.written.map(text => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '')),
  };
}
const place = { threadId: 't', turnId: 'u' };
const item = (state: 'started' | 'completed', value: object) => ({
  method: `item/${state}`,
  params: { ...place, item: value },
});
const CHANGE = {
  id: 'c',
  type: 'fileChange',
  changes: [
    { path: '/work/a', kind: { type: 'update', move_path: '/work/b' }, diff: '@@' },
    { path: '/work/../out', kind: { type: 'add' }, diff: 'x' },
  ],
};

describe('what is asked', () => {
  const ask = (method: string, params: object) => ({
    id: 7,
    method,
    params: { ...place, ...params },
  });

  test('a change is asked about path by path, with where a file is moved to, until one is denied', async () => {
    const messages = [
      item('started', { ...CHANGE, status: 'inProgress' }),
      ask('item/fileChange/requestApproval', { itemId: 'c' }),
      item('completed', { ...CHANGE, status: 'completed' }),
    ];
    const all = await converse(messages);
    expect(all.asked).toEqual([
      { action: 'file.write', callId: 'c', path: 'a' },
      { action: 'file.write', callId: 'c', path: 'b' },
      { action: 'file.write', callId: 'c', path: '../out' },
    ]);
    expect(all.answers.at(-1)).toEqual({ id: 7, result: { decision: 'accept' } });
    expect(all.finished.status).toBe('ok');
    const none = await converse(messages.slice(0, 2), async () => denied(WHY));
    expect(none.asked).toHaveLength(1);
    expect(none.answers.at(-1)).toEqual({ id: 7, result: { decision: 'decline' } });
  });

  test('a call of an MCP tool', async () => {
    const _meta = { codex_approval_kind: 'mcp_tool_call', tool_name: 'search' };
    const { asked, answers } = await converse([
      ask('mcpServer/elicitation/request', { serverName: 'docs', mode: 'form', _meta }),
    ]);
    expect(asked).toEqual([{ action: 'mcp.call', server: 'docs', tool: 'search' }]);
    expect(answers.at(-1).result).toEqual({ action: 'accept', content: {}, _meta: null });
  });

  test.each([
    [
      'a change that no item told of',
      'item/fileChange/requestApproval',
      { itemId: 'x' },
      { decision: 'decline' },
    ],
    [
      'input to a process',
      'item/commandExecution/requestApproval',
      { itemId: 'x', kind: 'writeStdin', command: 'ls' },
      { decision: 'decline' },
    ],
    [
      'a command that is not told',
      'item/commandExecution/requestApproval',
      { itemId: 'x' },
      { decision: 'decline' },
    ],
    [
      'a host',
      'item/commandExecution/requestApproval',
      { itemId: 'x', command: 'ls', networkApprovalContext: { host: 'h' } },
      { decision: 'decline' },
    ],
    [
      'no shape at all',
      'item/commandExecution/requestApproval',
      { itemId: 7 },
      { decision: 'decline' },
    ],
    [
      'more permissions',
      'item/permissions/requestApproval',
      { itemId: 'x', permissions: { network: { enabled: true } } },
      { permissions: {}, scope: 'turn' },
    ],
    [
      'a form of a server',
      'mcpServer/elicitation/request',
      { serverName: 's', mode: 'form' },
      { action: 'decline', content: null, _meta: null },
    ],
    ['a person', 'item/tool/requestUserInput', { itemId: 'x', questions: [] }, { answers: {} }],
    [
      'a tool of ours',
      'item/tool/call',
      { callId: 'x', tool: 'y' },
      { contentItems: [], success: false },
    ],
  ])('what policy is not asked about is refused: %s', async (_what, method, params, result) => {
    const { asked, answers, events, finished } = await converse([ask(method, params)]);
    expect(asked).toEqual([]);
    expect(answers.at(-1)).toEqual({ id: 7, result });
    expect(only(events, 'tool.denied')).toMatchObject([{ by: 'mode' }]);
    expect(finished.status).toBe('ok');
  });

  test('a question of an unknown kind is refused as such', async () => {
    for (const method of ['execCommandApproval', 'item/future/requestApproval']) {
      const { answers, events } = await converse([ask(method, {})]);
      expect(answers.at(-1)).toMatchObject({ id: 7, error: { code: -32601 } });
      expect(only(events, 'warning')).toHaveLength(1);
    }
  });

  test('what it does without asking ends the run, and is a failure', async () => {
    for (const done of [
      { id: 'i', type: 'commandExecution', command: 'rm x', exitCode: 0, status: 'completed' },
      { ...CHANGE, status: 'completed' },
    ]) {
      const { finished, events, closed } = await converse([item('completed', done)]);
      expect(closed()).toBe(true);
      expect(finished).toMatchObject({
        status: 'failed',
        summary: expect.stringMatching(/without asking/),
      });
      expect(only(events, 'error')).toMatchObject([{ class: 'protocol', fatal: true }]);
    }
  });
});

describe('how it ends', () => {
  const failing = (error: object, willRetry = false) => ({
    method: 'error',
    params: { ...place, error: { message: 'm', codexErrorInfo: null, ...error }, willRetry },
  });
  const FAILED = JSON.stringify({
    method: 'turn/completed',
    params: {
      threadId: 't',
      turn: { id: 'u', status: 'failed', error: { message: 'm', codexErrorInfo: 'other' } },
    },
  });

  test.each([
    [{ codexErrorInfo: 'contextWindowExceeded' }, { class: 'context_overflow' }],
    [{ codexErrorInfo: 'usageLimitExceeded' }, { class: 'quota' }],
    [{ codexErrorInfo: 'unauthorized' }, { class: 'auth' }],
    [{ codexErrorInfo: 'cyberPolicy' }, { class: 'policy' }],
    [
      { codexErrorInfo: { responseTooManyFailedAttempts: { httpStatusCode: 500 } } },
      { class: 'server', httpStatus: 500 },
    ],
    [
      {
        codexErrorInfo: { responseTooManyFailedAttempts: { httpStatusCode: 429 } },
        message: 'exceeded retry limit, last status: 429 Too Many Requests',
      },
      { class: 'rate_limit', httpStatus: 429 },
    ],
    [
      { codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: null } } },
      { class: 'transport' },
    ],
    [{ message: 'unexpected status 401 Unauthorized' }, { class: 'auth', httpStatus: 401 }],
    [{ codexErrorInfo: 'of a later version' }, { class: 'protocol' }],
    [{ codexErrorInfo: { later: 7 } }, { class: 'protocol' }],
  ])('%j', async (error, expected) => {
    const { events, finished } = await converse([failing(error)], undefined, FAILED);
    expect(only(events, 'error')).toEqual([
      {
        type: 'error',
        message: 'm',
        fatal: true,
        ...('message' in error && { message: error.message }),
        ...expected,
      },
    ]);
    expect(finished.status).toBe('failed');
  });

  test('a retry is told and is no failure', async () => {
    const { events, finished } = await converse([failing({ message: 'Reconnecting' }, true)]);
    expect(only(events, 'error')).toMatchObject([{ fatal: false }]);
    expect(finished.status).toBe('ok');
  });

  test('a turn that was interrupted, and one that another thread ended, are no success', async () => {
    const interrupted = DONE.replace('"completed","error"', '"interrupted","error"');
    expect((await converse([], undefined, interrupted)).finished.status).toBe('failed');
    const other = DONE.replace('"threadId":"t"', '"threadId":"of a helper"');
    const { finished, events } = await converse([], undefined, other);
    expect(finished).toMatchObject({
      status: 'failed',
      summary: expect.stringMatching(/before the end/),
    });
    expect(only(events, 'error')).toMatchObject([{ class: 'protocol', fatal: true }]);
  });

  test('a session that is not there is told', async () => {
    const error = { code: -32600, message: 'no rollout found for thread id 01a1' };
    const stdout = JSON.stringify({ id: 2, error });
    const { events, closed } = await readRun(codex, { stdout, end: ended() });
    expect(only(events, 'error')).toMatchObject([{ class: 'session_unknown', fatal: true }]);
    expect(closed()).toBe(true);
  });

  test('a process that says why on stderr is quoted', async () => {
    const stderr = 'Error: approval_policy = "untrusted" is no longer supported';
    const { finished } = await readRun(codex, { stdout: '', stderr, end: ended({ exitCode: 1 }) });
    expect(finished).toMatchObject({ status: 'failed', summary: stderr.slice('Error: '.length) });
  });

  test('a line that can not be read is a warning, and the end of the turn counts', async () => {
    const { events, finished } = await converse([], undefined, `{"method":"item/comp\n${DONE}`);
    expect(only(events, 'warning')).toHaveLength(1);
    expect(finished.status).toBe('ok');
    const cut = await converse([], undefined, DONE.slice(0, -9));
    expect(cut.finished.status).toBe('failed');
  });

  test('an end of its turn does not outweigh a bad exit, a cancellation or a limit', async () => {
    const stdout = `${THREAD}\n${DONE}`;
    const status = async (end: Parameters<typeof ended>[0]) =>
      (await readRun(codex, { stdout, end: ended(end) })).finished.status;
    expect(await status({ exitCode: 1 })).toBe('failed');
    expect(await status({ by: 'aborted', exitCode: null })).toBe('cancelled');
    expect(await status({ by: 'timeout', exitCode: null })).toBe('limit');
  });

  test('what a thread used before it was resumed is not counted again', async () => {
    const used = (turnId: string, times: number) => {
      const tokens = (n: number) => ({
        inputTokens: 1200 * n,
        cachedInputTokens: 200 * n,
        outputTokens: 34 * n,
      });
      const tokenUsage = { total: tokens(times), last: tokens(1) };
      return { method: 'thread/tokenUsage/updated', params: { threadId: 't', turnId, tokenUsage } };
    };
    const { events } = await converse([
      used('earlier', 3),
      used('u', 4),
      used('u', 4),
      used('u', 5),
    ]);
    expect(only(events, 'usage').map(({ usage, scope }) => [usage.input, scope])).toEqual([
      [1000, 'step'],
      [1000, 'step'],
    ]);
  });

  test('a call of an unknown kind is a tool, and what is no call is none', async () => {
    const { events } = await converse([
      item('completed', { id: 'w', type: 'webSearch', query: 'x' }),
      item('completed', { id: 'm', type: 'userMessage', content: [] }),
      item('completed', { id: 'r', type: 'reasoning', summary: ['so'], content: [] }),
      item('completed', { id: 'a', type: 'agentMessage', text: '{"summary":"Good."}' }),
    ]);
    expect(only(events, 'tool.started')).toMatchObject([
      { tool: 'webSearch', kind: 'tool', synthesised: true },
    ]);
    expect(only(events, 'reasoning')).toEqual([{ type: 'reasoning', text: 'so' }]);
    expect(events.at(-1)).toMatchObject({ summary: 'Good.', structured: { summary: 'Good.' } });
  });
});

/**
 * Recordings of `codex exec --json`, which Gatehouse does not speak any more because it asks nobody
 * (docs/adr/0262-codex-is-spoken-to-by-its-app-server.md): nothing here reads them. A line of theirs is
 * no message of the app-server, and never a success.
 */
const NOT_SPOKEN = `
allow-hook-edit approval-on-request-escalate approval-untrusted bad-flag codex-unknown-model
deny-hook-exit2 deny-hook-shell deny-hook-write deny-native-rule endpoint-down
endpoint-down-bounded env-inherit-all err-401 err-401-noretry err-429 err-429-noretry
err-429-once err-500 err-500-noretry err-500-once full-access guard-allow-edit guard-crash
guard-deny guard-hang guard-missing hook-crash hook-hang hook-missing hook-stdin-bypass
hook-untrusted hook-view-image mcp mcp-destructive-not-approved net-from-shell no-auth-env
no-tty-stdin no-tty-stdin-nontty no-unified-exec no-unified-exec-stdin not-a-git-repo
outside-indirect outside-write readonly-edit resume-1-first resume-2-continued schema
sigkill-in-tool sigkill-in-tool-pidns sigterm-group-in-tool sigterm-in-tool
sigterm-in-tool-nosandbox sigterm-in-tool-slash-tmp success-edit success-hello
success-write-file tool-exit-nonzero
`;

test('what `codex exec` prints is not taken for success', async () => {
  expect(NOT_SPOKEN.trim().split(/\s+/)).toHaveLength(57);
  const lines = [
    { type: 'thread.started', thread_id: 't' },
    { type: 'item.completed', item: { id: 'i', type: 'agent_message', text: 'done' } },
    { type: 'turn.completed', usage: { input_tokens: 1 } },
  ];
  const stdout = lines.map(line => JSON.stringify(line)).join('\n');
  const { finished, events } = await readRun(codex, { stdout, end: ended() });
  expect(finished.status).toBe('failed');
  expect(only(events, 'warning')).toHaveLength(3);
});

describe('the launch', () => {
  test('begins the conversation on stdin, with nothing of the task in argv', () => {
    const { argv, stdin, binds } = codex.launch(REQUEST);
    expect(argv).toEqual(['/opt/codex/bin/codex', 'app-server']);
    expect(stdin).toEqual({ first: expect.stringMatching(/^\{"id":1,"method":"initialize".*\n$/) });
    expect(binds).toEqual([{ from: '/nowhere/codex', to: '/opt/codex' }]);
  });

  test('knows one provider, ours, and no key', () => {
    const config = codex.launch({
      ...REQUEST,
      model: { name: 'a"b\nc = 1', dialect: 'openai-responses' },
    }).homeFiles['.codex/config.toml'];
    expect(config).toContain(`base_url = "${GATEWAY_ORIGIN}/v1"`);
    expect(config?.split('\n')[0]).toBe('model = "a\\"b\\nc = 1"');
    expect(config).not.toMatch(/key/i);
    for (const quiet of ['unified_exec_tty = false', 'unbounded_connection_retries = false'])
      expect(config).toContain(quiet);
  });

  test("calls the API of ChatGPT's plans where that is its provider", () => {
    const model = { name: 'gpt-5.5', dialect: 'chatgpt' as const };
    const { homeFiles } = codex.launch({ ...REQUEST, model });
    expect(homeFiles['.codex/config.toml']).toContain(
      `base_url = "${GATEWAY_ORIGIN}/backend-api/codex"`,
    );
  });

  test('reads the configuration of the repository only for a role that may have it', () => {
    const trust = (repositoryConfig: boolean) =>
      /trust_level = "(\w+)"/.exec(
        codex.launch({ ...REQUEST, repositoryConfig }).homeFiles['.codex/config.toml'] ?? '',
      )?.[1];
    expect([trust(false), trust(true)]).toEqual(['untrusted', 'trusted']);
    expect(codex.launch(REQUEST).masks).toEqual(['.codex/', '.agents/']);
  });
});

describe('the probe', () => {
  const installed = async (script: string) => {
    const folder = await mkdtemp(join(tmpdir(), 'codex-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin/codex'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'bin/codex'), 0o755);
    return createCodex({ installation: folder }).probe();
  };

  test('takes the pinned version only', async () => {
    expect(await installed('echo codex-cli 0.169.0')).toEqual({ ok: true, version: '0.169.0' });
    expect(await installed('echo codex-cli 0.170.0')).toEqual({
      ok: false,
      problem: 'Codex is 0.170.0, not 0.169.0.',
      remediation: 'gatehouse agents install codex',
    });
  });

  test('tells of one that is missing or broken', async () => {
    expect(await codex.probe()).toMatchObject({
      ok: false,
      problem: expect.stringContaining('ENOENT'),
    });
    expect(await installed('exit 3')).toMatchObject({ ok: false });
  });

  test('gives it nothing of our environment', async () => {
    const probe = await installed('env | grep -c HOME');
    expect(probe).toMatchObject({ ok: false });
  });
});
