import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createClaude } from '../../../src/adapters/agents/claude/claude.ts';
import { type ActAnswer, denied } from '../../../src/core/act.ts';
import type { Usage } from '../../../src/core/agent-event.ts';
import { GATEWAY_ORIGIN } from '../../../src/engine/ports/sandbox.ts';
import {
  agentAdapterContract,
  ended,
  listeningChannel,
  only,
  REQUEST,
  type Recording,
  readRun,
} from '../../contract/agent-adapter.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/claude');
const recordings = await loadRecordings();
const claude = createClaude({ installation: '/nowhere/claude' });

agentAdapterContract({ adapter: claude, byExitCode: false, recordings });

async function loadRecordings(): Promise<Recording[]> {
  const ends = JSON.parse(await readFile(join(FIXTURES, 'ends.json'), 'utf8')) as Record<
    string,
    Recording['end']
  >;
  const files = await readdir(FIXTURES);
  const read = (file: string) =>
    files.includes(file) ? readFile(join(FIXTURES, file), 'utf8') : '';
  return Promise.all(
    Object.entries(ends).map(async ([name, end]) => ({
      name,
      end,
      stdout: await read(`${name}.jsonl`),
      stderr: await read(`${name}.stderr.txt`),
    })),
  );
}

const recorded = (name: string) => {
  const found = recordings.find(recording => recording.name === name);
  if (!found) throw new Error(`there is no recording "${name}"`);
  return found;
};
const read = (name: string, request = REQUEST) => {
  const { stdout, stderr, end } = recorded(name);
  return readRun(claude, { stdout, stderr, end: ended(end) }, request);
};

/** The scripted model's constants, times the number of its answers. */
const answers = (count: number): Usage => ({
  input: 1000 * count,
  cached: 200 * count,
  cacheWrite: 0,
  output: 34 * count,
  reasoning: 0,
});

type Expected = {
  status: 'ok' | 'failed' | 'killed';
  /** Answers of the model that its usage stands for; 0: none was said. */
  answers: number;
  error?: string;
  /** Notices of retries. */
  retries?: number;
  denied?: { by: string; ruleId?: string | null }[];
  /** Exit codes of the shell calls that were executed. */
  shell?: (number | null)[];
};

const ok = (count: number, more: Partial<Expected> = {}): Expected => ({
  status: 'ok',
  answers: count,
  ...more,
});
const failed = (error: string, more: Partial<Expected> = {}): Expected => ({
  status: 'failed',
  answers: 0,
  error,
  ...more,
});
const killed = (more: Partial<Expected> = {}): Expected => ({
  status: 'killed',
  answers: 0,
  ...more,
});
const fixed = { shell: [1, 0] };
const by = (by: string, ruleId: string | null = null) => ({ denied: [{ by, ruleId }] });

