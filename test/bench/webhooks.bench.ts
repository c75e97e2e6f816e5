/**
 * Measures webhooks: how fast a delivery is stored and acknowledged, beside Probot, which stores
 * nothing; and how much memory a huge unsigned body uses.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { compared, type Figure, valued } from '../figures/figures.ts';
import { type Child, startChild } from './child.ts';
import { alternate, median } from './rounds.ts';
import type { Load, Loaded } from './webhooks/load.ts';

export const name = 'webhooks';

const PATH = '/api/github/webhooks';
const folder = join(import.meta.dirname, 'webhooks');
const ROUNDS = 5;

export async function measure(): Promise<Figure[]> {
  const load = startChild(join(folder, 'load.ts'));
  const gatehouse = startChild(join(folder, 'gatehouse.ts'));
  const probot = startChild(join(folder, 'probot.ts'));
  const port = await gatehouse.ask<number>('start');
  const plainPort = await probot.ask<number>('start');
  const send = (to: number, requests: number) =>
    load.ask<Loaded>({ port: to, path: PATH, connections: 20, requests } satisfies Load);

  const latencies = { ours: [] as number[], plain: [] as number[] };
  const { ours, plain } = await alternate(
    ROUNDS,
    async () => {
      const { perSecond, p99 } = await send(port, 8_000);
      latencies.ours.push(p99);
      return perSecond;
    },
    async () => {
      const { perSecond, p99 } = await send(plainPort, 16_000);
      latencies.plain.push(p99);
      return perSecond;
    },
  );
  const grown = await memoryOf(gatehouse, port);
  for (const child of [load, probot, gatehouse]) await child.stop();
  return [
    compared(
      'durable acknowledgements, 5 KB, 20 connections',
      { value: ours, unit: '/s', baseline: plain },
      { least: 0.5 },
    ),
    compared(
      'their 99th percentile',
      {
        value: median(latencies.ours.slice(1)),
        unit: 'ms',
        baseline: median(latencies.plain.slice(1)),
      },
      { most: 4 },
    ),
    ...grown.map(({ how, bytes }) =>
      valued(`resident memory that 300 MB add, ${how}`, bytes / 1e6, 'MB', { most: 50 }),
    ),
  ];
}

/** A body that no real sender has. */
const HUGE = [
  { how: 'no signature', head: ['content-length: 300000000'] },
  { how: 'a wrong signature', head: [wrong(), 'content-length: 300000000'] },
  { how: 'a wrong signature, no length', head: [wrong(), 'transfer-encoding: chunked'] },
];

async function memoryOf({ pid }: Child, port: number) {
  const grown: { how: string; bytes: number }[] = [];
  for (const { how, head } of HUGE) {
    // This resets the kernel's high-water mark to the memory that is resident now.
    await writeFile(`/proc/${pid}/clear_refs`, '5');
    const before = await residentPeak(pid);
    await flood(port, head);
    grown.push({ how, bytes: (await residentPeak(pid)) - before });
  }
  return grown;
}

/** Sends 300 MB, or as much as is accepted, and waits for the connection's end. */
async function flood(port: number, head: string[]): Promise<void> {
  const chunked = head.some(line => line.includes('chunked'));
  const chunk = Buffer.alloc(1_000_000, 0x20);
  const framed = chunked
    ? Buffer.concat([Buffer.from('f4240\r\n'), chunk, Buffer.from('\r\n')])
    : chunk;
  const socket = connect({ port, host: '127.0.0.1' });
  const gone = new Promise<void>(done => {
    socket.on('error', () => {}).once('close', () => done());
  });
  socket.resume();
  const common = ['content-type: application/json', 'x-github-event: issues'];
  const guid = 'x-github-delivery: 01234567-89ab-cdef-0123-456789abcdef';
  const lines = [`POST ${PATH} HTTP/1.1`, 'host: 127.0.0.1', ...common, guid, ...head];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  for (let sent = 0; sent < 300 && !socket.destroyed; sent += 1)
    if (!socket.write(framed))
      await Promise.race([gone, new Promise(drained => socket.once('drain', drained))]);
  socket.end(chunked ? '0\r\n\r\n' : '');
  await gone;
}

function wrong(): string {
  return `x-hub-signature-256: sha256=${'0'.repeat(64)}`;
}

async function residentPeak(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}
