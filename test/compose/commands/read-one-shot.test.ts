/** What CLIs printed one-shot, each recording of them, in the form of a journal. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PrintedOneShot } from '../../../src/cli/services.ts';
import { readOneShot } from '../../../src/compose/commands/read-one-shot.ts';
import { AgentEvent } from '../../../src/core/agent-event.ts';
import { runProgram } from '../../cli/run-program.ts';
import { only } from '../../contract/agent-adapter.ts';

type Recording = PrintedOneShot & { name: string };

const recordingsOf = (cli: string): Recording[] =>
  readFileSync(join(import.meta.dirname, `../../fixtures/one-shot/${cli}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));

/**
 * How it ended, the answers of the model that were paid for, retries, the class of its error, what was
 * denied, the exit codes of commands as far as they are told, and what else was called.
 */
const EXPECTED: Record<string, Record<string, string>> = {
  codex: {
    'allow-hook-edit': 'ok; 5a; shell 1,0,0; file_change',
    'approval-on-request-escalate': 'ok; 5a; shell 1,0,0; file_change',
    'approval-untrusted': 'failed; protocol',
    'bad-flag': 'failed; protocol',
    'codex-unknown-model': 'ok; 5a; shell 1,0,0,0',
    'deny-hook-exit2': 'ok; 2a; denied by hook R-001',
    'deny-hook-shell': 'ok; 2a; denied by hook R-001',
    'deny-hook-write': 'ok; 2a; denied by hook R-002',
    'deny-native-rule': 'ok; 2a; denied by rule',
    'endpoint-down-bounded': 'failed; transport',
    'endpoint-down': 'killed; 4 retries',
    'env-inherit-all': 'ok; 2a; shell 0',
    'err-401-noretry': 'failed; auth',
    'err-401': 'failed; 5 retries; auth',
    'err-429-noretry': 'failed; rate_limit',
    'err-429-once': 'ok; 1a; 1 retries',
    'err-429': 'failed; 5 retries; rate_limit',
    'err-500-noretry': 'failed; server',
    'err-500-once': 'ok; 1a',
    'err-500': 'failed; 5 retries; server',
    'full-access': 'ok; 2a; denied by rule',
    'guard-allow-edit': 'ok; 5a; shell 1,0,0; file_change',
    'guard-crash': 'ok; 2a; denied by hook',
    'guard-deny': 'ok; 2a; denied by hook R-001',
    'guard-hang': 'ok; 2a; denied by hook',
    'guard-missing': 'ok; 2a; denied by hook',
    'hook-crash': 'ok; 2a; shell 0',
    'hook-hang': 'ok; 2a; shell 0',
    'hook-missing': 'ok; 2a; shell 0',
    'hook-stdin-bypass': 'ok; 3a; shell 0',
    'hook-untrusted': 'ok; 2a; shell 0',
    'hook-view-image': 'ok; 2a; denied by hook R-002',
    'mcp-destructive-not-approved': 'ok; 2a; denied by mode; mcp',
    mcp: 'ok; 2a; mcp',
    'net-from-shell': 'ok; 2a; shell 0',
    'no-auth-env': 'failed; auth',
    'no-tty-stdin-nontty': 'ok; 3a; shell 0',
    'no-tty-stdin': 'ok; 3a; denied by mode',
    'no-unified-exec-stdin': 'ok; 3a; shell 0',
    'no-unified-exec': 'ok; 5a; shell 1,0,0; file_change',
    'not-a-git-repo': 'failed; protocol',
    'outside-indirect': 'ok; 2a',
    'outside-write': 'ok; 2a; denied by sandbox',
    'readonly-edit': 'ok; 5a; denied by sandbox; shell 1,0,1',
    'resume-1-first': 'ok; 2a; file_change',
    'resume-2-continued': 'ok; 3a',
    schema: 'ok; 1a',
    'sigkill-in-tool-pidns': 'killed; shell',
    'sigkill-in-tool': 'killed; shell',
    'sigterm-group-in-tool': 'killed; shell',
    'sigterm-in-tool-nosandbox': 'killed; shell',
    'sigterm-in-tool-slash-tmp': 'killed; shell',
    'sigterm-in-tool': 'killed; shell',
    'success-edit': 'ok; 5a; shell 1,0,0; file_change',
    'success-hello': 'ok; 1a',
    'success-write-file': 'ok; 2a; file_change',
    'tool-exit-nonzero': 'ok; 2a; shell 3',
  },
  gemini: {
    'allow-hook-edit': 'ok; 5a; shell; tool file_change',
    'bad-flag': 'failed; protocol',
    'deny-hook-exit2': 'ok; 2a; denied by hook R-001; shell',
    'deny-hook-shell': 'ok; 2a; denied by hook R-001; shell',
    'deny-hook-write': 'ok; 2a; denied by hook R-002; file_change',
    'deny-native-rule': 'ok; 2a; denied by rule; shell',
    'endpoint-down': 'failed; transport',
    'env-scrubbed': 'ok; 2a; shell',
    'err-401-noretry': 'failed; auth',
    'err-401': 'failed; auth',
    'err-429-noretry': 'failed; rate_limit',
    'err-429-once': 'ok; 1a',
    'err-429': 'killed',
    'err-500-full': 'failed; server',
    'err-500-noretry': 'failed; server',
    'err-500-once': 'ok; 1a',
    'err-500': 'killed',
    'full-access': 'ok; 2a; shell',
    'guard-allow-edit': 'ok; 5a; shell; tool file_change',
    'guard-crash': 'ok; 2a; denied by hook; shell',
    'guard-deny': 'ok; 2a; denied by hook R-001; shell',
    'guard-hang': 'ok; 2a; denied by hook; shell',
    'guard-missing': 'ok; 2a; denied by hook; shell',
    'hook-crash': 'ok; 2a; shell',
    'hook-hang': 'ok; 2a; shell',
    'hook-missing': 'ok; 2a; denied by hook; shell',
    mcp: 'ok; 2a; mcp',
    'net-from-shell': 'ok; 2a; shell',
    'no-auth-env': 'failed; auth',
    'not-a-git-repo': 'ok; 1a',
    'outside-indirect': 'ok; 2a; shell',
    'outside-write': 'ok; 2a; file_change',
    'readonly-edit': 'ok; 5a; shell; tool file_change',
    'resume-1-first': 'ok; 2a; file_change',
    'resume-2-continued': 'ok; 1a',
    'sigkill-in-tool-pidns': 'killed; shell',
    'sigkill-in-tool': 'killed; shell',
    'sigterm-group-in-tool': 'failed; protocol; shell',
    'sigterm-in-tool': 'failed; protocol; shell',
    'success-edit': 'ok; 5a; shell; tool file_change',
    'success-hello': 'ok; 1a',
    'success-write-file': 'ok; 2a; file_change',
    'tool-exit-nonzero': 'ok; 2a; shell',
  },
  opencode: {
    'allow-hook-edit': 'ok; 5a; shell 1,0; tool file_change',
    'bad-flag': 'failed; protocol',
    'deny-hook-shell': 'ok; 2a; denied by hook R-001; shell',
    'deny-hook-write': 'ok; 2a; denied by hook R-002; file_change',
    'deny-native-rule': 'ok; 2a; denied by rule; shell',
    'endpoint-down': 'killed',
    'err-401-noretry': 'failed; auth',
    'err-401': 'failed; auth',
    'err-404-server': 'failed; model_not_found',
    'err-429-noretry': 'failed; rate_limit',
    'err-429-once': 'ok; 1a',
    'err-429': 'failed; rate_limit',
    'err-500-noretry': 'killed',
    'err-500-once': 'ok; 1a',
    'err-500': 'failed; server',
    'full-access': 'ok; 2a; shell 0',
    'hook-crash': 'ok; 2a; denied by hook; shell',
    'hook-hang': 'ok; 2a; denied by hook; shell',
    'hook-missing': 'ok; 2a; denied by hook; shell',
    mcp: 'ok; 2a; mcp',
    'net-from-shell': 'ok; 2a; shell 0',
    'no-auth-env': 'ok; 1a',
    'not-a-git-repo': 'ok; 1a',
    'outside-indirect': 'ok; 2a; shell 0',
    'outside-write': 'ok; 2a; denied by rule; file_change',
    'readonly-edit': 'ok; 5a; shell; tool file_change',
    'resume-1-first': 'ok; 2a; file_change',
    'resume-2-continued': 'ok; 1a',
    'sigkill-in-tool-pidns': 'killed',
    'sigkill-in-tool': 'killed',
    'sigterm-group-in-tool': 'killed',
    'sigterm-in-tool': 'killed',
    'success-edit': 'ok; 5a; shell 1,0; tool file_change',
    'success-hello': 'ok; 1a',
    'success-write-file': 'ok; 2a; file_change',
    'tool-exit-nonzero': 'ok; 2a; shell 3',
  },
  kilo: {
    'allow-hook-edit': 'ok; 5a; shell 1,0; tool file_change',
    'bad-flag': 'failed; protocol',
    'deny-hook-shell': 'ok; 2a; denied by hook R-001; shell',
    'deny-hook-write': 'ok; 2a; denied by hook R-002; file_change',
    'deny-native-rule': 'ok; 2a; denied by rule; shell',
    'endpoint-down': 'killed',
    'err-401-noretry': 'failed; auth',
    'err-401': 'failed; auth',
    'err-404-server': 'failed; model_not_found',
    'err-429-noretry': 'failed; rate_limit',
    'err-429-once': 'ok; 1a',
    'err-429': 'failed; rate_limit',
    'err-500-noretry': 'killed',
    'err-500-once': 'ok; 1a',
    'err-500-retrylimit1': 'failed; server',
    'err-500': 'failed; server',
    'full-access': 'ok; 2a; shell 0',
    'hook-crash': 'ok; 2a; denied by hook; shell',
    'hook-hang': 'ok; 2a; denied by hook; shell',
    'hook-missing': 'ok; 2a; denied by hook; shell',
    'kilo-sandbox-edit': 'ok; 5a; shell 1,0; tool file_change',
    'kilo-sandbox-net': 'ok; 2a; shell 0',
    'kilo-sandbox-outside': 'ok; 2a; shell 1',
    mcp: 'ok; 2a; mcp',
    'net-from-shell': 'ok; 2a; shell 0',
    'no-auth-env': 'ok; 1a',
    'not-a-git-repo': 'ok; 1a',
    'outside-indirect': 'ok; 2a; shell 0',
    'outside-write': 'ok; 2a; denied by rule; file_change',
    'readonly-edit': 'ok; 5a; shell; tool file_change',
    'resume-1-first': 'ok; 2a; file_change',
    'resume-2-continued': 'ok; 1a',
    'sigkill-in-tool-pidns': 'killed',
    'sigterm-group-in-tool': 'killed',
    'sigterm-in-tool': 'killed',
    'success-edit': 'ok; 5a; shell 1,0; tool file_change',
    'success-hello': 'ok; 1a',
    'success-write-file': 'ok; 2a; file_change',
    'tool-exit-nonzero': 'ok; 2a; shell 3',
  },
};

