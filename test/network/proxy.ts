/**
 * A forward proxy on loopback, for CONNECT and plain http. It knows the names of a network that no
 * resolver knows: whatever reaches them has come through it.
 */
import { createServer, type IncomingMessage, request as requestHttp } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export const CREDENTIAL = { user: 'gate', password: 'through the p@oxy' };

export type LoopbackProxy = {
  url: string;
  /** What was asked of it: `CONNECT name:port`, or the method and the URL. */
  asked: string[];
  close(): Promise<void>;
};

const REFUSED =
  'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="proxy"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';

/** `names`: where each name is, as a port of this machine. */
export async function startProxy(
  names: (name: string) => number | undefined,
): Promise<LoopbackProxy> {
  const asked: string[] = [];
  const wanted = `Basic ${Buffer.from(`${CREDENTIAL.user}:${CREDENTIAL.password}`).toString('base64')}`;
  const isAllowed = (request: IncomingMessage) => request.headers['proxy-authorization'] === wanted;
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '');
    const port = url && names(url.hostname);
    if (!isAllowed(request) || !url || port === undefined)
      return void response.writeHead(407).end();
    asked.push(`${request.method} ${url}`);
    const { method, headers } = request;
    const path = url.pathname + url.search;
    const to = { host: '127.0.0.1', port, method, path, headers, agent: false };
    const passed = requestHttp(to, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  const sockets = new Set<Socket>();
  server.on('connect', (request, client: Socket) => {
    const [name = '', port] = (request.url ?? '').split(':');
    const target = names(name);
    if (!isAllowed(request)) return client.end(REFUSED);
    if (target === undefined) return client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    asked.push(`CONNECT ${name}:${port}`);
    const upstream = connect(target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client);
      client.pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {
        client.destroy();
        upstream.destroy();
      });
      socket.on('close', () => sockets.delete(socket));
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { user, password } = CREDENTIAL;
  return {
    url: `http://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