/** Every recording of `claude --print`; one without a line here fails the last test. */
const CASES: Record<string, Expected> = {
  'success-hello': ok(1),
  'success-edit': ok(5, fixed),
  'success-write-file': ok(2),
  'allow-hook-edit': ok(5, fixed),
  'guard-allow-edit': ok(5, fixed),
  'closed-hook-allow': ok(5, fixed),
  'edit-acceptedits': ok(5, fixed),
  'os-sandbox-edit': ok(5, fixed),
  'stdio-permission-edit': ok(5, fixed),
  'tool-exit-nonzero': ok(2, { shell: [3] }),
  'env-scrubbed': ok(2, { shell: [0] }),
  'net-from-shell': ok(2, { shell: [0] }),
  'os-sandbox-net': ok(2, { shell: [0] }),
  'os-sandbox-net-nodeps': ok(2, { shell: [0] }),
  'os-sandbox-outside': ok(2, { shell: [1] }),
  'os-sandbox-outside-nodeps': ok(2, { shell: [1] }),
  'outside-indirect': ok(2, { shell: [0] }),
  'outside-write': ok(2),
  'full-access-is-sandbox': ok(2, { shell: [0] }),
  'not-a-git-repo': ok(1),
  schema: ok(1),
  mcp: ok(2),
  'resume-1-first': ok(2),
  // What was used before it was continued is not counted again.
  'resume-2-continued': ok(1),
  // The hook broke, and the command ran all the same.
  'hook-crash': ok(2, { shell: [0] }),
  'hook-hang': ok(2, { shell: [0] }),
  'hook-missing': ok(2, { shell: [0] }),
  'deny-hook-exit2': ok(2, by('hook', 'R-001')),
  'deny-hook-shell': ok(2, by('hook', 'R-001')),
  'deny-hook-write': ok(2, by('hook', 'R-002')),
  'guard-deny': ok(2, by('hook', 'R-001')),
  'guard-crash': ok(2, by('hook')),
  'guard-hang': ok(2, by('hook')),
  'guard-missing': ok(2, by('hook')),
  'closed-hook-crash': ok(2, by('mode')),
  'closed-hook-hang': ok(2, by('mode')),
  'closed-hook-missing': ok(2, by('mode')),
  'deny-native-rule': ok(2, by('rule')),
  'outside-write-acceptedits': ok(2, by('mode')),
  'outside-write-restricted': ok(2, by('mode')),
  'outside-write-scoped': ok(2, by('mode')),
  'readonly-edit': ok(5, {
    denied: ['mode', 'mode', 'mode'].map(by => ({ by })),
  }),
  // Its host denied it; here it is answered with yes, which is not what was said then.
  'stdio-permission-deny': ok(2, by('mode')),
  'err-429-once': ok(1, { retries: 1 }),
  'err-500-once': ok(1, { retries: 1 }),
  'err-401-noretry': failed('auth'),
  'no-auth-env': failed('auth'),
  'err-429-noretry': failed('rate_limit'),
  'err-500-noretry': failed('server'),
  'err-500-full': failed('server', { retries: 10 }),
  'endpoint-down': failed('transport'),
  'max-budget': failed('quota', { answers: 2, shell: [1] }),
  'bad-flag': failed('protocol'),
  'full-access': failed('protocol'),
  // Its recorder gave up on these.
  'err-401': killed({ retries: 7 }),
  'err-429': killed({ retries: 8 }),
  'err-500': killed({ retries: 8 }),
  'sigterm-in-tool': killed({ shell: [137] }),
  'sigterm-group-in-tool': killed({ shell: [137] }),
  'sigkill-in-tool': killed({ shell: [null] }),
  'sigkill-in-tool-pidns': killed({ shell: [null] }),
};

describe('every recording', () => {
  test.each(Object.entries(CASES))('%s', async (name, expected) => {
    const { events, finished } = await read(name);
    const errors = only(events, 'error');
    const usage = only(events, 'usage');
    const shells = new Set(
      only(events, 'tool.started').flatMap(call => (call.tool === 'Bash' ? [call.callId] : [])),
    );
    expect({
      status: finished.status,
      error: errors.find(error => error.fatal)?.class,
      retries: errors.filter(error => !error.fatal).length,
      usage: usage.map(event => event.usage),
      denied: only(events, 'tool.denied').map(({ by, ruleId }) => ({ by, ruleId })),
      shell: only(events, 'tool.finished').flatMap(end =>
        shells.has(end.callId) ? [end.exitCode] : [],
      ),
    }).toEqual({
      status: expected.status,
      error: expected.error,
      retries: expected.retries ?? 0,
      usage: expected.answers === 0 ? [] : [answers(expected.answers)],
      denied: (expected.denied ?? []).map(one => ({ ruleId: null, ...one })),
      shell: expected.shell ?? [],
    });
  });

  test('has its line above', () => {
    expect(recordings.map(({ name }) => name).sort()).toEqual(Object.keys(CASES).sort());
  });
});

