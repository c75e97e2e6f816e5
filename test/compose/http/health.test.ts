import { createServer } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { bind } from '../../../src/compose/http/bind.ts';
import { answerHealth, type Ready } from '../../../src/compose/http/health.ts';
import { askedOf, cedarTraps } from '../../../src/policy/cedar.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function ask(path: string, parts: Ready): Promise<[number, unknown]> {
  const server = createServer((request, response) => void answerHealth(request, response, parts));
  servers.push(server);
  const port = await bind(server, { host: '127.0.0.1', port: 0 });
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return [response.status, await response.json()];
}

it('is not ready where a part fails, says no, or does not answer in time; and lives all the same', async () => {
  const parts = {
    database: () => new Promise<boolean>(() => {}),
    queue: async () => false,
    disk: () => Promise.reject(new Error('full: /srv/secret')),
    rest: async () => true,
  };
  expect(await ask('/ready?x', parts)).toEqual([
    503,
    { ready: false, database: false, queue: false, disk: false, rest: true },
  ]);
  expect(await ask('/health', parts)).toMatchObject([200, { alive: true }]);
});

it('says how often the policy engine was replaced', async () => {
  const before = cedarTraps().count;
  const nested = `permit (principal, action, resource) when { ${'('.repeat(500)}true${')'.repeat(500)} };`;
  expect(askedOf(cedar => cedar.policySetTextToParts(nested))).toHaveProperty('problem');
  const policyEngine = { replaced: before + 1, because: 'memory access out of bounds' };
  expect(await ask('/health', {})).toEqual([200, { alive: true, policyEngine }]);
});

it('a port or an address that can not be had is told in words', async () => {
  const first = createServer();
  servers.push(first);
  const port = await bind(first, { host: '127.0.0.1', port: 0 });
  const failed = (host: string) =>
    bind(createServer(), { host, port }).catch(error => error.message);
  expect(await failed('127.0.0.1')).toBe(
    `Port ${port} on 127.0.0.1 is taken by another process: end that one, or choose another port (PORT=… for serve, METRICS_PORT=… for its metrics, --port … for setup).`,
  );
  expect(await failed('192.0.2.1')).toBe(
    '192.0.2.1 is no address of this machine: set HOST, or METRICS_HOST for metrics, to one such as 127.0.0.1.',
  );
});
