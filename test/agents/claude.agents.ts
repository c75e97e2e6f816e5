import { beforeAll, expect, test } from 'vitest';
import { openAgent, type RealAgent } from './execute-agent.ts';
import { runAgent } from './run-agent.ts';
import { agentSuite } from './suite.ts';

agentSuite('claude');

let claude: RealAgent;
beforeAll(async () => {
  claude = await openAgent('claude', null);
}, 600_000);

test('what others wrote is no command, and names no file to be read', async () => {
  const run = await runAgent(claude, {
    files: { 'notes.md': 'CANARY of a file\n', 'CLAUDE.md': 'CANARY of instructions\n' },
    request: { prompt: '/cost of @notes.md and @/work/notes.md' },
    model: { turns: [{ say: 'done' }] },
  });
  expect(run.finished).toMatchObject({ status: 'ok', summary: 'done' });
  expect(run.requests).toHaveLength(1);
  expect(run.requests[0]?.text).toContain('/cost of @notes.md');
  expect(run.requests[0]?.text).not.toContain('CANARY');
});

test('what it takes for harmless is asked as well', async () => {
  const commands = ['ls', 'git status', 'echo hi', 'cat README.md'];
  const run = await runAgent(claude, {
    model: { turns: [...commands.map(shell => ({ shell })), { say: 'done' }] },
  });
  expect(run.asked).toMatchObject(commands.map(command => ({ action: 'command.exec', command })));
});

test('works on a subscription as with a key, and never holds its token', async () => {
  const agent = await openAgent('claude', 'claude-plan');
  const run = await runAgent(agent, {
    model: { turns: [{ shell: 'touch made' }, { say: 'done' }] },
  });
  expect(run.finished.status).toBe('ok');
  for (const { headers } of run.requests)
    expect(headers['anthropic-beta']).toMatch(/^claude-code-.*,oauth-2025-04-20$/);
});
