/** What a run asks for keeps a rate, and calls in the operator's name one of their own. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { createRequestLimit } from '../../src/gateway/request-limit.ts';

const BURST = 1_500;
const BEYOND = 30;
/** What comes after the burst takes its turn at 300 a second; a timer may be early by one millisecond. */
const LEAST_MS = (BEYOND / 300) * 1_000 - BEYOND;

test('tunnels wait for their turn', async () => {
  const limit = createRequestLimit();
  const began = performance.now();
  for (let asked = 0; asked < BURST + BEYOND; asked += 1)
    expect(await limit.admitTunnel(new PassThrough())).toBe(true);
  expect(performance.now() - began).toBeGreaterThanOrEqual(LEAST_MS);
});

test('where as many wait as may, the next is cut, and new connections for a moment as well', async () => {
  const limit = createRequestLimit();
  const waiting = Array.from({ length: 300 }, () => limit.admitTunnel(new PassThrough()));
  const cut = new PassThrough();
  expect(await limit.admitTunnel(cut)).toBe(false);
  expect([cut.destroyed, limit.isCutOff()]).toEqual([true, true]);
  expect(await Promise.all(waiting)).toEqual(Array(300).fill(true));
});

test('whoever left meanwhile gets none', async () => {
  const limit = createRequestLimit();
  const client = new PassThrough();
  const admitted = limit.admitTunnel(client);
  client.destroy();
  expect(await admitted).toBe(false);
});

/** A request that was admitted, and is not answered yet. */
function answering(): ServerResponse {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  onTestFinished(() => void response.destroy());
  return response;
}

test('calls in the name of the operator have a rate of their own, which holds nothing else back', async () => {
  const limit = createRequestLimit();
  const began = performance.now();
  for (let asked = 0; asked < 103; asked += 1)
    expect(await limit.admitCall(answering())).toBe(true);
  // Three beyond the burst, at 10 a second.
  expect(performance.now() - began).toBeGreaterThanOrEqual(290);
  const left = answering();
  const admitted = limit.admitCall(left);
  left.destroy();
  expect(await limit.admitTunnel(new PassThrough())).toBe(true);
  expect(await admitted).toBe(false);
});
