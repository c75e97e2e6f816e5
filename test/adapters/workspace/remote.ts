/** A repository behind git's own smart HTTP, with a token, for tests of workspaces. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startGit } from '../../simulator/git/git-shell.ts';

export const TOKEN = 'ghs_testtoken1234567890';
/** Authors, dates and configuration never depend on the machine. */
const ENV = {
  PATH: '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

const SERVED = '[http]\n\treceivepack = true\n[uploadpack]\n\tallowFilter = true\n';

/** With a mode of its own: a link (120000), a program (100755), or a submodule (160000), whose content is a commit. */
export type Committed = string | Buffer | { mode: string; content: string | Buffer } | null;

export type Remote = {
  url: string;
  /** The bare repository on disk. */
  path: string;
  requests: {
    method: string;
    url: string;
    authorization: string | null;
    /** How much was sent in answer, and whether that was objects. */
    bytes: number;
    packs: boolean;
  }[];
  /** Called on each request. */
  onRequest: () => void;
  /** Whether the connection breaks in the middle of the answer to this request, the newest one. */
  breaks: (request: Remote['requests'][number]) => boolean;
  /** git in the bare repository, as its owner. */
  git(...args: string[]): string;
  /** A blob of this content. */
  blob(content: string | Buffer): string;
  /** A tree of the given index entries (`update-index -z --index-info`). */
  tree(entries: Buffer): string;
  /** A tree of lines as `git mktree` reads them. */
  makeTree(lines: string[]): string;
  /**
   * Commits files (`null` deletes) on a branch, on top of `from` or of the last commit, or of none where
   * it is `null`; returns the sha.
   */
  commit(files: Record<string, Committed>, branch?: string, from?: string | null): Promise<string>;
  close(): Promise<void>;
};

export async function startRemote(folder: string): Promise<Remote> {
  const path = join(folder, 'remote.git');
  let last = '';
  const run = (cwd: string, ...args: string[]) =>
    execFileSync('git', args, { cwd, env: ENV, encoding: 'utf8', stdio: 'pipe' }).trim();
  await mkdir(folder, { recursive: true });
  run(folder, 'init', '-q', '--bare', '--template=', '-b', 'main', path);
  await appendFile(join(path, 'config'), SERVED);
  const requests: Remote['requests'] = [];
  const server = createServer((request, response) => {
    remote.onRequest();
    const asked = {
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.headers.authorization ?? null,
      bytes: 0,
      packs: false,
    };
    requests.push(asked);
    const wanted = `Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`;
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    serve(folder, request, response, answer => {
      const sent = remote.breaks(asked) ? answer.subarray(0, answer.length / 2) : answer;
      asked.bytes = sent.length;
      asked.packs = answer.includes('packfile\n');
      response.write(sent, () => (sent === answer ? response.end() : response.destroy()));
    }).catch(() => response.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const remote: Remote = {
    onRequest: () => {},
    breaks: () => false,
    url: `http://127.0.0.1:${port}/remote.git`,
    path,
    requests,
    git(...args) {
      const [verb, name = ''] = args;
      const isBranch = verb === 'rev-parse' && args.length === 2 && /^[\w-]+$/.test(name);
      return (isBranch && tipOf(path, name)) || run(path, ...args);
    },
    blob(input) {
      const options = { cwd: path, env: ENV, input };
      return execFileSync('git', ['hash-object', '-w', '--stdin'], options).toString().trim();
    },
    tree(entries) {
      const env = { ...ENV, GIT_INDEX_FILE: join(folder, 'index') };
      const options = { cwd: path, env };
      execFileSync('git', ['read-tree', '--empty'], options);
      execFileSync('git', ['update-index', '-z', '--index-info'], { ...options, input: entries });
      return execFileSync('git', ['write-tree'], options).toString().trim();
    },
    makeTree(lines) {
      const options = { cwd: path, env: ENV, input: `${lines.join('\n')}\n` };
      return execFileSync('git', ['mktree'], options).toString().trim();
    },
    async commit(files, branch = 'main', from = last) {
      last = await importCommit(path, { files, branch, parent: from || null });
      return last;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return remote;
}

const isPlain = (content: NonNullable<Committed>): content is string | Buffer =>
  typeof content === 'string' || Buffer.isBuffer(content);

type Imported = {
  files: Record<string, Committed>;
  branch: string;
  parent: string | null;
};

/** Where a branch stands, which is asked for everywhere; null where that is in no file of its own. */
function tipOf(path: string, branch: string): string | null {
  const ref = join(path, 'refs/heads', branch);
  return existsSync(ref) ? readFileSync(ref, 'utf8').trim() : null;
}

/** One process, where a clone that adds, commits and pushes starts two dozen. Files are stored as given. */
async function importCommit(path: string, { files, branch, parent }: Imported): Promise<string> {
  const data = (content: string | Buffer): Buffer => {
    const bytes = Buffer.from(content);
    return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
  };
  const quoted = (name: string) =>
    `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
  const ada = `${ENV.GIT_AUTHOR_NAME} <${ENV.GIT_AUTHOR_EMAIL}> ${Date.parse(ENV.GIT_AUTHOR_DATE) / 1000} +0000`;
  const head = [
    ...[`commit refs/heads/${branch}`, 'mark :1', `author ${ada}`, `committer ${ada}`],
    'data 7\ncommit\n',
    parent === null ? 'deleteall' : `from ${parent}`,
  ];
  const changes = Object.entries(files).map(([name, content]) => {
    if (content === null) return Buffer.from(`D ${quoted(name)}\n`);
    const { mode, content: bytes } = isPlain(content) ? { mode: '100644', content } : content;
    if (mode === '160000') return Buffer.from(`M ${mode} ${bytes} ${quoted(name)}\n`);
    return Buffer.concat([Buffer.from(`M ${mode} inline ${quoted(name)}\n`), data(bytes)]);
  });
  const input = Buffer.concat([
    Buffer.from(`${head.join('\n')}\n`),
    ...changes,
    Buffer.from('\nget-mark :1\n'),
  ]);
  const args = ['-c', 'fastimport.unpackLimit=1', 'fast-import', '--quiet', '--force'];
  const { code, stdout, stderr } = await startGit(path, args, ENV, input);
  if (code !== 0) throw new Error(`git fast-import: ${stderr}`);
  return stdout.toString().trim();
}

/** One request through `git http-backend`, which speaks CGI. */
async function serve(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
  send: (answer: Buffer) => void,
) {
  const url = new URL(request.url ?? '/', 'http://remote');
  const body = Buffer.concat(await Array.fromAsync(request));
  const env = {
    ...ENV,
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: '1',
    REMOTE_USER: 'app',
    PATH_INFO: url.pathname,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    CONTENT_LENGTH: String(body.length),
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
  };
  const answer = (await startGit(folder, ['http-backend'], env, body)).stdout;
  const end = answer.indexOf('\r\n\r\n');
  for (const line of answer.toString('latin1', 0, end).split('\r\n')) {
    const [name = '', value = ''] = line.split(': ');
    if (name === 'Status') response.statusCode = Number(value.slice(0, 3));
    else response.setHeader(name, value);
  }
  send(answer.subarray(end + 4));
}
