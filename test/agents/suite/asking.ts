/** What an agent may do is decided before it happens. */
import { access, readdir } from 'node:fs/promises';
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { denied } from '../../../src/core/act.ts';
import { readArgv, readShellLine } from '../../../src/core/shell/read-line.ts';
import type { AgentQuestion } from '../../../src/engine/facts/agent-question.ts';
import { SANDBOX_WORK } from '../../../src/engine/ports/sandbox.ts';
import { only } from '../../contract/agent-adapter.ts';
import { runAgent } from '../run-agent.ts';
import type { Subject } from '../suite.ts';
import { FIX, LIBRARY } from './library.ts';

const WHY = 'Only a maintainer may do that here.';

export function askingCases({ agent, lacks }: Subject): void {
  const why = () => lacks('asking');

  test('asks before each command and change, once, and does what is allowed', async ({ skip }) => {
    skip(why() !== null, why() ?? '');
    const run = await runAgent(agent(), {
      files: LIBRARY,
      model: { turns: [{ shell: 'sh test.sh' }, { edit: FIX }, { say: 'done' }] },
    });
    expect(run.finished.status).toBe('ok');
    expect(run.asked.map(lineOf)).toEqual(['sh test.sh', 'sum.sh']);
    // Each question names the call that it is about, as the journal does.
    const calls = only(run.events, 'tool.started').map(({ callId }) => callId);
    for (const { callId } of run.asked) expect(calls).toContain(callId);
  });

  test.for([
    { what: 'a command', turn: { shell: 'touch made' }, action: 'command.exec' },
    { what: 'a write', turn: { write: { path: 'made', text: 'x\n' } }, action: 'file.write' },
  ])('$what that is denied does not happen, and the agent goes on', async (one, { skip }) => {
    skip(why() !== null, why() ?? '');
    const run = await runAgent(agent(), {
      model: { turns: [one.turn, { say: 'I may not.' }] },
      decide: () => denied(WHY),
    });
    expect(run.asked.map(({ action }) => action)).toEqual([one.action]);
    expect(await readdir(run.folder)).toEqual(['README.md']);
    expect(run.finished.status).toBe('ok');
    expect(only(run.events, 'tool.finished').filter(({ ok }) => ok)).toEqual([]);
    if (lacks('reasons') === null) {
      expect(run.finished.summary).toBe('I may not.');
      expect(run.requests.at(-1)?.text).toContain(WHY);
    }
  });

  test('runs a line for a shell where each part of it is allowed, and no other', async ({
    skip,
  }) => {
    skip(why() !== null, why() ?? '');
    const run = await runAgent(agent(), {
      model: {
        turns: [
          { shell: 'echo one > made && cat made | wc -c > /tmp/size' },
          { shell: 'ls > listed; touch never' },
          { say: 'done' },
        ],
      },
      decide: question =>
        partsOf(question).some(part => part.startsWith('touch'))
          ? denied(WHY)
          : { outcome: 'allow', ruleId: null, reason: '' },
    });
    expect(run.asked.map(partsOf)).toEqual([
      ['echo one', 'cat made', 'wc -c', 'made', '/tmp/size'],
      ['ls', 'touch never', 'listed'],
    ]);
    expect(await readdir(run.folder)).toEqual(['README.md', 'made']);
    expect(run.finished.status).toBe('ok');
  });

  test('writes nothing outside its work tree, asked or not', async () => {
    const outside = ['/etc/evil', '/opt/evil', '/work/../evil'];
    const run = await runAgent(agent(), {
      model: {
        turns: [
          ...outside.map(path => ({ shell: `echo x > ${path}` })),
          { write: { path: '/etc/evil', text: 'x\n' } },
          { say: 'It was refused.' },
        ],
      },
      // Policy refuses every path that leaves the work tree; commands are the sandbox's to confine.
      decide: question =>
        question.action === 'file.write' && lineOf(question).startsWith('/')
          ? denied(WHY)
          : { outcome: 'allow', ruleId: null, reason: '' },
    });
    expect(run.finished.status).toBe('ok');
    for (const path of outside) await expect(access(path)).rejects.toThrow('ENOENT');
    expect(run.requests.at(-1)?.text).toContain('Read-only file system');
    expect(await readdir(run.folder)).toEqual(['README.md']);
  });
}

/** The commands of the line, and the files that it writes. */
function partsOf(question: AgentQuestion): string[] {
  if (question.action !== 'command.exec') return [];
  const { command } = question;
  const read = Array.isArray(command) ? readArgv(command) : readShellLine(command);
  const parts = read.ok ? read.parts : [];
  return parts.map(part => (part.kind === 'write' ? part.path : part.argv.join(' ')));
}

/** The command, or the path from the work tree's root. */
function lineOf(question: AgentQuestion): string {
  if (question.action === 'command.exec')
    return [question.command]
      .flat()
      .join(' ')
      .replace(/^.*\bsh -l?c /, '')
      .replace(/^'(.*)'$/, '$1');
  if (question.action !== 'file.write') return question.action;
  const path = posix.resolve(SANDBOX_WORK, question.path);
  return path.startsWith(`${SANDBOX_WORK}/`) ? path.slice(SANDBOX_WORK.length + 1) : path;
}
