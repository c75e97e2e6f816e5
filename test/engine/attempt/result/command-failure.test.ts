/** Blame falls where it belongs: each way a command can fail has a class of its own. */
import { describe, expect, test } from 'vitest';
import { NO_USAGE } from '../../../../src/core/agent-event.ts';
import type { Executed } from '../../../../src/engine/attempt/process/execute.ts';
import { commandFailure } from '../../../../src/engine/attempt/result/command-failure.ts';
import type { Unreached } from '../../../../src/engine/ports/gateway.ts';
import { ended } from '../../../contract/agent-adapter.ts';
import { threadTime } from '../../../thread-time.ts';

type Case = {
  end?: Partial<Executed['end']>;
  stdout?: string;
  stderr?: string;
  installs?: boolean;
  refused?: string[];
  unreached?: Unreached[];
  submodules?: string[];
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
  return commandFailure(executed, {
    argv: ['npm', 'test'],
    installs: false,
    refused: [],
    unreached: [],
    submodules: [],
    ...run,
  });
}

test.each<[Case, string | null, string]>([
  [{ end: {} }, null, ''],
  [{ submodules: ['vendor/a'] }, 'red', 'so what is in `vendor/a` was not there: that may be why.'],
  [
    { installs: true, submodules: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
    'install',
    'so what is in `a`, `b`, `c`, `d`, `e`, 2 more was not there',
  ],
  [{ end: { by: 'timeout' }, submodules: ['vendor/a'] }, 'timeout', 'its time limit.'],
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
    {
      installs: true,
      stderr:
        'npm warn deprecated a@1: it failed\nnpm error code ETARGET\nnpm error notarget No matching version found for a@next.\nnpm error notarget In most cases you request a version that is not there.\nnpm error A complete log of this run can be found in: /tmp/npm-cache/_logs/2-debug-0.log\n',
    },
    'install',
    'exited with 1: npm error notarget No matching version found for a@next.',
  ],
  [
    { installs: true, stderr: 'error: cannot find b\nERROR: could not install c\nSee the log.\n' },
    'install',
    'exited with 1: ERROR: could not install c',
  ],
  [
    { installs: true, refused: ['npm.acme.dev:443: not granted to this run'] },
    'no_network',
    'refused to it: npm.acme.dev:443: not granted to this run. An install reaches the registries of its ecosystems and no other host. Where that is a registry, an operator lets it stand for the public one by GATEHOUSE_REGISTRIES={"npm":{"url":"https://npm.acme.dev/"}}',
  ],
  [
    {
      installs: true,
      refused: ['GET npm.registry.internal/a: the path is not one of the registry'],
    },
    'no_network',
    'An install reaches the registries of its ecosystems and no other host.',
  ],
  ...(
    [
      ['name', 'the name does not resolve', 'Look whether the name is right'],
      ['connection', 'nothing listens there', 'Look whether the host is up'],
      ['tls', 'certificate has expired', 'Where it is of an authority of your own'],
    ] as const
  ).map(([by, reason, remedy]): [Case, string, string] => [
    { installs: true, unreached: [{ destination: 'npm.acme.dev:443', by, reason }] },
    'no_network',
    `it did not reach npm.acme.dev:443: ${reason}. ${remedy}`,
  ]),
  ...[
    'npm error code SELF_SIGNED_CERT_IN_CHAIN',
    'SSLError(SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)"))',
    'go: example.com/a@v1: Get "https://proxy.example/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'curl: (60) SSL certificate problem: self-signed certificate in certificate chain',
    'javax.net.ssl.SSLHandshakeException: PKIX path building failed',
    'error: invalid peer certificate: UnknownIssuer',
  ].map((stderr): [Case, string, string] => [
    { installs: true, stderr },
    'no_network',
    'it does not trust a certificate. Where it is of an authority of your own',
  ]),
])('%j fails as %s', (of, expected, words) => {
  const failure = failureOf(of);
  expect(failure?.class ?? null).toBe(expected);
  expect(failure?.reason ?? '').toContain(words);
  expect(failure?.retryable ?? false).toBe(false);
});

test('a command that was ended because the disk was about to be full is tried again', () => {
  expect(failureOf({ end: { by: 'disk_full', exitCode: null, signal: 'SIGKILL' } })).toEqual({
    class: 'sandbox',
    reason: expect.stringContaining('the disk of its work tree was about to be full'),
    retryable: true,
  });
});

