/**
 * Small registries on loopback in place of the public ones. Each holds one package, `answer` 1.0.0,
 * that says 42, and refuses whoever does not carry the credential.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cratesIndex } from './cargo.ts';
import { composerRepository } from './composer.ts';
import { gemIndex } from './gems.ts';
import { goProxy } from './go.ts';
import { mavenRepository } from './maven.ts';
import { npmRegistry, scopedRegistry } from './npm.ts';
import { pythonIndex } from './python.ts';

export const CREDENTIAL = 'reader:a-registry-password';

/** What is served, by path. `origin`: where; `folder`: an empty one to build packages in. */
export type Served = Record<string, string | Buffer>;
export type Registry = (origin: string, folder: string) => Promise<Served>;

const REGISTRIES: Record<string, Registry> = {
  npm: npmRegistry,
  '@private': scopedRegistry,
  pypi: pythonIndex,
  go: goProxy,
  cargo: cratesIndex,
  maven: mavenRepository,
  rubygems: gemIndex,
  packagist: composerRepository,
};

export type Registries = {
  origin: string;
  /** Method and path of each request that carried the credential. */
  read: string[];
  /** Builds the packages of an ecosystem and serves them from then on. */
  serve(ecosystem: string): Promise<void>;
  close(): Promise<void>;
};

export async function startRegistries(folderOf: () => Promise<string>): Promise<Registries> {
  const read: string[] = [];
  const served = new Map<string, string | Buffer>();
  const wanted = `Basic ${Buffer.from(CREDENTIAL).toString('base64')}`;
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').replace(/\?.*/, ''));
    if (request.headers.authorization !== wanted)
      return void response.writeHead(401).end('who are you?');
    read.push(`${request.method} ${path}`);
    const content = served.get(path);
    if (content === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': typeOf(path, content) }).end(content);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    read,
    async serve(ecosystem) {
      const files = await REGISTRIES[ecosystem]?.(origin, await folderOf());
      for (const [path, content] of Object.entries(files ?? {})) served.set(path, content);
    },
    close: () => new Promise(done => server.close(() => done())),
  };
}

function typeOf(path: string, content: string | Buffer): string {
  if (typeof content !== 'string') return 'application/octet-stream';
  if (path.startsWith('/simple/')) return 'text/html';
  return /^[[{]/.test(content) ? 'application/json' : 'text/plain';
}