/** Tokens of one answer of the scripted model, with what is only thought where that is told apart. */
const ANSWER = 1_234;

function inShort(events: AgentEvent[]): string {
  const starts = only(events, 'tool.started');
  const shells = new Set(
    starts.flatMap(({ kind, callId }) => (kind === 'command' ? [callId] : [])),
  );
  const paid = only(events, 'usage').reduce(
    (sum, { usage }) => sum + usage.input + usage.cached + usage.output,
    0,
  );
  const errors = only(events, 'error');
  const retries = errors.filter(({ fatal }) => !fatal).length;
  const codes = only(events, 'tool.finished').flatMap(({ callId, exitCode }) =>
    shells.has(callId) && exitCode !== null ? [exitCode] : [],
  );
  return [
    only(events, 'session.finished')[0]?.status,
    paid > 0 ? `${paid / ANSWER}a` : '',
    retries > 0 ? `${retries} retries` : '',
    errors.find(({ fatal }) => fatal)?.class,
    ...only(events, 'tool.denied').map(({ by, ruleId }) =>
      `denied by ${by} ${ruleId ?? ''}`.trim(),
    ),
    shells.size > 0 ? `shell ${codes}`.trim() : '',
    starts.flatMap(({ kind }) => (kind === 'command' ? [] : [kind])).join(' '),
  ]
    .filter(part => part)
    .join('; ');
}

