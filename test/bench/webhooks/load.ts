/** The load, in a process of its own: it builds requests, then sends them as fast as possible. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { answerWith } from '../child.ts';
import { percentile } from '../rounds.ts';
import { payload, request } from './payload.ts';

export type Load = { port: number; path: string; connections: number; requests: number };
export type Loaded = { perSecond: number; p99: number };

answerWith<Load>(async ({ port, path, connections, requests }) => {
  const waiting = Array.from({ length: requests }, (_, index) => request(path, payload(index)));
  const latencies: number[] = [];
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, () => sendAll(port, waiting, latencies)));
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: requests / seconds, p99: percentile(latencies, 0.99) } satisfies Loaded;
});

/** One connection, on which a request is sent once the one before was answered. */
async function sendAll(port: number, waiting: Buffer[], latencies: number[]): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  await new Promise<void>((done, failed) => {
    let sent = 0;
    let answer = '';
    const next = () => {
      const one = waiting.pop();
      if (!one) return done();
      sent = performance.now();
      socket.write(one);
    };
    socket.on('data', chunk => {
      answer += chunk.toString('latin1');
      if (!isWhole(answer)) return;
      if (!/^HTTP\/1\.1 20[02] /.test(answer)) return failed(new Error(`answered: ${answer}`));
      answer = '';
      latencies.push(performance.now() - sent);
      next();
    });
    socket.on('error', failed);
    socket.on('close', () => failed(new Error('the server closed the connection')));
    next();
  });
  socket.destroy();
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /^content-length: (\d+)/im.exec(answer.slice(0, end))?.[1];
  if (length !== undefined) return answer.length >= end + 4 + Number(length);
  return answer.endsWith('0\r\n\r\n');
}
