/** Serves repositories of ours to git on this machine, read-only, to whoever has the token. */
import { spawn } from 'node:child_process';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';

export type GitServer = {
  url(id: number): string;
  token: string;
  close(): Promise<void>;
};

/** `pathOf`: the bare repository of an id; undefined: there is none. */
export async function serveGit(pathOf: (id: number) => string | undefined): Promise<GitServer> {
  const token = randomBytes(24).toString('hex');
  const wanted = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const server = createServer((request, response) => {
    const end = (status: number) => response.writeHead(status).end();
    if (!isSame(request.headers.authorization ?? '', wanted)) return end(401);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const [, id, what] = /^\/(\d{1,16})\.git\/(info\/refs|git-upload-pack)$/.exec(pathname) ?? [];
    const path = id === undefined ? undefined : pathOf(Number(id));
    if (path === undefined) return end(404);
    if (what === 'info/refs' && request.method === 'GET') {
      // The older protocol, and whoever wants to push.
      if (searchParams.get('service') !== 'git-upload-pack') return end(403);
      response.setHeader('content-type', 'application/x-git-upload-pack-advertisement');
      response.write('001e# service=git-upload-pack\n0000');
      return uploadPack(['--http-backend-info-refs'], path, request, response);
    }
    if (what !== 'git-upload-pack' || request.method !== 'POST') return end(405);
    response.setHeader('content-type', 'application/x-git-upload-pack-result');
    uploadPack([], path, request, response);
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('git could not be served');
  return {
    url: id => `http://127.0.0.1:${address.port}/${id}.git`,
    token,
    async close() {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
}

function uploadPack(
  args: string[],
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const protocol = request.headers['git-protocol'];
  const child = spawn('git', ['upload-pack', '--strict', '--stateless-rpc', ...args, path], {
    env: {
      PATH: process.env.PATH ?? '',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      ...(typeof protocol === 'string' ? { GIT_PROTOCOL: protocol } : {}),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.once('error', () => response.destroy());
  response.once('close', () => child.kill());
  const isPacked = request.headers['content-encoding'] === 'gzip';
  const body = isPacked ? request.pipe(createGunzip()) : request;
  body.once('error', () => child.kill());
  // Git may have ended before it has read all of it.
  child.stdin.on('error', () => {});
  body.pipe(child.stdin);
  child.stdout.pipe(response);
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
