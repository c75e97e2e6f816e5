/** What a journal has of a question, before secrets are taken out of it. */
import { expect, it } from 'vitest';
import type { AgentQuestion } from '../../../src/engine/facts/agent-question.ts';
import { lineOf } from '../../../src/engine/facts/agent-question.ts';

const run = (command: string): AgentQuestion => ({ action: 'command.exec', command });

it('has a command of a usual length whole', () => {
  expect(lineOf(run('npm test'))).toBe('npm test');
});

it('ends before the word in which a long command would be cut, which may be half a secret', () => {
  const words = `git push '${'word '.repeat(95)}`;
  expect(words).toHaveLength(485);
  const secret = [...'db-0a1b2c3d4e']
    .map(each => `\\u00${each.charCodeAt(0).toString(16)}`)
    .join('');
  expect(lineOf(run(`${words}${secret}'`))).toBe(words);
});