describe('details', () => {
  test('the session is that of its first line, which names the model', async () => {
    const { events, session, finished } = await read('success-edit');
    expect(session).toBe('779eb3b9-1222-43ee-bdce-e5018ca574bc');
    expect(events[0]).toEqual({ type: 'session.started', model: 'claude-sonnet-4-5' });
    expect(finished.summary).toBe('done: fixed sum.js, test passes');
  });

  test('a file change names its path, inside the repository where it is there', async () => {
    const stdout = recorded('success-write-file').stdout.replaceAll(
      /\/mnt\/repo\/[\w-]+\//g,
      '/work/docs/',
    );
    const { events } = await readRun(claude, { stdout, end: ended() });
    expect(only(events, 'tool.started')).toMatchObject([
      { tool: 'Write', kind: 'file_change', paths: ['docs/notes.txt'] },
    ]);
  });

  test('costs are those of this run, also where the session has earlier ones', async () => {
    const first = only((await read('resume-1-first')).events, 'cost');
    const second = only((await read('resume-2-continued')).events, 'cost');
    expect(first).toMatchObject([{ basis: 'provider', scope: 'run' }]);
    expect(first[0]?.usd).toBeCloseTo(2 * 0.00357);
    expect(second[0]?.usd).toBeCloseTo(0.00357);
  });

  test('a structured answer is given as it is, and a text with JSON alike', async () => {
    expect((await read('schema')).finished.structured).toEqual({ status: 'ok', files: ['sum.js'] });
    expect((await read('success-hello')).finished).not.toHaveProperty('structured');
    const stdout = recorded('success-hello').stdout.replace(
      '"result":"done"',
      '"result":"{\\"summary\\":\\"It is done.\\"}"',
    );
    const { finished } = await readRun(claude, { stdout, end: ended() });
    expect(finished).toMatchObject({
      summary: 'It is done.',
      structured: { summary: 'It is done.' },
    });
  });

  test('an error carries its HTTP status and its words; a retry, when it is', async () => {
    const [error] = only((await read('err-401-noretry')).events, 'error');
    expect(error).toMatchObject({ httpStatus: 401, fatal: true });
    expect(error?.message).toMatch(/^Failed to authenticate\. API Error: 401/);
    const [retry] = only((await read('err-429-once')).events, 'error');
    expect(retry).toMatchObject({ class: 'rate_limit', httpStatus: 429, retryInMs: 1214 });
  });

  test('a process that never came to its model says why', async () => {
    expect((await read('bad-flag')).finished.summary).toBe(
      "error: unknown option '--no-such-flag'",
    );
    const gone = {
      type: 'result',
      subtype: 'error_during_execution',
      is_error: true,
      errors: ['No conversation found with session ID: 01a1fae1'],
    };
    const run = { stdout: JSON.stringify(gone), end: ended({ exitCode: 1 }) };
    const { events, finished } = await readRun(claude, run);
    expect(only(events, 'error')).toMatchObject([{ class: 'session_unknown', fatal: true }]);
    expect(finished.summary).toBe(gone.errors[0]);
  });

  test('a line that nobody can read is told, and only the result decides', async () => {
    const lines = ['{"type":"assistant","mess', '{"type":"news"}', '{"type":"user","message":7}'];
    const stdout = [...lines, recorded('success-hello').stdout].join('\n');
    const { finished, events } = await readRun(claude, { stdout, end: ended() });
    expect(finished.status).toBe('ok');
    expect(only(events, 'warning').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^a line that is not JSON/),
      'unknown event "news"',
      expect.stringMatching(/^an event of no known shape/),
    ]);
    const cut = recorded('success-hello').stdout.replace('"is_error":false', '"is_error":0');
    expect((await readRun(claude, { stdout: cut, end: ended() })).finished.status).toBe('failed');
  });

  test('a result does not outweigh a bad exit, a cancellation or a limit', async () => {
    const { stdout } = recorded('success-hello');
    const status = async (end: Parameters<typeof ended>[0]) =>
      (await readRun(claude, { stdout, end: ended(end) })).finished.status;
    expect(await status({ exitCode: 1 })).toBe('failed');
    expect(await status({ by: 'aborted', exitCode: null })).toBe('cancelled');
    expect(await status({ by: 'timeout', exitCode: null })).toBe('limit');
  });
});

