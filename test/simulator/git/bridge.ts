import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import type { GitHub } from '../github.ts';
import { type Actor, accountOf, authenticate } from '../rest/actor.ts';
import { authorize } from '../rest/call.ts';
import { Refusal } from '../rest/errors.ts';
import { findRepository, type Repository, withRefLock } from '../world/repositories.ts';
import { listRefs } from './branches.ts';
import { GIT_ENVIRONMENT } from './command.ts';
import { changesBetween, refsMoved } from './refs.ts';

/** Where git's smart HTTP asks, below `/{owner}/{repo}.git`. */
const REQUEST = /^\/([^/]+)\/([^/]+?)\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** What a path asks of git: one of its two services, or what they have to offer. */
export function gitOperation(path: string): string | undefined {
  return REQUEST.exec(path)?.[3];
}

export async function serveGit(
  github: GitHub,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  /** Everything is done, and the connection broken in place of the answer. */
  answerLost = false,
): Promise<void> {
  const [, owner = '', name = '', action = ''] =
    REQUEST.exec(decodeURIComponent(url.pathname)) ?? [];
  const service = action === 'info/refs' ? url.searchParams.get('service') : action;
  const pushes = service === 'git-receive-pack';
  const admitted = admit(github, request, owner, name, pushes);
  if ('refused' in admitted) {
    github.log(`git ${service} ${owner}/${name} ${admitted.refused}`);
    if (admitted.refused === 401) response.setHeader('WWW-Authenticate', 'Basic realm="GitHub"');
    response
      .writeHead(admitted.refused, { 'Content-Type': 'text/plain' })
      .end(`${admitted.message}\n`);
    return;
  }
  const { repository, actor } = admitted;
  github.log(`git ${service} ${owner}/${name}`);
  const environment = cgi(request, url, repository, action, actor);
  if (!(pushes && request.method === 'POST')) {
    await runBackend(github, environment, request, response, answerLost);
    return;
  }
  await withRefLock(repository, async () => {
    const before = await listRefs(repository.directory);
    // The answer ends only when everything that follows from the push has happened.
    await runBackend(github, environment, request, response, answerLost, async () => {
      const changes = changesBetween(before, await listRefs(repository.directory));
      await refsMoved(github, repository, changes, accountOf(actor));
    });
  });
}

type Admission = { repository: Repository; actor: Actor } | { refused: number; message: string };

function admit(
  github: GitHub,
  request: IncomingMessage,
  owner: string,
  name: string,
  pushes: boolean,
): Admission {
  try {
    const actor = authenticate(github, request.headers.authorization);
    const repository = findRepository(github, owner, name);
    if (!repository) return refusedFor(actor);
    if (pushes && actor.kind === 'anonymous')
      return { refused: 401, message: 'Authentication required.' };
    const permission = pushes ? 'contents:write' : 'contents:read';
    authorize(github, actor, repository, [permission], pushes ? 'write' : 'read');
    return { repository, actor };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 404)
      return {
        refused: request.headers.authorization ? 404 : 401,
        message: 'Repository not found.',
      };
    const message =
      error.status === 403 ? `Permission to ${owner}/${name}.git denied.` : error.message;
    return { refused: error.status, message };
  }
}

/** Without credentials a missing repository and a private one look the same. */
function refusedFor(actor: Actor): Admission {
  return { refused: actor.kind === 'anonymous' ? 401 : 404, message: 'Repository not found.' };
}

function cgi(
  request: IncomingMessage,
  url: URL,
  repository: Repository,
  action: string,
  actor: Actor,
) {
  const header = (name: string) => String(request.headers[name] ?? '');
  const mayChangeWorkflows =
    actor.kind !== 'installation' || actor.permissions.workflows === 'write';
  return {
    ...GIT_ENVIRONMENT,
    GIT_PROJECT_ROOT: dirname(repository.directory),
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${basename(repository.directory)}/${action}`,
    REQUEST_METHOD: request.method ?? 'GET',
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: header('content-type'),
    CONTENT_LENGTH: header('content-length'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    GIT_PROTOCOL: header('git-protocol'),
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_USER: actor.kind === 'anonymous' ? '' : encodeURIComponent(accountOf(actor).login),
    PROTECTED_REFS: [...repository.protections.keys()]
      .map(branch => `refs/heads/${branch}`)
      .join(' '),
    MAY_CHANGE_WORKFLOWS: mayChangeWorkflows ? '1' : '0',
    PUSHER_KIND: 'a GitHub App',
  };
}

/** Runs `git http-backend` as a web server would, and passes its answer on. */
function runBackend(
  github: GitHub,
  env: Record<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
  answerLost: boolean,
  beforeEnd: () => Promise<void> = async () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      signal: github.closing,
    });
    let head: Buffer | undefined = Buffer.alloc(0);
    child.stdout.on('data', (chunk: Buffer) => {
      if (answerLost) return;
      if (head === undefined) {
        if (!response.write(chunk)) {
          child.stdout.pause();
          response.once('drain', () => child.stdout.resume());
        }
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      writeHead(response, head.subarray(0, end).toString());
      response.write(head.subarray(end + 4));
      head = undefined;
    });
    request.pipe(child.stdin);
    child.stdin.on('error', () => undefined);
    // A client that hangs up ends its backend.
    response.on('close', () => child.kill());
    child.on('error', reject);
    child.stdout.on('end', () => {
      beforeEnd().then(() => {
        if (answerLost) loseAnswer(request, response);
        else if (!response.headersSent) response.writeHead(500).end();
        else response.end();
        resolve();
      }, reject);
    });
  });
}

/** Broken after its first byte: a connection that ends before it, git simply tries again. */
function loseAnswer(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/x-git-receive-pack-result' });
  response.write('0', () => request.socket.destroy());
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  const headers: Record<string, string> = {};
  for (const line of head.split('\r\n')) {
    const [name = '', value = ''] = line.split(/: ?(.*)/s);
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  response.writeHead(status, headers);
}