describe('a program that is not there', () => {
  test.each([
    ['make', 'make: pytest: No such file or directory\nmake: *** [Makefile:2: test] Error 127'],
    ['make of a shell', '/bin/sh: 1: ruff: not found\nmake[1]: *** [Makefile:3: lint] Error 127'],
    ['make of what may not run', './t.sh: Permission denied\nmake: *** [Makefile:2: x] Error 126'],
    ['pnpm', 'sh: 1: vitest: not found\n ELIFECYCLE  Test failed. See above for more details.'],
    ['pnpm 12', '$ vitest\nsh: 1: vitest: not found\n[ELIFECYCLE] Test failed. See above.'],
    ['pnpm, of the program itself', ' ELIFECYCLE  Command failed with ENOENT: vitest run'],
    ['pnpm exec', ' ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL  Command "vitest" not found'],
    ['yarn', 'error Command "vitest" not found.'],
    ['bun', 'bun: command not found: vitest'],
    ['python', '/usr/bin/python3: No module named pytest'],
    ['python of an environment', '/w/.venv/bin/python: No module named pytest.__main__'],
    ['uv', 'error: Failed to spawn: `pytest`\n  Caused by: No such file or directory (os error 2)'],
    ['poetry', 'Command not found: pytest'],
    ['cargo', 'error: no such command: `nextest`'],
    ['go', 'cgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH'],
    ['bundler', 'bundler: command not found: rspec'],
    ['rustc', 'error: linker `cc` not found'],
    [
      'a build script',
      '  failed to execute command: No such file (os error 2)\n  is `cmake` not installed?',
    ],
    ['setuptools', "error: command 'gcc' failed: No such file or directory"],
    ['node-gyp', 'gyp ERR! stack Error: not found: make'],
    ['a gem', 'You have to install development tools first.'],
    [
      'the loader',
      '/w/chrome: error while loading shared libraries: libnss3.so: cannot open shared object file: No such file',
    ],
    [
      'Playwright',
      "Error: browserType.launch: Executable doesn't exist at /tmp/home/.cache/ms-playwright/chromium-1/chrome",
    ],
    ['Puppeteer', 'Error: Could not find Chrome (ver. 131.0.6778.85). This can occur if either'],
    ['Cypress', 'The cypress npm package is installed, but the Cypress binary is missing.'],
    ['Karma', 'No binary for ChromeHeadless browser on your platform.'],
    ['a wrapper of Java', "ERROR: JAVA_HOME is not set and no 'java' command could be found"],
  ])('is told apart from red, in the words of %s', (_, words) => {
    const failed = failureOf({ end: { exitCode: 1 }, stderr: `Running.\n${words}\n` });
    expect(failed?.class).toBe('not_found');
    expect(failed?.reason).toContain('GATEHOUSE_TOOLCHAINS');
  });

  test.each([
    ['npm', 'npm error Missing script: "unit"'],
    ['npm before', 'npm ERR! missing script: unit'],
    ['pnpm', ' ERR_PNPM_NO_SCRIPT  Missing script: unit'],
    ['pnpm 12', '  × Missing script: unit'],
    ['yarn of today', 'Usage Error: Couldn\'t find a script named "unit".'],
    ['bun', 'error: Script not found "unit"'],
    ['composer', '  Command "unit" is not defined.  '],
    ['composer run-script', '  Script "unit" is not defined in this package  '],
    ['make', "make: *** No rule to make target 'unit'.  Stop."],
    ['make of old', "make: *** No rule to make target `unit'.  Stop."],
    ['make without a file', 'make: *** No targets specified and no makefile found.  Stop.'],
    [
      'rake',
      "Don't know how to build task 'unit' (See the list of available tasks with `rake --tasks`)",
    ],
    ['gradle', "Task 'unit' not found in root project 'x'."],
    ['maven', `[ERROR] Unknown lifecycle phase "unit". You must specify ${'a phase '.repeat(99)}`],
  ])('or a script that the repository does not have, in the words of %s', (_, words) => {
    expect(failureOf({ stderr: `${words}\nfailed\n` })).toMatchObject({
      class: 'not_found',
      reason: expect.stringContaining('under `commands` in `.github/gatehouse.yml`'),
    });
  });

  test.each([
    'ok 3 - says "sh: 1: vitest: not found" where it is missing',
    'E   ModuleNotFoundError: No module named sum',
    'AssertionError: Command not found: pytest',
    'make: *** [Makefile:3: test] Error 1',
    'FAIL: TestLookup: Error: spawn ENOENT expected',
    'Error: page not found',
    "make: *** No rule to make target 'sum.c', needed by 'sum.o'.  Stop.",
    'sh: 1: vitest: not found',
    'error: Script "test" exited with code 1',
  ])('is not what %j is about', words => {
    expect(failureOf({ stderr: `${words}\n` })?.class).toBe('red');
  });
});

