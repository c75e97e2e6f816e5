/**
 * Asks for `/health` and sends honest deliveries for some seconds, in a process of its own whose
 * clock nothing else disturbs. It prints how long each took, and how long a bare server in this very
 * process took: what the machine alone makes one wait for.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { nothing, send } from '../rows/webhook.ts';

export type Probed = {
  health: number[];
  deliveries: number[];
  bare: number[];
  refused: number;
};

const [port = '', secret = '', seconds = ''] = process.argv.slice(2);
const probed: Probed = { health: [], deliveries: [], bare: [], refused: 0 };
const until = performance.now() + Number(seconds) * 1_000;

async function askHealth(): Promise<void> {
  while (performance.now() < until) {
    const began = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    await answer?.arrayBuffer();
    if (!answer?.ok) probed.refused += 1;
    probed.health.push(performance.now() - began);
    await sleep(50);
  }
}

async function askBare(): Promise<void> {
  const server = createServer((_request, response) => response.end('{}'));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  while (performance.now() < until) {
    const began = performance.now();
    await (await fetch(`http://127.0.0.1:${port}`)).arrayBuffer();
    probed.bare.push(performance.now() - began);
    await sleep(50);
  }
  server.closeAllConnections();
  server.close();
}

async function deliver(): Promise<void> {
  while (performance.now() < until) {
    const { status, ms } = await send({ port: Number(port), secret }, 'issues', nothing());
    if (status !== 202) probed.refused += 1;
    probed.deliveries.push(ms);
    await sleep(50);
  }
}

await Promise.all([askHealth(), askBare(), deliver()]);
process.stdout.write(JSON.stringify(probed));