describe('what it asks', () => {
  const line = (value: unknown) => JSON.stringify(value);
  const ask = (tool_name: string, input: unknown, more = {}) =>
    line({
      type: 'control_request',
      request_id: 'q1',
      request: { subtype: 'can_use_tool', tool_name, tool_use_id: 't1', input, ...more },
    });
  const use = (name: string, input: unknown) =>
    line({
      type: 'assistant',
      message: { content: [{ type: 'tool_use', id: 't1', name, input }] },
    });
  /** What was asked, answered and reported of one call. */
  const asking = async (
    tool: string,
    input: unknown,
    of: {
      decide?: () => Promise<ActAnswer>;
      request?: Partial<typeof REQUEST>;
      more?: object;
    } = {},
  ) => {
    const events: Parameters<typeof listeningChannel>[0] = [];
    const { channel, written, asked } = listeningChannel(events, of.decide);
    const reader = claude.reader({ ...REQUEST, ...of.request }, channel);
    for (const text of [use(tool, input), ask(tool, input, of.more)])
      events.push(...reader.line('stdout', text));
    await new Promise(setImmediate);
    const end = () => events.push(...reader.end(ended({ by: 'aborted', exitCode: null })));
    return { asked, events, end, answers: written.map(text => JSON.parse(text)) };
  };
  const answered = (response: unknown) => [
    { type: 'control_response', response: { subtype: 'success', request_id: 'q1', response } },
  ];

  test.each([
    ['Bash', { command: 'ls -l' }, { action: 'command.exec', command: 'ls -l' }],
    ['Write', { file_path: '/work/a', content: '' }, { action: 'file.write', path: '/work/a' }],
    ['Edit', { file_path: '/etc/a' }, { action: 'file.write', path: '/etc/a' }],
    ['MultiEdit', { file_path: 'a' }, { action: 'file.write', path: 'a' }],
    ['NotebookEdit', { notebook_path: 'a' }, { action: 'file.write', path: 'a' }],
    [
      'WebFetch',
      { url: 'https://a.example/x' },
      { action: 'net.connect', host: 'a.example', port: 443 },
    ],
    ['WebFetch', { url: 'http://a:81' }, { action: 'net.connect', host: 'a', port: 81 }],
    [
      'mcp__one__two',
      { a: 1 },
      { action: 'mcp.call', server: 'one', tool: 'two', arguments: { a: 1 } },
    ],
  ])(
    '%s is put to policy, and an allow goes on with the same input',
    async (tool, input, question) => {
      const { asked, answers } = await asking(tool, input);
      expect(asked).toEqual([{ callId: 't1', ...question }]);
      expect(answers).toEqual(answered({ behavior: 'allow', updatedInput: input }));
    },
  );

  test('the name of a server may hold underscores', async () => {
    const { asked } = await asking('mcp__a__b__c', {}, { more: { mcp_server: { name: 'a__b' } } });
    expect(asked).toMatchObject([{ server: 'a__b', tool: 'c' }]);
  });

  test.each(['deny', 'require_approval'] as const)('%s is no, with its reason', async outcome => {
    const { answers, events, end } = await asking(
      'Bash',
      { command: 'rm x' },
      {
        decide: async () => ({ outcome, ruleId: 'R', reason: 'Not that.' }),
      },
    );
    expect(answers).toEqual(answered({ behavior: 'deny', message: 'Not that.', interrupt: false }));
    end();
    // That it was denied is written once, by who denied it.
    expect(only(events, 'tool.denied')).toMatchObject([{ by: 'policy', callId: 't1' }]);
    expect(only(events, 'tool.finished')).toEqual([]);
  });

  test('a question that fails is no', async () => {
    const decide = () => Promise.reject(new Error('gone'));
    const { answers } = await asking('Bash', { command: 'ls' }, { decide });
    expect(answers).toMatchObject([{ response: { response: { behavior: 'deny' } } }]);
  });

  test('a question that waits for a person gets no answer', async () => {
    const decide = () => new Promise<ActAnswer>(() => {});
    const { answers, events, end } = await asking('Bash', { command: 'ls' }, { decide });
    end();
    expect(answers).toEqual([]);
    expect(only(events, 'tool.finished')).toMatchObject([
      { ok: false, error: 'it waited for a decision when the process ended' },
    ]);
  });

  test('looking is for roles that may look, and asks nobody', async () => {
    for (const tool of ['Read', 'Grep', 'Glob', 'LS']) {
      const decide = async () => denied('nobody is asked');
      const may = await asking(tool, { file_path: 'a' }, { decide });
      expect(may.answers).toMatchObject([{ response: { response: { behavior: 'allow' } } }]);
      const request = { tools: ['shell' as const] };
      const mayNot = await asking(tool, { file_path: 'a' }, { decide, request });
      expect(mayNot.answers).toMatchObject([{ response: { response: { behavior: 'deny' } } }]);
      expect(only(mayNot.events, 'tool.denied')).toMatchObject([{ by: 'mode', callId: 't1' }]);
      expect([may.asked, mayNot.asked]).toEqual([[], []]);
    }
  });

  test.each([
    ['Launch', { command: 'ls' }],
    ['constructor', {}],
    ['Bash', { cmd: 'ls' }],
    ['Write', { file_path: 7 }],
    ['WebFetch', { url: 'file:///etc/passwd' }],
    ['WebFetch', {}],
    ['Bash', null],
  ])('%s %j is denied unasked', async (tool, input) => {
    const { asked, answers, events } = await asking(tool, input);
    expect(asked).toEqual([]);
    expect(JSON.stringify(answers)).not.toContain('allow');
    expect(answers).toHaveLength(1);
    expect(
      [...only(events, 'tool.denied'), ...only(events, 'warning')].length,
      'the journal tells of it',
    ).toBeGreaterThan(0);
  });

  test('a question that is withdrawn is not answered; one of another kind is refused', async () => {
    const { channel, written } = listeningChannel([]);
    const reader = claude.reader(REQUEST, channel);
    reader.line('stdout', ask('Bash', { command: 'ls' }));
    reader.line('stdout', line({ type: 'control_cancel_request', request_id: 'q1' }));
    await new Promise(setImmediate);
    expect(written).toEqual([]);
    const other = {
      type: 'control_request',
      request_id: 'q2',
      request: { subtype: 'elicitation' },
    };
    expect(reader.line('stdout', line(other))).toMatchObject([{ type: 'warning' }]);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ response: { subtype: 'error' } });
  });

  test('the conversation is over with its result', async () => {
    expect((await read('success-hello')).closed()).toBe(true);
    expect((await read('err-401')).closed()).toBe(false);
  });
});