test.each([
  [
    'docker',
    'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is it up?',
  ],
  [
    'Testcontainers',
    'Caused by: java.lang.IllegalStateException: Could not find a valid Docker environment. See',
  ],
  ['Testcontainers of node', 'Error: Could not find a working container runtime strategy'],
])('a service that no sandbox reaches, in the words of %s', (_, stderr) => {
  expect(failureOf({ stderr })).toMatchObject({
    class: 'not_found',
    reason: expect.stringContaining('reaches no service of its machine'),
  });
});

describe('space', () => {
  test.each([
    ['node', "Error: ENOSPC: no space left on device, write '/tmp/a'"],
    ['npm', 'npm error code ENOSPC\nnpm error syscall write'],
    ['python', "OSError: [Errno 28] No space left on device: '/tmp/a'"],
    ['tar', 'tar: a/b: Cannot write: No space left on device'],
    ['cat', 'cat: write error: No space left on device'],
    ['go', 'compile: writing output: write $WORK/b001/_pkg_.a: no space left on device'],
    ['cargo', 'error: failed to write `/w/target/a`: No space left on device (os error 28)'],
    ['java', 'java.io.IOException: No space left on device'],
    ['a quota', 'cp: error writing a: Disk quota exceeded'],
  ])('is missing, in the words of %s', (_, stderr) => {
    for (const installs of [true, false])
      expect(failureOf({ stderr: `Working.\n${stderr}\n`, installs })).toMatchObject({
        class: 'workspace',
        retryable: false,
        reason: expect.stringContaining('no space was left. In a sandbox `/tmp`'),
      });
  });

  test.each([
    'ok 3 - says ENOSPC: no space left on device',
    '  ✔ tells of: No space left on device',
    'Error: ENOSPC: System limit for number of file watchers reached',
    'No space left on device is what it says',
  ])('is not what %j is about', stderr => expect(failureOf({ stderr })?.class).toBe('red'));
});

test.each([
  [
    'not_found',
    '\x1b[31m\x1b[1mUsage Error\x1b[22m\x1b[39m: Couldn\'t find a script named "unit".',
  ],
  ['memory', '\x1b[31mMemoryError\x1b[39m'],
])('what is coloured fails as %s all the same', (expected, stdout) => {
  expect(failureOf({ stdout: `${stdout}\n` })?.class).toBe(expected);
});

