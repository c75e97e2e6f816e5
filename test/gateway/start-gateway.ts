/** Starts a gateway for tests, and sends requests to its unix socket as a process inside would. */
import { mkdtemp, rm } from 'node:fs/promises';
import { type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { GatewaySpec, OpenGateway } from '../../src/engine/ports/gateway.ts';
import type { Logger } from '../../src/engine/ports/logger.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import type { ProxySettings } from '../../src/gateway/outer-proxy.ts';

export async function openGateway(
  spec: Partial<GatewaySpec>,
  options: { log?: Pick<Logger, 'info'>; outer?: ProxySettings } = {},
): Promise<OpenGateway> {
  const stateDir = await mkdtemp(join(tmpdir(), 'gw-'));
  const gateway = await createGateway({ stateDir, ...options });
  const open = await gateway.open({
    run: 'run-1',
    model: null,
    record: null,
    background: null,
    called: null,
    hosts: [],
    mayConnect: null,
    registries: [],
    mcp: [],
    budget: null,
    decide: null,
    ...spec,
  });
  onTestFinished(async () => {
    await open.close();
    await rm(stateDir, { recursive: true, force: true });
  });
  return open;
}

export type Answer = { status: number; headers: IncomingHttpHeaders; text: string; cut: boolean };

export function ask(
  open: OpenGateway,
  path: string,
  options: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({
      socketPath: join(open.folder, 'gw.sock'),
      path,
      method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
      headers: options.headers ?? {},
      agent: false,
    });
    sent.on('error', reject);
    sent.on('response', response => {
      let text = '';
      const done = (cut: boolean) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, cut });
      response.setEncoding('utf8');
      response.on('data', chunk => {
        text += chunk;
      });
      response.on('end', () => done(false));
      response.on('error', () => done(true));
    });
    sent.end(options.body === undefined ? undefined : bodyOf(options.body));
  });
}

/** A model request that the test itself ends, or leaves. */
export const post = (open: OpenGateway): ClientRequest =>
  request({
    socketPath: join(open.folder, 'gw.sock'),
    path: '/v1/responses',
    method: 'POST',
    agent: false,
  });

const bodyOf = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body));

/** Sends bytes unchanged, and returns everything that is received until the end. */
export function raw(open: OpenGateway, bytes: string, then = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(join(open.folder, 'gw.sock'));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', chunk => {
      if (text === '' && then !== '') socket.end(then);
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });
}
