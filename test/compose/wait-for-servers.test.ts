/** A start waits for what is away, says so once, and does not wait for what refuses. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { waitForServers } from '../../src/compose/wait-for-servers.ts';
import { secret } from '../../src/config/secret.ts';
import { freePort } from '../cli/environment.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** A Redis that answers each command with this line. */
async function startRedis(port: number, answer: string): Promise<void> {
  const server = createServer(socket => {
    socket.on('error', () => {});
    // Commands may come several in one packet; each begins with a line of its length.
    socket.on('data', chunk =>
      socket.write(answer.repeat([...String(chunk).matchAll(/^\*\d+\r$/gm)].length)),
    );
  });
  open.push(server.listen(port, '127.0.0.1'));
  await once(server, 'listening');
}

function recorder() {
  const lines: string[] = [];
  const heard = Promise.withResolvers<void>();
  const say = (level: string) => (_: object, text: string) => {
    lines.push(`${level}: ${text}`);
    heard.resolve();
  };
  const logger = {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
  };
  return { lines, logger, first: heard.promise };
}

const redisAt = (port: number) => ({
  database: null,
  redis: secret(`redis://:hunter2hunter2@127.0.0.1:${port}`),
});

it('waits quietly after one line, and says when it goes on', async () => {
  const port = await freePort();
  const { lines, logger, first } = recorder();
  const waiting = waitForServers(redisAt(port), logger, 20);
  await first;
  await startRedis(port, '+OK\r\n');
  await waiting;
  expect(lines).toEqual([
    `warn: waiting for Redis at 127.0.0.1:${port}, which REDIS_URL names: connect ECONNREFUSED 127.0.0.1:${port}`,
    `info: Redis at 127.0.0.1:${port} answers`,
  ]);
});

it('does not wait for what answers and refuses: its user says what is wrong', async () => {
  const port = await freePort();
  await startRedis(port, '-WRONGPASS invalid username-password pair\r\n');
  const { lines, logger } = recorder();
  await waitForServers(redisAt(port), logger, 20);
  expect(lines).toEqual([]);
});

it('waits for PostgreSQL by its own setting, and for nothing where nothing is configured', async () => {
  const port = await freePort();
  const { lines, logger, first } = recorder();
  const database = secret(`postgres://u:hunter2hunter2@127.0.0.1:${port}/x`);
  const waiting = waitForServers({ database, redis: null }, logger, 20);
  await first;
  expect(lines).toEqual([
    `warn: waiting for PostgreSQL at 127.0.0.1:${port}, which DATABASE_URL names: connect ECONNREFUSED 127.0.0.1:${port}`,
  ]);
  // It refuses the start-up message as a server does that knows no such user.
  const text = Buffer.from('SFATAL\0C28P01\0Mpassword authentication failed\0\0');
  const size = Buffer.alloc(4);
  size.writeInt32BE(text.length + 4);
  const refusal = Buffer.concat([Buffer.from('E'), size, text]);
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(refusal));
  });
  open.push(server.listen(port, '127.0.0.1'));
  await waiting;
  await waitForServers({ database: null, redis: null }, logger, 20);
  expect(lines.slice(1)).toEqual([`info: PostgreSQL at 127.0.0.1:${port} answers`]);
});