describe('memory', () => {
  const tail = (words: string) => ({ stderr: `Running.\n${words}\nfailed\n` });
  test.each([
    ['node', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
    ["node's worker", 'Error [ERR_WORKER_OUT_OF_MEMORY]: Worker terminated due to reaching memory'],
    ['jest', 'A jest worker process (pid=7) was terminated by another process: signal=SIGKILL'],
    ['npm', 'npm ERR! signal SIGKILL'],
    ['npm 10', 'npm error signal SIGKILL'],
    ['python', 'MemoryError'],
    ['numpy', 'MemoryError: Unable to allocate 8.00 GiB'],
    ['pytest', 'E   MemoryError'],
    ['java', 'Exception in thread "main" java.lang.OutOfMemoryError: GC overhead limit exceeded'],
    ['the JVM', '# There is insufficient memory for the Java Runtime Environment to continue.'],
    ['go', 'fatal error: runtime: out of memory'],
    ["go's compiler", 'github.com/acme/x: compile: signal: killed'],
    ['rust', 'memory allocation of 8589934592 bytes failed'],
    ['cargo', 'process did not exit successfully: `rustc` (signal: 9, SIGKILL: kill)'],
    ['gcc', 'g++: fatal error: Killed signal terminated program cc1plus'],
    ['c++', "terminate called after throwing an instance of 'std::bad_alloc'"],
    ['ruby', 'x.rb:1: failed to allocate memory (NoMemoryError)'],
    ['php', 'Fatal error: Allowed memory size of 134217728 bytes exhausted (tried 8 bytes)'],
    ['bash', '/bin/bash: line 3:    42 Killed                  node test.js'],
    ['make', 'make: *** [Makefile:3: test] Killed'],
    ['make of a shell', 'make[1]: *** [Makefile:3: test] Error 137'],
    ['a fork', 'OSError: [Errno 12] Cannot allocate memory'],
    ['node, of a child', 'Error: spawn ENOMEM'],
  ])('is missing, in the words of %s', (_, words) => {
    expect(failureOf(tail(words))?.class).toBe('memory');
    expect(failureOf({ ...tail(words), installs: true })?.class).toBe('memory');
  });

  test.each([
    'ok 3 - raises MemoryError for a table that is too large',
    'AssertionError: expected MemoryError: no',
    'killed mutants: 3',
    'make: *** [Makefile:3: test] Error 1',
    'sh: 1: kill: usage: kill [-s sigspec]',
  ])('is not what %j is about', words => expect(failureOf(tail(words))?.class).toBe('red'));
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
    ['git by ssh', 'ssh: Could not resolve hostname api.acme.dev: Temporary', 'api.acme.dev'],
    [
      'git',
      "fatal: unable to access 'https://x/': Could not resolve host: api.acme.dev",
      'api.acme.dev',
    ],
    ['wget', 'wget: unable to resolve host address ‘api.acme.dev’', 'api.acme.dev'],
    ['apt', "Temporary failure resolving 'api.acme.dev'", 'api.acme.dev'],
    ['dotnet', 'Name or service not known (api.acme.dev:443)', 'api.acme.dev'],
    [
      'npm offline',
      "npm ERR! request to https://api.acme.dev/x failed: cache mode is 'only-if-cached' but no",
      'api.acme.dev',
    ],
    [
      'pnpm',
      ' ERR_PNPM_META_FETCH_FAIL  GET https://x: request failed, reason: getaddrinfo ENOTFOUND api.acme.dev',
      'api.acme.dev',
    ],
    [
      'yarn',
      'error An unexpected error occurred: "https://x: getaddrinfo EAI_AGAIN api.acme.dev".',
      'api.acme.dev',
    ],
    [
      'pip',
      "HTTPSConnectionPool(host='api.acme.dev', port=443): Max retries exceeded with url: /",
      'api.acme.dev',
    ],
    ['uv', 'error: Failed to fetch: `https://api.acme.dev/simple/x/`', 'api.acme.dev'],
    [
      'cargo',
      '[6] Could not resolve hostname (Could not resolve host: api.acme.dev)',
      'api.acme.dev',
    ],
    ['go modules', 'dial tcp: lookup api.acme.dev: no such host', 'api.acme.dev'],
    ['go without a route', 'dial tcp 1.2.3.4:443: connect: network is unreachable', 'the network'],
    [
      'maven',
      'Could not transfer artifact a:b:pom:1 from/to central (https://api.acme.dev/m2): refused',
      'api.acme.dev',
    ],
    [
      'maven offline',
      'Cannot access central (https://api.acme.dev/m2) in offline mode and',
      'api.acme.dev',
    ],
    ['maven before', 'Unknown host api.acme.dev', 'api.acme.dev'],
    ['gradle', "Could not GET 'https://api.acme.dev/m2/a.pom'.", 'api.acme.dev'],
    ['bundler', 'Could not reach host api.acme.dev. Check your network', 'api.acme.dev'],
    [
      'composer',
      'curl error 6 while downloading x: Could not resolve host: api.acme.dev',
      'api.acme.dev',
    ],
    [
      'pnpm, while it tries',
      ' WARN  GET https://api.acme.dev/x error (EAI_AGAIN). Will retry',
      'api.acme.dev',
    ],
    ['poetry', 'All attempts to connect to api.acme.dev failed.', 'api.acme.dev'],
    ['bun', 'error: FailedToOpenSocket downloading package manifest x', 'the network'],
    ['gradle offline', 'No cached version of a:b:1 available for offline mode.', 'the network'],
    ['a Mac', 'nodename nor servname provided, or not known', 'the network'],
    ['java without a route', 'java.net.NoRouteToHostException: No route to host', 'the network'],
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
    "HTTPConnectionPool(host='localhost', port=3000): Max retries exceeded with url: /",
    "Could not GET 'http://service.test/a'.",
    '1 test failed',
  ])('is not what %j is about', stdout => {
    expect(failureOf({ stdout })?.class).toBe('red');
  });

  test.each([
    'getaddrinfo ',
    'Could not transfer artifact ',
    'Cannot access x (https://a',
    'request to https://a',
    'make: *** [x] ',
    "host='a', ",
    'sh: 1: ',
    'sh: 1: a: not found\n',
    'Command "',
    'python: ',
    ': No space left on device',
    'a: No space left on device b\n',
    'GET https://a',
    'No cached version of a',
    'error while loading shared libraries: ',
  ])('is looked for at the end of the output, in linear time: %j', fragment => {
    const stdout = `getaddrinfo ENOTFOUND api.acme.dev\n${fragment.repeat(1e6)}`;
    expect(failureOf({ stdout })?.class).toBe('red');
    expect(threadTime(() => failureOf({ stdout }))).toBeLessThan(1_000);
  });
});
