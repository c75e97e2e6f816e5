import { expect, it } from 'vitest';
import { listen } from '../../../src/compose/http/listen.ts';
import { secret } from '../../../src/config/secret.ts';

it('says that it can’t answer now where the database is away, and that it failed where anything else is wrong', async () => {
  const failures = [
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    new Error('timeout exceeded when trying to connect'),
    new TypeError('a mistake of ours'),
  ];
  // Nothing else is asked of it before the calls of other systems are.
  const needs = {
    taskHook: () => Promise.reject(failures.shift()),
    logger: { error: () => {}, warn: () => {} },
  } as unknown as Parameters<typeof listen>[1];
  const config = {
    github: { webhookSecret: secret('s'.repeat(16)) },
    listen: { host: '127.0.0.1', port: 0 },
  } as Parameters<typeof listen>[0];
  const { url, close } = await listen(config, needs);
  const ask = async () => {
    const answer = await fetch(`${url}/hooks/tasks/1`);
    const { code } = (await answer.json()) as { code: string };
    return [answer.status, code, answer.headers.get('retry-after')];
  };
  expect(await ask()).toEqual([503, 'unavailable', '10']);
  expect(await ask()).toEqual([503, 'unavailable', '10']);
  expect(await ask()).toEqual([500, 'internal', null]);
  await close();
});
