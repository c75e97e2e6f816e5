/**
 * The gateway: a unix socket for each run, which is the only way out of its sandbox. It forwards
 * model requests, proxies to granted hosts, and answers questions about what the agent may do.
 */
import { AsyncResource } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { NO_USAGE } from '../core/agent-event.ts';
import type {
  Gateway,
  GatewayReport,
  GatewaySpec,
  ModelRoute,
  OpenGateway,
  RecordedRoute,
  Unreached,
} from '../engine/ports/gateway.ts';
import type { Logger } from '../engine/ports/logger.ts';
import { GATEWAY_ORIGIN } from '../engine/ports/sandbox.ts';
import { createAgentHosts } from './agent-hosts.ts';
import { leaveUnread, TOLD_WITHOUT_HOST, tellExpectations } from './cut-connection.ts';
import { answerDecision, DECIDE_PATH } from './decision-endpoint.ts';
import { parseGrants } from './grants.ts';
import { answerMcp, MCP_PATH } from './mcp-endpoint.ts';
import { createModelEndpoint } from './model-endpoint.ts';
import { NO_PROXY, type ProxySettings } from './outer-proxy.ts';
import { forward, tunnel } from './proxy.ts';
import { createReadJsonBody } from './read-json-body.ts';
import { createRecordedModel } from './recorded-model.ts';
import { readRegistry } from './registry.ts';
import { createReported } from './reported.ts';
import { createRequestLimit } from './request-limit.ts';

/** The longest path of a socket; the kernel's limit is 107 bytes. */
const MAX_SOCKET_PATH = 100;
const MAX_HEADERS = 32 * 1024;
const MAX_CONNECTIONS = 256;
/** Characters of a reason. */
const LONGEST = 200;
const MORE_REFUSED = 'more were refused and are not named here';
/** A body that is sent for longer holds memory for nothing: what is asked is on this machine. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
};
/** A folder younger than this may not have its socket yet. */
const YOUNG_MS = 30_000;

export async function createGateway(options: {
  stateDir: string;
  outer?: ProxySettings;
  log?: Pick<Logger, 'info'>;
}): Promise<Gateway> {
  const root = join(options.stateDir, 'gw');
  await mkdir(root, { recursive: true, mode: 0o700 });
  await removeDeadFolders(root);
  return {
    open: spec => openGateway(root, spec, options.outer ?? NO_PROXY, options.log),
    reap: run => rm(folderPath(root, run), { recursive: true, force: true }),
  };
}

const folderPath = (root: string, run: string): string =>
  join(root, createHash('sha256').update(run).digest('hex').slice(0, 16));

