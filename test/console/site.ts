/** What all pages are tested on: the recorded histories behind the API, the console, and one Chromium. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openAccess } from '../../src/compose/http/access.ts';
import { openApi } from '../../src/compose/http/api.ts';
import { bind } from '../../src/compose/http/bind.ts';
import { secret } from '../../src/config/secret.ts';
import { createConsoleFiles } from '../../src/control/console.ts';
import type { Viewer } from '../../src/control/viewer.ts';
import type { DeploymentRole } from '../../src/core/access/roles.ts';
import { NO_USAGE } from '../../src/core/agent-event.ts';
import { NO_AMOUNT } from '../../src/core/budget.ts';
import { openPlace, type Place, RECORDED } from '../control/fixture.ts';
import { created, decided, decision, HISTORY, started } from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { openContext, openPage, type Watched, WIDE } from './browser.ts';
import { CONSOLE_FOLDER } from './build.ts';

/** As behind a proxy that puts Gatehouse below a path, which the proxy takes away. */
export const PREFIX = '/tools/gatehouse';

const ALL = [...Object.values(RECORDED), 'acme/span'];
/**
 * Who can be signed in, by the cookie `person`; `otto` sees one repository, `wes` may write, `nina` may only
 * read, `olga` operates all, `pia` has the policies as well, and `ada` audits.
 */
const PEOPLE = {
  mona: { id: 1, repositories: ALL, role: 'maintain' },
  rey: { id: 2, repositories: ALL, role: 'maintain' },
  otto: { id: 3, repositories: [RECORDED.refused], role: 'maintain' },
  olga: { id: 4, repositories: Object.values(RECORDED), role: 'maintain' },
  pia: { id: 5, repositories: ALL, role: 'maintain' },
  nina: { id: 6, repositories: ALL, role: 'read' },
  wes: { id: 7, repositories: ALL, role: 'write' },
  ada: { id: 8, repositories: ALL, role: 'read' },
} as const;
const ROLES: Record<string, readonly DeploymentRole[]> = {
  olga: ['operator'],
  pia: ['operator', 'policy_admin'],
  ada: ['auditor'],
};
export type PersonName = keyof typeof PEOPLE;

export const SPAN = { id: 42, owner: 'acme', name: 'span', installation: 7 };
/** A task that waits for a person, and one whose author works. */
export const WAITING = '42-1-waits';
export const WORKING = '42-2-works';
export const RUN = 'author-1-1';

const KEY = generateKeyPairSync('ed25519').privateKey;
/** Sign-in with GitHub is not set up here: a link of the shell signs in. */
const ACCESS = {
  github: {
    appId: 1,
    privateKey: secret(KEY.export({ type: 'pkcs8', format: 'pem' }).toString()),
    webhookSecret: secret('a webhook secret'),
    host: null,
    protocol: 'https' as const,
    client: null,
  },
  hooks: { perToken: 0, perAddress: 0, proxies: 0 },
  roles: [],
};

export type Site = Awaited<ReturnType<typeof openSite>>;

