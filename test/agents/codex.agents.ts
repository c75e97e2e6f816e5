/** What the pinned Codex does besides what every agent shows: it asks about everything. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { denied } from '../../src/core/act.ts';
import { only } from '../contract/agent-adapter.ts';
import { generateProtocol, PROTOCOL } from './codex-protocol.ts';
import { openAgent } from './execute-agent.ts';
import { runAgent } from './run-agent.ts';
import { agentSuite } from './suite.ts';

agentSuite('codex');

const HARMLESS = [
  ...['ls', 'pwd', 'true', 'cat README.md', 'head README.md', 'wc -l README.md', 'git status'],
  ...['sed -n 1,2p README.md', 'find .', 'echo hi', 'ls && pwd', 'cat README.md | head'],
];

test('asks before commands that Codex takes for harmless, and before every way to change a file', async () => {
  const agent = await openAgent('codex', null);
  const run = await runAgent(agent, {
    files: { 'a.txt': 'a\n' },
    model: {
      turns: [
        ...HARMLESS.map(shell => ({ shell })),
        {
          shell:
            "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: by-shell\n+x\n*** End Patch\nEOF",
        },
        {
          patch:
            '*** Begin Patch\n*** Update File: a.txt\n*** Move to: sub/b.txt\n@@\n-a\n+b\n*** End Patch',
        },
        { shell: 'touch made' },
        { say: 'done' },
      ],
    },
  });
  expect(run.finished.status).toBe('ok');
  const asked = run.asked.map(question =>
    question.action === 'command.exec'
      ? [question.command]
          .flat()
          .join(' ')
          .replace(/^\S+ -lc '?|'$/g, '')
      : 'path' in question && question.path,
  );
  expect(asked).toEqual([...HARMLESS, 'by-shell', 'a.txt', 'sub/b.txt', 'touch made']);
});

test('gives no terminal, whose input nobody would be asked about', async () => {
  const agent = await openAgent('codex', null);
  const exec = (command: object) => ({ call: { name: 'exec_command', arguments: command } });
  const run = await runAgent(agent, {
    model: {
      turns: [
        exec({ cmd: 'sh', tty: true, yield_time_ms: 500 }),
        // Without one, a process reads the end of its input at once.
        exec({ cmd: 'read line || echo no input', yield_time_ms: 500 }),
        exec({ cmd: 'touch escalated', sandbox_permissions: 'require_escalated' }),
        { say: 'done' },
      ],
    },
    decide: ({ action, ...asked }) =>
      action === 'command.exec' && JSON.stringify(asked).includes('escalated')
        ? denied('No.')
        : { outcome: 'allow', ruleId: null, reason: '' },
  });
  expect(run.finished.status).toBe('ok');
  expect(run.asked).toHaveLength(2);
  expect(only(run.events, 'tool.denied')).toMatchObject([
    { by: 'mode', reason: expect.stringContaining('TTY') },
  ]);
  expect(run.requests.at(-1)?.text).toContain('no input');
});

test("works on a ChatGPT plan's API as on the other one", async () => {
  const agent = await openAgent('codex', 'chatgpt');
  const run = await runAgent(agent, {
    model: { turns: [{ shell: 'touch made' }, { say: 'done' }] },
  });
  expect(run.finished.status).toBe('ok');
  expect(new Set(run.requests.map(({ path }) => path))).toEqual(
    new Set(['/backend-api/codex/responses']),
  );
});

test('speaks the protocol whose types are kept', async () => {
  await openAgent('codex', null);
  expect(await generateProtocol()).toBe(await readFile(PROTOCOL, 'utf8'));
});
