/** A start waits for what is away, says so once, and does not wait for what refuses. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { waitForServers } from '../../../src/compose/stores/wait-for-servers.ts';
import { secret } from '../../../src/config/secret.ts';
import { freePort } from '../../cli/environment.ts';

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

it.each([
  ['-WRONGPASS invalid username-password pair', 'Correct the user or the password in REDIS_URL.'],
  ['-NOAUTH Authentication required.', 'REDIS_URL needs a password'],
  ["-READONLY You can't write against a read only replica.", 'Name the primary in REDIS_URL.'],
  ["-MISCONF Redis is configured to save RDB snapshots, but it's unable to", 'Make room for it.'],
  ["-NOPERM User x has no permissions to run the 'set' command", 'gatehouse:'],
  ['-MOVED 3999 127.0.0.1:6381', 'name a single server'],
  ['HTTP/1.1 400 Bad Request', 'Is it a Redis?'],
  ['+redis_version:5.0.14', 'it is Redis 5.0, and 6.2 or newer is needed'],
])('does not wait for a Redis that answers and refuses: %s', async (answer, words) => {
  const port = await freePort();
  await startRedis(port, `${answer}\r\n`);
  const { lines, logger } = recorder();
  const refused = await waitForServers(redisAt(port), logger, 20).catch((error: Error) => error);
  expect(lines).toEqual([]);
  const message = refused instanceof Error ? refused.message : '';
  expect(message).toContain(words);
  expect(message.split('\n')).toEqual([
    expect.stringMatching(/^Redis at 127\.0\.0\.1:\d+, which REDIS_URL names, can't be used: /),
  ]);
});

it('waits for a Redis that reads its keys, or has lost the primary of it', async () => {
  for (const answer of ['-LOADING Redis is loading', '-MASTERDOWN Link with MASTER is down']) {
    const port = await freePort();
    await startRedis(port, `${answer}\r\n`);
    const { lines, logger, first } = recorder();
    void waitForServers(redisAt(port), logger, 3_600_000);
    await first;
    expect(lines).toEqual([expect.stringContaining('warn: waiting for Redis')]);
  }
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
