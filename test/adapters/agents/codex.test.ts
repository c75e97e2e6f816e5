import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCodex } from '../../../src/adapters/agents/codex/codex.ts';
import type { Usage } from '../../../src/core/agent-event.ts';
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
const recordings = await loadRecordings();
const codex = createCodex({ installation: '/nowhere/codex' });

agentAdapterContract({ adapter: codex, byExitCode: false, recordings });

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
  return readRun(codex, { stdout, stderr, end: ended(end) }, request);
};

/** The scripted model's constants, times the number of its answers. */
const answers = (count: number): Usage => ({
  input: 1000 * count,
  cached: 200 * count,
  cacheWrite: 0,
  output: 34 * count,
  reasoning: 5 * count,
});

type Expected = {
  status: 'ok' | 'failed' | 'killed';
  /** Answers of the model that its usage stands for; 0: none was said. */
  answers: number;
  error?: string;
  /** Notices of retries. */
  retries?: number;
  denied?: { by: string; ruleId?: string | null };
  /** Exit codes of the shell calls. */
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
const killed: Expected = { status: 'killed', answers: 0, shell: [null] };
const fixed = { shell: [1, 0, 0] };
const hook = (ruleId: string | null) => ({ denied: { by: 'hook', ruleId } });

/** Every recording of `codex exec --json`; one without a line here fails the last test. */
const CASES: Record<string, Expected> = {
  'success-hello': ok(1),
  'success-edit': ok(5, fixed),
  'success-write-file': ok(2),
  'allow-hook-edit': ok(5, fixed),
  'guard-allow-edit': ok(5, fixed),
  'no-unified-exec': ok(5, fixed),
  'approval-on-request-escalate': ok(5, fixed),
  'codex-unknown-model': ok(5, { shell: [1, 0, 0, 0] }),
  'tool-exit-nonzero': ok(2, { shell: [3] }),
  'env-inherit-all': ok(2, { shell: [0] }),
  'net-from-shell': ok(2, { shell: [0] }),
  schema: ok(1),
  mcp: ok(2),
  'resume-1-first': ok(2),
  'resume-2-continued': ok(3),
  'hook-crash': ok(2, { shell: [0] }),
  'hook-hang': ok(2, { shell: [0] }),
  'hook-missing': ok(2, { shell: [0] }),
  'hook-untrusted': ok(2, { shell: [0] }),
  'hook-stdin-bypass': ok(3, { shell: [0] }),
  'no-unified-exec-stdin': ok(3, { shell: [0] }),
  'no-tty-stdin-nontty': ok(3, { shell: [0] }),
  'outside-indirect': ok(2),
  // Denied, and exit 0: only the log on stderr tells.
  'deny-hook-exit2': ok(2, hook('R-001')),
  'deny-hook-shell': ok(2, hook('R-001')),
  'deny-hook-write': ok(2, hook('R-002')),
  'guard-deny': ok(2, hook('R-001')),
  'guard-crash': ok(2, hook(null)),
  'guard-hang': ok(2, hook(null)),
  'guard-missing': ok(2, hook(null)),
  'hook-view-image': ok(2, hook('R-002')),
  'deny-native-rule': ok(2, { denied: { by: 'rule' } }),
  'full-access': ok(2, { denied: { by: 'rule' } }),
  'outside-write': ok(2, { denied: { by: 'sandbox' } }),
  'readonly-edit': ok(5, { denied: { by: 'sandbox' }, shell: [1, 0, 1] }),
  'no-tty-stdin': ok(3, { denied: { by: 'mode' } }),
  'mcp-destructive-not-approved': ok(2, { denied: { by: 'mode' } }),
  'err-429-once': ok(1, { retries: 1 }),
  'err-500-once': ok(1),
  'err-401': failed('auth', { retries: 5 }),
  'err-401-noretry': failed('auth'),
  'no-auth-env': failed('auth'),
  'err-429': failed('rate_limit', { retries: 5 }),
  'err-429-noretry': failed('rate_limit'),
  'err-500': failed('server', { retries: 5 }),
  'err-500-noretry': failed('server'),
  'endpoint-down-bounded': failed('transport'),
  'resume-unknown': failed('session_unknown'),
  'bad-flag': failed('protocol'),
  'not-a-git-repo': failed('protocol'),
  'approval-untrusted': failed('protocol'),
  // Its recorder gave up on it.
  'endpoint-down': { status: 'killed', answers: 0, retries: 4 },
  'sigterm-in-tool': killed,
  'sigterm-in-tool-nosandbox': killed,
  'sigterm-in-tool-slash-tmp': killed,
  'sigterm-group-in-tool': killed,
  'sigkill-in-tool': killed,
  'sigkill-in-tool-pidns': killed,
};

describe('every recording', () => {
  test.each(Object.entries(CASES))('%s', async (name, expected) => {
    const { events, finished } = await read(name);
    const errors = only(events, 'error');
    const usage = only(events, 'usage');
    const callIds = new Set(
      only(events, 'tool.started').flatMap(call => (call.tool === 'shell' ? [call.callId] : [])),
    );
    expect({
      status: finished.status,
      error: errors.find(error => error.fatal)?.class,
      retries: errors.filter(error => !error.fatal).length,
      usage: usage.map(event => event.usage),
      denied: only(events, 'tool.denied').map(({ by, ruleId }) => ({ by, ruleId })),
      shell: only(events, 'tool.finished').flatMap(end =>
        callIds.has(end.callId) ? [end.exitCode] : [],
      ),
    }).toEqual({
      status: expected.status,
      error: expected.error,
      retries: expected.retries ?? 0,
      usage: expected.answers === 0 ? [] : [answers(expected.answers)],
      denied: expected.denied ? [{ ruleId: null, ...expected.denied }] : [],
      shell: expected.shell ?? [],
    });
  });

  test('has its line above', () => {
    expect(recordings.map(({ name }) => name).sort()).toEqual(Object.keys(CASES).sort());
  });
});

describe('details', () => {
  test('the session is the thread, and its first event names the model', async () => {
    const { events, session, finished } = await read('success-edit');
    expect(session).toBe('01a1fae1-7f48-7893-add4-eca5b57cc03e');
    expect(events[0]).toEqual({ type: 'session.started', model: 'gpt-5.5' });
    expect(finished.summary).toBe('done: fixed sum.js, test passes');
  });

  test('a file change names its paths, inside the repository where they are', async () => {
    const stdout = recorded('success-write-file').stdout.replaceAll(
      /\/mnt\/repo\/[\w-]+\//g,
      '/work/docs/',
    );
    const { events } = await readRun(codex, { stdout, end: ended() });
    expect(only(events, 'tool.started')[0]).toMatchObject({
      kind: 'file_change',
      paths: ['docs/notes.txt'],
      input: { changes: [{ path: 'docs/notes.txt', kind: 'add' }] },
    });
  });

  test('what a resumed thread used is said of the session', async () => {
    const { events } = await read('resume-2-continued', { ...REQUEST, session: '01a1fac7' });
    expect(only(events, 'usage')).toMatchObject([{ scope: 'session', usage: answers(3) }]);
    expect(only((await read('success-hello')).events, 'usage')).toMatchObject([{ scope: 'run' }]);
  });

  test('an answer in JSON is given as it is', async () => {
    expect((await read('schema')).finished.structured).toEqual({ status: 'ok', files: ['sum.js'] });
    expect((await read('success-hello')).finished).not.toHaveProperty('structured');
  });

  test('an error carries its HTTP status and its words', async () => {
    const [error] = only((await read('err-401-noretry')).events, 'error');
    expect(error).toMatchObject({ httpStatus: 401, fatal: true });
    expect(error?.message).toMatch(/^unexpected status 401 Unauthorized/);
  });

  test('a process that never came to its turn says why', async () => {
    expect((await read('bad-flag')).finished.summary).toBe(
      "error: unexpected argument '--no-such-flag' found",
    );
    expect((await read('resume-unknown')).finished.summary).toMatch(
      /^thread\/resume: thread\/resume failed: no rollout found/,
    );
    expect((await read('not-a-git-repo')).finished.summary).toMatch(
      /^Not inside a trusted directory/,
    );
  });

  test('one bad line spoils a run that ends well', async () => {
    const stdout = recorded('success-edit').stdout.replace('"item_2"', '"item_2');
    const { finished, events } = await readRun(codex, { stdout, end: ended() });
    expect(finished.status).toBe('failed');
    expect(only(events, 'error')).toMatchObject([{ class: 'protocol' }]);
  });

  test('an unknown event is a warning, an unknown item a tool, a known event must be as known', async () => {
    const line = (value: unknown) => JSON.stringify(value);
    const done = recorded('success-hello').stdout;
    const item = { id: 'item_9', type: 'web_search', query: 'x', status: 'completed' };
    const fine = [line({ type: 'thread.archived' }), line({ type: 'item.completed', item }), done];
    const { events, finished } = await readRun(codex, { stdout: fine.join('\n'), end: ended() });
    expect(finished.status).toBe('ok');
    expect(only(events, 'warning')).toEqual([
      { type: 'warning', message: 'unknown event "thread.archived"' },
    ]);
    expect(only(events, 'tool.started')).toMatchObject([
      { tool: 'web_search', kind: 'tool', synthesised: true },
    ]);

    const odd = [line({ type: 'turn.completed', usage: { input_tokens: -5 } }), done].join('\n');
    expect((await readRun(codex, { stdout: odd, end: ended() })).finished.status).toBe('failed');
  });

  test('an end of its turn does not outweigh a bad exit, a cancellation or a limit', async () => {
    const { stdout } = recorded('success-hello');
    const status = async (end: Parameters<typeof ended>[0]) =>
      (await readRun(codex, { stdout, end: ended(end) })).finished.status;
    expect(await status({ exitCode: 1 })).toBe('failed');
    expect(await status({ by: 'aborted', exitCode: null })).toBe('cancelled');
    expect(await status({ by: 'timeout', exitCode: null })).toBe('limit');
  });
});

describe('the launch', () => {
  test('is one-shot, with the prompt on stdin and nothing of it in argv', () => {
    expect(codex.launch(REQUEST)).toMatchObject({
      argv: ['/opt/codex/bin/codex', 'exec', '--json', '--skip-git-repo-check', '-'],
      stdin: REQUEST.prompt,
      binds: [{ from: '/nowhere/codex', to: '/opt/codex' }],
    });
    expect(codex.launch({ ...REQUEST, session: 'abc' }).argv.slice(1)).toEqual([
      ...['exec', 'resume', 'abc', '--json', '--skip-git-repo-check', '-'],
    ]);
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
      remediation: 'Install @openai/codex@0.169.0, and name the folder that holds its bin/codex.',
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
