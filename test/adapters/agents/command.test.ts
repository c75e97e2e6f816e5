import { describe, expect, test } from 'vitest';
import { createCommand } from '../../../src/adapters/agents/command.ts';
import {
  agentAdapterContract,
  ended,
  only,
  REQUEST,
  readRun,
} from '../../contract/agent-adapter.ts';

const command = createCommand();
const NPM_TEST = { ...REQUEST, argv: ['npm', 'test'] };

agentAdapterContract({
  adapter: command,
  request: NPM_TEST,
  byExitCode: true,
  recordings: [
    { name: 'a green test', stdout: '1 passed\n', stderr: '', end: { exitCode: 0, signal: null } },
    {
      name: 'a red test',
      stdout: '1 failed\n',
      stderr: 'boom\n',
      end: { exitCode: 1, signal: null },
    },
  ],
});

describe('a command', () => {
  test('runs as it is named, never through a shell', () => {
    const argv = ['npm', 'test', '--', '; rm -rf /'];
    expect(command.launch({ ...REQUEST, argv })).toMatchObject({
      argv,
      stdin: null,
      homeFiles: {},
    });
    expect(() => command.launch({ ...REQUEST, argv: [] })).toThrow(
      'the command adapter needs an argv',
    );
  });

  test('becomes one call in the journal, with what it printed', async () => {
    const run = { stdout: '1 failed\n', stderr: 'boom\n', end: ended({ exitCode: 3 }) };
    const { events, finished } = await readRun(command, run, NPM_TEST);
    expect(events.map(event => event.type)).toEqual([
      ...['session.started', 'tool.started', 'tool.finished', 'session.finished'],
    ]);
    expect(only(events, 'tool.started')).toMatchObject([{ kind: 'command', command: 'npm test' }]);
    expect(only(events, 'tool.finished')).toMatchObject([
      { ok: false, exitCode: 3, output: '1 failed\nboom\n', error: '`npm test` exited with 3.' },
    ]);
    expect(finished).toMatchObject({ status: 'failed', summary: '`npm test` exited with 3.' });
  });

  test.each([
    [{ by: 'timeout' as const }, '`npm test` ran into its time limit.'],
    [{ by: 'output_limit' as const }, '`npm test` printed more than its limit.'],
    [{ by: 'aborted' as const }, '`npm test` was canceled.'],
    [{ exitCode: null, signal: 'SIGSEGV' }, '`npm test` was ended by SIGSEGV.'],
  ])('%j is told in words', async (end, summary) => {
    expect(
      (await readRun(command, { stdout: '', end: ended(end) }, NPM_TEST)).finished.summary,
    ).toBe(summary);
  });

  test('of a long output the beginning and the end are kept', async () => {
    const lines = Array.from({ length: 200_000 }, (_, index) => `line ${index}`);
    const { events } = await readRun(command, { stdout: lines.join('\n'), end: ended() }, NPM_TEST);
    const [{ output } = { output: '' }] = only(events, 'tool.finished');
    expect(output.length).toBeLessThan(70_000);
    expect(output).toMatch(/^line 0\nline 1\n/);
    expect(output).toMatch(/\n… \d+ characters …\n/);
    expect(output).toMatch(/line 199999\n$/);
  });
});