describe('the launch', () => {
  test('asks about everything, and takes nothing from the repository', () => {
    const { argv, stdin, homeFiles, binds } = claude.launch(REQUEST);
    expect(argv[0]).toBe('/opt/claude/claude');
    const following = (flag: string) => argv[argv.indexOf(flag) + 1];
    expect(following('--permission-prompt-tool')).toBe('stdio');
    expect(following('--permission-mode')).toBe('manual');
    expect(following('--setting-sources')).toBe('');
    expect(argv).toContain('--strict-mcp-config');
    const settings = JSON.parse(homeFiles['.claude/gatehouse.json'] ?? '');
    expect(settings.permissions).toEqual({ ask: ['*'] });
    const first = { type: 'user', message: { role: 'user', content: REQUEST.prompt } };
    expect(stdin).toEqual({ first: `${JSON.stringify(first)}\n` });
    expect(binds).toEqual([{ from: '/nowhere/claude', to: '/opt/claude' }]);
    expect(claude.launch(REQUEST).env.ANTHROPIC_BASE_URL).toBe(GATEWAY_ORIGIN);
    expect(claude.launch(REQUEST).env.CLAUDE_BASH_MAINTAIN_PROJECT_WORKING_DIR).toBe('1');
  });

  test.each([
    [['read', 'edit', 'shell'], false, 'Read,Grep,Glob,Edit,Write,NotebookEdit,Bash'],
    [['read', 'edit'], true, 'Read,Grep,Glob'],
    [['shell'], true, 'Bash'],
  ] as const)('has the tools of its role: %j, read-only %s', (tools, readOnly, expected) => {
    const { argv } = claude.launch({ ...REQUEST, tools: [...tools], readOnly });
    expect(argv[argv.indexOf('--tools') + 1]).toBe(expected);
  });

  test('a prompt that looks like a command is a prompt', () => {
    const { stdin } = claude.launch({ ...REQUEST, prompt: '/clear it' });
    expect(JSON.stringify(stdin)).toContain('The task:');
  });

  test('hands over the model and the schema', () => {
    const model = { name: 'claude-opus-5-5', dialect: 'anthropic' as const };
    const outputSchema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
    };
    const { argv } = claude.launch({ ...REQUEST, model, outputSchema });
    expect(argv[argv.indexOf('--model') + 1]).toBe('claude-opus-5-5');
    expect(argv[argv.indexOf('--json-schema') + 1]).toBe('{"type":"object"}');
    expect(claude.launch(REQUEST).argv).not.toContain('--json-schema');
  });
});

describe('the probe', () => {
  const installed = async (script: string) => {
    const folder = await mkdtemp(join(tmpdir(), 'claude-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, 'claude'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'claude'), 0o755);
    return createClaude({ installation: folder }).probe();
  };

  test('takes the pinned version only', async () => {
    expect(await installed("echo '2.1.329 (Claude Code)'")).toEqual({
      ok: true,
      version: '2.1.329',
    });
    expect(await installed("echo '2.1.330 (Claude Code)'")).toMatchObject({
      ok: false,
      problem: 'Claude Code is 2.1.330, not 2.1.329.',
    });
  });

  test('tells of one that is missing or broken', async () => {
    expect(await claude.probe()).toMatchObject({
      ok: false,
      problem: expect.stringContaining('ENOENT'),
    });
    expect(await installed('exit 3')).toMatchObject({ ok: false });
  });
});
