/**
 * A port that stays free while nothing listens on it: the system never assigns it by itself, and this process
 * gives it to nobody else.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';

const FROM = 12_000;
const PORTS = 18_000;

const given = new Set<number>();

export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = FROM + Math.floor(Math.random() * PORTS);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const heard = new Promise<boolean>(done => {
    server.once('error', () => done(false)).once('listening', () => done(true));
  });
  server.listen(port, '127.0.0.1');
  const free = await heard;
  if (!free) return false;
  server.close();
  await once(server, 'close');
  return true;
}