describe.each(Object.entries(EXPECTED))('%s', (cli, expected) => {
  const recordings = recordingsOf(cli);

  test.each(recordings)('$name', async recording => {
    const events = await readOneShot(cli, recording);
    for (const event of events) AgentEvent.parse(event);
    expect(inShort(events)).toBe(expected[recording.name]);
    expect(events.at(-1)).toMatchObject({ type: 'session.finished', signal: recording.signal });
    // Each call that began has ended, or was denied.
    const ended = [...only(events, 'tool.finished'), ...only(events, 'tool.denied')];
    for (const { callId } of only(events, 'tool.started'))
      expect(ended.filter(end => end.callId === callId)).toHaveLength(1);
  });

  test('each has its line above', () => {
    expect(recordings.map(({ name }) => name)).toEqual(Object.keys(expected));
  });

  test('that broke off, or holds a line that is none, says so', async () => {
    const whole = recordings.find(({ name }) => name === 'success-edit');
    const lines = whole?.stdout.trim().split('\n') ?? [];
    const read = (stdout: string[]) =>
      readOneShot(cli, { stdout: stdout.join('\n'), stderr: '', exitCode: 0, signal: null });
    const cut = await read(lines.slice(0, -1));
    expect(cut.at(-1)).toMatchObject({
      status: 'failed',
      summary: expect.stringMatching(/without an end of its work/),
    });
    const odd = ['{"type":', '[[]]', '{"type":"of-tomorrow"}', ...lines];
    const [first, second, third, ...rest] = await read(odd);
    for (const event of [first, second, third]) expect(event).toMatchObject({ type: 'warning' });
    expect(rest.at(-1)).toMatchObject({ status: 'ok' });
  });
});

test('`gatehouse agents read` prints one event a line, without secrets, and refuses what it can not read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'read-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'printed.jsonl');
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  await writeFile(file, JSON.stringify({ type: 'thread.started', thread_id: secret }));
  const read = (...args: string[]) => runProgram(['agents', 'read', ...args], { readOneShot });
  const { out, code } = await read('codex', file, '--exit-code', 'SIGTERM');
  expect(out).not.toContain(secret);
  expect(code).toBe(0);
  expect(
    out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
  ).toMatchObject([
    { type: 'session.started' },
    { type: 'session.finished', status: 'killed', signal: 'SIGTERM' },
  ]);
  await expect(read('claud', file)).rejects.toThrow('Did you mean claude');
  await expect(read('codex', join(folder, 'none'))).rejects.toThrow('there is no file');
  await expect(read('codex', file, '--exit-code', 'x')).rejects.toThrow('neither a number');
});
