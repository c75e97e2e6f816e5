/** The work that an agent is there for. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { only } from '../../contract/agent-adapter.ts';
import { runAgent } from '../run-agent.ts';
import { costOf, type Subject, totalOf } from '../suite.ts';
import { FIX, LIBRARY, RIGHT } from './library.ts';

export function workCases({ agent, lacks }: Subject): void {
  test('fixes a failing test, and what it used is what the gateway counted', async () => {
    const run = await runAgent(agent(), {
      files: LIBRARY,
      model: {
        turns: [
          { say: 'I run the test first.', shell: 'sh test.sh' },
          { edit: FIX },
          { shell: 'sh test.sh' },
          { say: 'The operator was wrong.' },
        ],
      },
    });
    expect(run.finished).toMatchObject({ status: 'ok', summary: 'The operator was wrong.' });
    expect(await readFile(join(run.folder, 'sum.sh'), 'utf8')).toBe(RIGHT);
    expect((await readdir(run.folder)).sort()).toEqual(['README.md', 'sum.sh', 'test.sh']);

    const started = only(run.events, 'tool.started').filter(({ kind }) => kind !== 'tool');
    expect(started.map(({ kind, paths }) => paths ?? kind)).toEqual([
      ...['command', ['sum.sh'], 'command'],
    ]);
    expect(started[0]?.command).toContain('sh test.sh');
    if (lacks('exit codes') === null) {
      const ends = started.map(({ callId }) =>
        only(run.events, 'tool.finished').find(end => end.callId === callId),
      );
      expect(ends.map(end => end?.exitCode)).toEqual([1, null, 0]);
    }
    const told = run.requests.map(({ text }) => text);
    expect(told.some(text => text.includes('2 + 3 is -1'))).toBe(true);
    expect(only(run.events, 'message').map(({ text }) => text)).toContain('I run the test first.');

    const { dialect, adapter } = agent();
    expect(run.report).toEqual({
      usage: costOf(run.requests.length, dialect),
      modelRequests: run.requests.length,
      failures: {},
      lastCall: 'answered',
      refused: [],
      unreached: [],
    });
    if (!adapter.capabilities.usage) return;
    const [said, counted] = [totalOf(run.usage), totalOf(run.report.usage)];
    expect(Math.abs(said - counted) / counted).toBeLessThanOrEqual(0.05);
  });

  test('writes a new file', async () => {
    const run = await runAgent(agent(), {
      model: {
        turns: [{ write: { path: 'docs/new.md', text: '# New\n' } }, { say: 'It is written.' }],
      },
    });
    expect(run.finished.status).toBe('ok');
    expect(await readFile(join(run.folder, 'docs/new.md'), 'utf8')).toBe('# New\n');
    expect(only(run.events, 'tool.started').flatMap(({ paths = [] }) => paths)).toEqual([
      'docs/new.md',
    ]);
  });

  test('answers as data where a schema is given', async ({ skip }) => {
    if (!agent().adapter.capabilities.structured) skip('it gives no structured answer');
    const answer = { verdict: 'good', summary: 'It is good.' };
    const run = await runAgent(agent(), {
      request: {
        outputSchema: {
          type: 'object',
          properties: { verdict: { type: 'string' }, summary: { type: 'string' } },
          required: ['verdict', 'summary'],
          additionalProperties: false,
        },
      },
      // Something is said before it: some agents join the two without a space.
      model: { turns: [{ say: 'I looked.', answer }, { say: JSON.stringify(answer) }] },
    });
    expect(run.finished).toMatchObject({ status: 'ok', structured: answer });
  });
}