async function openGateway(
  root: string,
  spec: GatewaySpec,
  outer: ProxySettings,
  log?: Pick<Logger, 'info'>,
): Promise<OpenGateway> {
  const folder = folderPath(root, spec.run);
  const path = join(folder, 'gw.sock');
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH)
    throw new Error(
      `the state folder's path is too long for a socket: ${path} exceeds ${MAX_SOCKET_PATH} bytes; choose a shorter one`,
    );

  // Each request is an event of its own: what is logged of it belongs to whoever opened the gateway.
  const say = AsyncResource.bind((fields: object, message: string) =>
    log?.info({ sandbox: spec.run, ...fields }, message),
  );
  const refused = createReported<string>({
    tell: (what, reason) => say({ refused: what, reason }, 'gateway refused'),
    tellMore: () => say({}, 'gateway refused more, which are not named'),
  });
  const refuse = (what: string, reason: string) => refused.add(what, reason.slice(0, LONGEST));
  const unreached = createReported<Unreached>({
    tell: (destination, { reason }) =>
      say({ unreached: destination, reason }, 'gateway did not reach'),
    tellMore: () => say({}, 'gateway did not reach more, which are not named'),
  });
  const missed = (one: Unreached) =>
    unreached.add(one.destination, { ...one, reason: one.reason.slice(0, LONGEST) });
  const failed = createReported<null>({
    tell: error => say({ error }, 'gateway request failed'),
    tellMore: () => say({}, 'gateway requests failed by more errors, which are not named'),
  });
  const readBody = createReadJsonBody();
  const limit = createRequestLimit();
  const proxy = {
    grants: parseGrants(spec.hosts),
    hosts: spec.mayConnect && createAgentHosts(spec.mayConnect),
    outer,
    refuse,
    missed,
  };
  const { budget, record, background, called } = spec;
  const { admitCall } = limit;
  const endpointOf = (route: ModelRoute | RecordedRoute) =>
    'playback' in route
      ? createRecordedModel(route, readBody)
      : createModelEndpoint(route, { budget, record, background, called, readBody, admitCall });
  const model = spec.model && endpointOf(spec.model);

  /** Connections that a client opened to a registry by CONNECT, as it would to any https host. */
  const toRegistry = new WeakMap<Duplex, string>();
  const { registries } = spec;
  const names = new Set(registries.map(({ name }) => name));
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    if (!(await limit.admit(request, response))) return;
    const url = request.url ?? '/';
    const opened = toRegistry.get(request.socket);
    if (opened) {
      const asked = URL.parse(url, `http://${opened}`);
      if (!asked || asked.hostname !== opened)
        return void response.writeHead(400).end('Gatehouse: not a URL of the registry.\n');
      return readRegistry(request, response, asked, { registries, refuse, missed });
    }
    if (!url.startsWith('/')) {
      const absolute = URL.parse(url);
      if (!absolute) return void response.writeHead(400).end('Gatehouse: not a URL.\n');
      if (names.has(absolute.host))
        return readRegistry(request, response, absolute, { registries, refuse, missed });
      if (absolute.origin !== GATEWAY_ORIGIN) return forward(request, response, absolute, proxy);
      request.url = absolute.pathname + absolute.search;
    }
    if (request.url === DECIDE_PATH)
      return answerDecision(request, response, { decide: spec.decide, readBody });
    if (request.url?.startsWith(MCP_PATH)) {
      const { mcp: servers, decide } = spec;
      const needs = { servers, decide, record, readBody, admitCall, refuse };
      return answerMcp(request, response, needs);
    }
    if (model) return model.handle(request, response, refuse);
    refuse(`${request.method} ${url}`, 'this run may call no model');
    response.writeHead(403).end('Gatehouse: this run may call no model.\n');
  };

  const options = { maxHeaderSize: MAX_HEADERS, ...TIMEOUTS, ...TOLD_WITHOUT_HOST };
  const server = createServer(options, (request, response) => {
    response.on('error', () => response.destroy());
    leaveUnread(request, response);
    handle(request, response).catch(error => {
      failed.add(String(error), null);
      response.destroy();
    });
  });
  tellExpectations(server);
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connection', (socket: Socket) => {
    if (limit.isCutOff()) socket.destroy();
  });
  server.keepAliveTimeout = 60_000;
  const tunnels = new Set<Duplex>();
  const open = async (request: IncomingMessage, client: Duplex, head: Buffer) => {
    // A tunnel within a tunnel, and so on, would be kept for as long as the connection.
    if (toRegistry.has(client)) return void client.destroy();
    if (!(await limit.admitTunnel(client))) return;
    const name = request.url?.replace(/:80$/, '');
    if (name !== undefined && name !== request.url && names.has(name)) {
      toRegistry.set(client, name);
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.unshift(head);
      return void server.emit('connection', client);
    }
    await tunnel(request, client, head, proxy);
  };
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    tunnels.add(client);
    client.once('close', () => tunnels.delete(client));
    client.on('error', () => client.destroy());
    open(request, client, head).catch(() => client.destroy());
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
  });

  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });

  const report = (): GatewayReport => {
    const spent = model?.spent();
    return {
      usage: spent?.usage ?? { ...NO_USAGE },
      modelRequests: spent?.requests ?? 0,
      failures: spent?.failures ?? {},
      lastCall: spent?.lastCall ?? null,
      refused: [
        ...refused.listed().map(([what, reason]) => `${what}: ${reason}`),
        ...(refused.hasMore() ? [MORE_REFUSED] : []),
      ],
      unreached: unreached.listed().map(([, one]) => one),
    };
  };

  return {
    folder,
    report,
    async close() {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      for (const client of tunnels) client.destroy();
      await closed;
      await rm(folder, { recursive: true, force: true });
      return report();
    },
  };
}

/** Removes the folders of processes that were killed, on whose sockets nothing answers any more. */
async function removeDeadFolders(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    // Its process may end the run meanwhile, and remove the folder itself.
    const found = await stat(join(root, name)).catch(() => null);
    if (found === null || Date.now() - found.mtimeMs < YOUNG_MS) continue;
    if (await isDead(join(root, name, 'gw.sock')))
      await rm(join(root, name), { recursive: true, force: true });
  }
}

/** Nobody listens there, or there is no socket. */
const DEAD = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTDIR']);

/** A gateway that is too busy to answer (EAGAIN), or that this process can't reach, may be alive. */
const isDead = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', error => resolve('code' in error && DEAD.has(String(error.code))));
  });
