/** A local GitHub with users and a repository, and Gatehouse with its embedded defaults. */
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEPLOYMENT_ROLES } from '../../src/core/access/roles.ts';
import { CALLBACK_PATH } from '../../src/engine/ports/sign-in.ts';
import { registerApp } from '../register-app.ts';
import type { LimitSettings } from '../simulator/rest/limits.ts';
import { type LocalGitHub, startGitHub } from '../simulator/start.ts';
import type { NewRepository } from '../simulator/world/build.ts';
import { type Served, serveGatehouse } from './serve.ts';

const PREFIX = 'gatehouse-demo-';

export type Environment = Awaited<ReturnType<typeof openEnvironment>>;

export async function openEnvironment(options: {
  repository: Omit<NewRepository, 'owner'> & ({ from: string } | { files: Record<string, string> });
  /** More of Gatehouse's environment. */
  env: Record<string, string>;
  /** Agent CLIs that were installed before: large, so that they are used again. */
  clis?: string | null;
  port?: number;
  /** How long each answer of the local GitHub is on its way to Gatehouse. */
  latencyMs?: number;
  /** Of the local GitHub, where they are not GitHub's own. */
  limits?: Partial<LimitSettings>;
  /** How Gatehouse is started; as a process of its own unless given. */
  serve?: (settings: Record<string, string>) => Promise<Served>;
  /** Called with each line of the local GitHub's log. */
  log?: (line: string) => void;
}) {
  const { serve = serveGatehouse, log, latencyMs = 0, limits = {} } = options;
  const home = await freshHome();
  if (options.clis) await symlink(options.clis, join(home, 'agents'));
  const github = await startGitHub({
    port: options.port ?? 0,
    latencyMs,
    limits,
    ...(log && { log }),
  });
  const users = {
    /** Maintains the repository and asks for the work. */
    mona: github.createUser('mona', { name: 'Mona' }),
    /** Maintains it too, and approves. */
    rey: github.createUser('rey', { name: 'Rey' }),
    /** Has no role in it: whoever reads his text is tainted. */
    otto: github.createUser('otto', { name: 'Otto' }),
  };
  const acme = github.createOrganization('acme', users.mona);
  const repository = await github.createRepository({ owner: acme, ...options.repository });
  github.addCollaborator(repository, users.mona, 'maintain');
  github.addCollaborator(repository, users.rey, 'maintain');
  const { app, env } = await registerApp(github, { owner: acme, port: await freePort() });
  github.installApp(app, acme, 'all');
  // People sign in to the console with the local GitHub.
  const listensAt = `http://127.0.0.1:${env.PORT}`;
  github.configureSignIn(app, { callbackUrls: [listensAt + CALLBACK_PATH], deviceFlow: true });
  github.authorizeApp(app, users.mona);
  await writeFile(join(home, 'roles.yml'), everyRole(users.mona));
  const gatehouse = await serve({
    ...env,
    GITHUB_CLIENT_ID: app.clientId,
    GITHUB_CLIENT_SECRET: app.clientSecret,
    GATEHOUSE_STATE_DIR: home,
    GATEHOUSE_ROLES: join(home, 'roles.yml'),
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent',
    ...options.env,
  });
  return {
    github,
    users,
    acme,
    repository,
    app,
    gatehouse,
    /** Where Gatehouse listens. */
    listensAt,
    home,
    at: `/repos/${repository.fullName}`,
    async close() {
      await gatehouse.stop();
      await github.idle();
      await github.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The file of roles: whoever explores the demo's console as this person sees all of it. */
const everyRole = ({ login, id }: { login: string; id: number }): string =>
  DEPLOYMENT_ROLES.map(
    role => `- { role: ${role}, over: "*", people: { ${login}: ${id} } }\n`,
  ).join('');

/** A folder of this process; those of processes that were killed are removed. */
async function freshHome(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => ''));
    if (pid > 0 && !isAlive(pid)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const home = await mkdtemp(join(tmpdir(), PREFIX));
  await writeFile(join(home, 'pid'), `${process.pid}`);
  await mkdir(join(home, 'ci'));
  await shareInstalls(home);
  return home;
}

/** What `prepare` installed is kept from one demo to the next, as it is from one task to the next. */
async function shareInstalls(home: string): Promise<void> {
  const kept = join(tmpdir(), `gatehouse-demo-installs-${process.getuid?.() ?? 0}`);
  await mkdir(kept, { mode: 0o700 }).catch(() => {});
  const { uid, mode } = await lstat(kept);
  // Somebody else's folder, or one that others can write, is nothing to run programs from.
  if (uid !== (process.getuid?.() ?? uid) || (mode & 0o170077) !== 0o040000) return;
  await mkdir(join(home, 'workspaces'), { mode: 0o700 });
  await symlink(kept, join(home, 'workspaces/prepared'));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The App's webhook must be known before Gatehouse listens. */
async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** A person at GitHub: the same requests that its pages make. */
export function person(github: LocalGitHub, user: { token: string }, at: string) {
  const client = github.as(user);
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await client.request(method, `${at}${path}`, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.data)}`);
    return answer.data;
  };
  return {
    request: ask,
    get: (path: string) => ask('GET', path),
    open: (title: string, body: string) => ask('POST', '/issues', { title, body }),
    label: (issue: number, label: string) =>
      ask('POST', `/issues/${issue}/labels`, { labels: [label] }),
    comment: (issue: number, body: string) => ask('POST', `/issues/${issue}/comments`, { body }),
    review: (pull: number, event: 'APPROVE' | 'REQUEST_CHANGES', body: string) =>
      ask('POST', `/pulls/${pull}/reviews`, { event, body }),
    approve: (pull: number) =>
      ask('POST', `/pulls/${pull}/reviews`, { event: 'APPROVE', body: '' }),
  };
}
