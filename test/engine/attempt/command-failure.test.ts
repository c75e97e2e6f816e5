/** Blame falls where it belongs: each way a command can fail has a class of its own. */
import { describe, expect, test } from 'vitest';
import { NO_USAGE } from '../../../src/core/agent-event.ts';
import { commandFailure } from '../../../src/engine/attempt/command-failure.ts';
import type { Executed } from '../../../src/engine/attempt/execute.ts';
import { ended } from '../../contract/agent-adapter.ts';
import { threadTime } from '../../thread-time.ts';

type Case = {
  end?: Partial<Executed['end']>;
  stdout?: string;
  stderr?: string;
  installs?: boolean;
  refused?: string[];
};

function failureOf({ end = { exitCode: 1 }, stdout = '', stderr = '', ...run }: Case) {
  const executed: Executed = {
    end: ended(end),
    finished: { type: 'session.finished', status: 'ok', exitCode: 0, signal: null, summary: '' },
    error: null,
    session: null,
    usage: NO_USAGE,
    journal: { add() {}, text: () => '' },
    stdout,
    stderr,
    lastLines: '',
  };
  return commandFailure(executed, { argv: ['npm', 'test'], installs: false, refused: [], ...run });
}

test.each<[Case, string | null, string]>([
  [{ end: {} }, null, ''],
  [{ end: { exitCode: 2 } }, 'red', '`npm test` exited with 2.'],
  [{ end: { exitCode: null, signal: 'SIGSEGV' } }, 'red', '`npm test` ended by SIGSEGV.'],
  [{ end: { by: 'timeout', exitCode: null } }, 'timeout', '`npm test` ran into its time limit.'],
  [
    { end: { by: 'output_limit', exitCode: null } },
    'output_limit',
    '`npm test` printed more than its limit.',
  ],
  [{ end: { exitCode: 1, outOfMemory: true } }, 'memory', 'needed more memory'],
  [{ end: { exitCode: 137 } }, 'memory', 'exited with 137'],
  [{ end: { exitCode: null, signal: 'SIGKILL' } }, 'memory', 'ended by SIGKILL'],
  [
    { end: { exitCode: 134 }, stderr: 'FATAL ERROR: … JavaScript heap out of memory\n' },
    'memory',
    'needed more memory',
  ],
  [
    { end: { exitCode: 127 }, stderr: '> vitest run\n\nsh: 1: vitest: not found\n' },
    'not_found',
    'sh: 1: vitest: not found',
  ],
  [{ end: { exitCode: 126 }, stderr: './t: Permission denied\n' }, 'not_found', './t: Permission'],
  [{ end: { exitCode: 127 }, installs: true }, 'not_found', 'a program that it starts'],
  [{ installs: true, stderr: 'npm ERR! code EUSAGE\nnpm ERR! at x\n' }, 'install', 'npm ERR! at x'],
  [
    { installs: true, refused: ['npm.acme.dev:443: not granted to this run'] },
    'no_network',
    'Refused to it: npm.acme.dev:443: not granted to this run.',
  ],
])('%j fails as %s', (of, expected, words) => {
  const failure = failureOf(of);
  expect(failure?.class ?? null).toBe(expected);
  expect(failure?.reason ?? '').toContain(words);
  expect(failure?.retryable ?? false).toBe(false);
});

describe('the network', () => {
  test.each([
    ['node', 'Error: getaddrinfo EAI_AGAIN api.acme.dev', 'api.acme.dev'],
    ['curl', 'curl: (6) Could not resolve host: api.acme.dev', 'api.acme.dev'],
    ['requests', "Failed to resolve 'api.acme.dev' ([Errno -3] …)", 'api.acme.dev'],
    ['go', 'Get "https://x": dial tcp: lookup api.acme.dev on [::1]:53', 'api.acme.dev'],
    ['java', 'java.net.UnknownHostException: api.acme.dev', 'api.acme.dev'],
    ['rust', 'failed to lookup address information: Temporary failure', 'the network'],
    ['python', 'socket.gaierror: [Errno -2] Name or service not known', 'the network'],
    ['anything', 'connect: Network is unreachable', 'the network'],
  ])('is missing, in the words of %s', (_, stderr, host) => {
    expect(failureOf({ stderr })).toMatchObject({
      class: 'no_network',
      reason: `\`npm test\` exited with 1: it could not reach ${host}. Only the install command reaches the network.`,
    });
  });

  test.each([
    'getaddrinfo ENOTFOUND nowhere.invalid',
    'getaddrinfo ENOTFOUND api.example.com',
    'connect ECONNREFUSED 127.0.0.1:3000',
    '1 test failed',
  ])('is not what %j is about', stdout => {
    expect(failureOf({ stdout })?.class).toBe('red');
  });

  test('is looked for at the end of the output, in linear time', () => {
    const stdout = `getaddrinfo ENOTFOUND api.acme.dev\n${'getaddrinfo '.repeat(1e6)}`;
    expect(failureOf({ stdout })?.class).toBe('red');
    expect(threadTime(() => failureOf({ stdout }))).toBeLessThan(1_000);
  });
});