export async function openSite(browser: Browser) {
  const place = await openPlace();
  await seed(place);
  const viewers = new Map<string, Viewer>();
  for (const [login, person] of Object.entries(PEOPLE))
    viewers.set(login, await viewerOf(place, login, person));
  const access = openAccess(ACCESS, place.services, () => origin);
  const session = async (request: Pick<IncomingMessage, 'headers'>) => {
    const [, login = ''] = /(?:^|; )person=(\w+)/.exec(request.headers.cookie ?? '') ?? [];
    return viewers.get(login) ?? access.session(request);
  };
  const api = openApi(ACCESS, place.services, {
    session,
    seenBy: null,
    publicUrl: () => null,
  });
  const consoleFiles = createConsoleFiles(CONSOLE_FOLDER);
  /** Of requests to the API, what a test puts before it: true where it answered. */
  const before: { answers: ((request: IncomingMessage) => number | null) | null } = {
    answers: null,
  };
  /** Streams that are open, as a proxy sees them. */
  const streams = new Set<Socket>();
  const server = createServer(async (request, response) => {
    if (request.url?.includes('/stream')) {
      streams.add(request.socket);
      response.on('close', () => streams.delete(request.socket));
    }
    if (request.url?.startsWith(PREFIX)) request.url = request.url.slice(PREFIX.length);
    const instead = request.url?.startsWith('/api/') ? (before.answers?.(request) ?? null) : null;
    if (instead === 0) return void request.socket.destroy();
    if (instead !== null) return void response.writeHead(instead).end();
    if (await access.authPages(request, response)) return;
    if (await api(request, response)) return;
    if (await consoleFiles(request, response)) return;
    response.writeHead(404).end();
  });
  const origin: string = `http://127.0.0.1:${await bind(server, { host: '127.0.0.1', port: 0 })}`;
  const open: Watched[] = [];
  const contexts = new Map<PersonName | null, Promise<BrowserContext>>();
  const contextOf = async (person: PersonName | null) => {
    const context = await openContext(browser);
    if (person) await context.addCookies([{ name: 'person', value: person, url: origin }]);
    return context;
  };
  return {
    place,
    origin,
    before,
    /** Cuts every stream that is open, and says how many there were. */
    cut(): number {
      const cut = streams.size;
      for (const socket of streams) socket.destroy();
      return cut;
    },
    /** The server is gone, until `start` is called. */
    stop(): void {
      server.close();
      server.closeAllConnections();
    },
    async start(): Promise<void> {
      await bind(server, { host: '127.0.0.1', port: Number(new URL(origin).port) });
    },
    /** Opens a page of the console as this person; null: nobody is signed in. */
    async visit(path: string, person: PersonName | null = 'mona', size = WIDE): Promise<Page> {
      const context = contexts.get(person) ?? contextOf(person);
      contexts.set(person, context);
      const watched = await openPage(await context, origin, size);
      open.push(watched);
      await watched.page.goto(`${origin}${path}`);
      return watched.page;
    },
    /** Ends the pages of a test, none of which may have done what no page may do. */
    async leave(): Promise<void> {
      before.answers = null;
      const pages = open.splice(0);
      for (const { close } of pages) await close();
      expect(pages.flatMap(({ faults }) => faults)).toEqual([]);
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      access.close();
      await place.close();
    },
  };
}

/** What policies in observe mode say of the task that waits for people. */
export const OBSERVED = {
  outcome: 'deny' as const,
  reasons: ['Strangers start nothing.'],
  policies: ['strangers'],
  policyDigest: `sha256:${'0'.repeat(64)}`,
};
/** What the task that waits for people says on its card. */
export const WHY_IT_WAITS = 'Work on what a stranger wrote starts after a maintainer approved it.';

async function seed({ services }: Place): Promise<void> {
  const reasons = [WHY_IT_WAITS];
  const asks = decision('task.start', 'require_approval', { reasons, observed: OBSERVED });
  const proposed = decided('task.start', 'require_approval', null, { decision: asks });
  const create = created({ repository: SPAN, goal: { title: 'A span is empty', body: 'Always.' } });
  await beginTask(services.log, WAITING, [create, proposed]);
  const other = created({
    repository: SPAN,
    issue: 2,
    goal: { title: 'A span is full', body: 'Now.' },
  });
  const [, ...before] = HISTORY.reproduced;
  const work = [decided('run.start', 'allow', RUN), started(RUN)];
  await beginTask(services.log, WORKING, [other, ...before, ...work]);
  const call = await services.ledger.reserve({
    by: { task: WORKING, run: RUN },
    scopes: [{ kind: 'task', key: `task:${WORKING}`, caps: {} }],
    model: { provider: 'openai', name: 'large' },
    prices: 'settings',
    fixed: { ...NO_AMOUNT, calls: 1 },
    each: NO_AMOUNT,
    want: 1,
  });
  if (!call.ok) throw new Error('the call was refused');
  const usage = { ...NO_USAGE, input: 1_200, output: 30 };
  await services.ledger.settle(call, { calls: 1, usage, nanoUsd: 4_200_000, ms: 0 }, 120);
}

async function viewerOf(
  { services }: Place,
  login: string,
  { id, repositories, role }: (typeof PEOPLE)[PersonName],
): Promise<Viewer> {
  services.github.roles.set(id, role);
  const named = await services.taskPages.repositoriesNamed(repositories);
  return {
    who: { kind: 'person', id, login },
    repositories: new Map(named.map(({ id }) => [id, role] as const)),
    roles: new Map((ROLES[login] ?? []).map(name => [name, 'all'] as const)),
  };
}
