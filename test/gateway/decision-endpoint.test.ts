/** The decision endpoint: on any error the answer is a denial. */
import { expect, test } from 'vitest';
import { GATEWAY_ORIGIN } from '../../src/engine/ports/sandbox.ts';
import { ask, openGateway } from './start-gateway.ts';

const ALLOW = { outcome: 'allow' as const, ruleId: 'exec-broadly', reason: 'It may.' };
const question = { action: 'file.write', path: 'src/a.js' };
const said = (answer: { text: string }) => JSON.parse(answer.text);

test('passes the question on unchanged, and returns the answer', async () => {
  const asked: unknown[] = [];
  const open = await openGateway({
    decide: async question => {
      asked.push(question);
      return ALLOW;
    },
  });
  const answer = await ask(open, '/decide', { body: question });
  expect(answer.status).toBe(200);
  expect(said(answer)).toEqual(ALLOW);
  expect(said(await ask(open, `${GATEWAY_ORIGIN}/decide`, { body: question }))).toEqual(ALLOW);
  expect(asked).toEqual([question, question]);
  expect(open.report().refused).toEqual([]);
});

test('a run that decides nothing is denied', async () => {
  const answer = await ask(await openGateway({}), '/decide', { body: question });
  expect(answer.status).toBe(403);
  expect(said(answer)).toMatchObject({
    outcome: 'deny',
    reason: expect.stringMatching(/runs one command/),
  });
});

test.each([
  ['no JSON', { body: 'curl' }, 400],
  ['a list', { body: '[]' }, 400],
  ['a method without a body', { method: 'GET' }, 405],
  ['a compressed body', { body: '{}', headers: { 'content-encoding': 'gzip' } }, 400],
])('%s is denied before anybody is asked', async (_, options, status) => {
  const open = await openGateway({
    decide: async () => {
      throw new Error('asked all the same');
    },
  });
  const answer = await ask(open, '/decide', options);
  expect(answer.status).toBe(status);
  expect(said(answer).outcome).toBe('deny');
});

test('an error while deciding is a denial that tells nothing of it', async () => {
  const open = await openGateway({
    decide: async () => {
      throw new Error('the password is hunter2');
    },
  });
  const answer = await ask(open, '/decide', { body: question });
  expect(answer.status).toBe(500);
  expect(said(answer).outcome).toBe('deny');
  expect(answer.text).not.toContain('hunter2');
});

test('once the run is over nobody answers', async () => {
  const open = await openGateway({ decide: async () => ALLOW });
  await open.close();
  await expect(ask(open, '/decide', { body: question })).rejects.toThrow(/ENOENT|ECONNREFUSED/);
});
