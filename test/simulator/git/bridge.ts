/**
 * git's smart HTTP protocol over git's own two services. `git http-backend` would do the same, and
 * start two more processes for each request.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import type { GitHub } from '../github.ts';
import { type Actor, accountOf, authenticate } from '../rest/actor.ts';
import { authorize } from '../rest/call.ts';
import { Refusal } from '../rest/errors.ts';
import { movedRepository } from '../world/moves.ts';
import { findRepository, fullName, type Repository, withRefLock } from '../world/repositories.ts';
import { listRefs } from './branches.ts';
import { GIT_ENVIRONMENT, runGit } from './command.ts';
import { remember } from './memory.ts';
import { changesBetween, refsMoved } from './refs.ts';
import { streamGit } from './stream-git.ts';

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
  const moved = movedRepository(github, owner, name);
  if (moved) {
    const location = `${github.url}/${fullName(github, moved)}.git/${action}${url.search}`;
    github.log(`git ${service} ${owner}/${name} 301`);
    response.writeHead(301, { Location: location }).end();
    return;
  }
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
  const asked: Asked = {
    service: pushes ? 'receive-pack' : 'upload-pack',
    directory: repository.directory,
    env: environmentOf(request, repository, actor),
  };
  if (action === 'info/refs') {
    if (answerLost) loseAnswer(request, response);
    else await advertise(asked, response);
    return;
  }
  const passedOn = { request, response, answerLost, closing: github.closing };
  if (!pushes) return runService(asked, passedOn);
  await withRefLock(repository, async () => {
    const before = await listRefs(repository.directory);
    // The answer ends only when everything that follows from the push has happened.
    await runService(asked, passedOn, async () => {
      const changes = changesBetween(before, await listRefs(repository.directory));
      await refsMoved(github, repository, changes, accountOf(actor));
    });
  });
}

type Asked = {
  service: 'upload-pack' | 'receive-pack';
  directory: string;
  env: Record<string, string>;
};

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

function environmentOf(
  request: IncomingMessage,
  repository: Repository,
  actor: Actor,
): Record<string, string> {
  const mayChangeWorkflows =
    actor.kind !== 'installation' || actor.permissions.workflows === 'write';
  return {
    ...GIT_ENVIRONMENT,
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    PROTECTED_REFS: [...repository.protections.keys()]
      .map(branch => `refs/heads/${branch}`)
      .join(' '),
    SIGNED_PREFIX: repository.signedPrefix === null ? '' : `refs/heads/${repository.signedPrefix}`,
    MAY_CHANGE_WORKFLOWS: mayChangeWorkflows ? '1' : '0',
    PUSHER_KIND: 'a GitHub App',
  };
}

const capabilities = new Map<string, Promise<Buffer>>();

/** Tells the client what the service has to offer. */
async function advertise({ service, directory, env }: Asked, response: ServerResponse) {
  const ask = async () =>
    (await runGit(directory, [service, '--http-backend-info-refs', '.'], { env })).stdout;
  const line = `# service=git-${service}\n`;
  // The second version of the protocol has no such line, and names no refs: what it says is always the same.
  const second = env.GIT_PROTOCOL === 'version=2' && service === 'upload-pack';
  const stdout = second ? await remember(capabilities, service, ask) : await ask();
  const length = (line.length + 4).toString(16).padStart(4, '0');
  response.writeHead(200, headersOf(`${service}-advertisement`));
  response.end(Buffer.concat([Buffer.from(second ? '' : `${length}${line}0000`), stdout]));
}

const headersOf = (kind: string) => ({
  'Content-Type': `application/x-git-${kind}`,
  'Cache-Control': 'no-cache, max-age=0, must-revalidate',
});

/** Gives the request to the service, and passes its answer on as it comes. */
function runService(
  { service, directory, env }: Asked,
  passedOn: {
    request: IncomingMessage;
    response: ServerResponse;
    answerLost: boolean;
    closing: AbortSignal;
  },
  beforeEnd: () => Promise<void> = async () => {},
): Promise<void> {
  const { request, response, answerLost, closing } = passedOn;
  return new Promise((resolve, reject) => {
    const git = streamGit(directory, [service, '--stateless-rpc', '.'], env, closing);
    git.on('data', (chunk: Buffer) => {
      if (answerLost) return;
      if (!response.headersSent) response.writeHead(200, headersOf(`${service}-result`));
      if (response.write(chunk)) return;
      git.pause();
      response.once('drain', () => git.resume());
    });
    const zipped = request.headers['content-encoding'] === 'gzip';
    (zipped ? request.pipe(createGunzip()) : request).pipe(git);
    // A client that hangs up ends its service.
    response.on('close', () => git.destroy());
    git.on('error', reject);
    // It may end before it has read everything.
    git.on('end', () => git.destroy());
    git.on('close', () => {
      if (git.errored) return;
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
