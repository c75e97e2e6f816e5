/** The local GitHub with one repository, some people, and Gatehouse connected to it. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createClients } from '../../../src/adapters/github/client/client.ts';
import { createOwnLimits } from '../../../src/adapters/github/client/limits.ts';
import { createOctokit } from '../../../src/adapters/github/client/octokit.ts';
import { createOwnSealedTokens } from '../../../src/adapters/github/client/own-sealed-tokens.ts';
import { createSeal } from '../../../src/adapters/github/client/seal.ts';
import { createTokens } from '../../../src/adapters/github/client/tokens.ts';
import { type ConnectOptions, connectGitHub } from '../../../src/adapters/github/connect.ts';
import type { Repository } from '../../../src/core/actor.ts';
import { type StartOptions, startGitHub } from '../../simulator/start.ts';

export const MANIFEST = readFileSync(new URL('../../../app.yml', import.meta.url), 'utf8');
const { default_permissions, default_events } = parse(MANIFEST);

export const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export type GitHubEnvironment = Awaited<ReturnType<typeof openEnvironment>>;

export async function openEnvironment(
  options: StartOptions & {
    permissions?: Record<string, 'read' | 'write'>;
    connect?: Partial<ConnectOptions>;
  } = {},
) {
  const github = await startGitHub(options);
  const alice = github.createUser('alice');
  const bob = github.createUser('bob');
  const carol = github.createUser('carol');
  const acme = github.createOrganization('acme', alice);
  const handle = await github.createRepository({
    owner: acme,
    name: 'library',
    private: true,
    files: { 'README.md': '# Library\n', 'src/index.js': 'export const one = 1;\n' },
  });
  github.addCollaborator(handle, bob, 'write');
  github.addCollaborator(handle, carol, 'read');
  const app = github.createApp({
    name: 'Gatehouse',
    owner: acme,
    permissions: options.permissions ?? default_permissions,
    // GitHub's own description of `check_suite` knows no App that hears of deployment gates.
    events: default_events.filter((name: string) => name !== 'deployment_protection_rule'),
    // Nobody listens there: tests read GitHub's own log of deliveries.
    webhookUrl: 'http://127.0.0.1:9/',
    webhookSecret: 'the webhook secret of the tests',
  });
  const installation = github.installApp(app, acme, [handle]);
  const gatehouse = await connectGitHub({
    appId: app.id,
    privateKey: app.privateKey,
    host: github.host,
    protocol: 'http',
    log: SILENT,
    // Nothing here is work of a class, of which the last one may make few writes a minute.
    limits: { ...createOwnLimits(), writes: { admit: async () => {} } },
    ...options.connect,
  });
  const repository: Repository = {
    id: handle.id,
    owner: 'acme',
    name: 'library',
    installation: installation.id,
  };
  const at = { owner: 'acme', repo: 'library' };
  /** What somebody does; throws unless GitHub takes it. */
  const as = async (user: { token: string }, method: string, path: string, body?: unknown) => {
    const answer = await github.as(user).request(method, `/repos/acme/library${path}`, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.data)}`);
    return answer.data;
  };
  let pulls = 0;

  return {
    github,
    gatehouse,
    app,
    installation,
    alice,
    bob,
    carol,
    acme,
    handle,
    repository,
    at,
    as,
    /** Clients of their own, past what Gatehouse has read. */
    clients: createClients({
      baseUrl: `${github.url}/api/v3`,
      tokens: createTokens(
        createOctokit({
          baseUrl: `${github.url}/api/v3`,
          log: SILENT,
          auth: { appId: app.id, privateKey: app.privateKey },
        }),
        { kept: createOwnSealedTokens(), seal: createSeal(app.privateKey) },
      ),
      limits: createOwnLimits(),
      log: SILENT,
      redact: text => text,
    }),
    /** Acts as our App, past our own code. */
    octokit: createOctokit({
      baseUrl: `${github.url}/api/v3`,
      log: SILENT,
      auth: { appId: app.id, privateKey: app.privateKey, installationId: installation.id },
    }),
    openIssue: async (user: { token: string }, title: string, body = ''): Promise<number> =>
      (await as(user, 'POST', '/issues', { title, body })).number,
    comment: async (user: { token: string }, number: number, body: string) =>
      as(user, 'POST', `/issues/${number}/comments`, { body }),
    comments: async (number: number): Promise<{ id: number; body: string }[]> =>
      as(alice, 'GET', `/issues/${number}/comments`),
    /** A branch with one commit, and a pull request for it. */
    async openPull(author = bob, change: { draft?: boolean; message?: string; on?: string } = {}) {
      pulls += 1;
      const branch = `topic-${pulls}`;
      const sha = await github.push(handle, {
        branch,
        ...(change.on && { from: change.on }),
        changes: { 'src/index.js': `export const one = ${pulls + 1};\n` },
        message: change.message ?? 'Change one',
        author,
      });
      const { number } = await as(author, 'POST', '/pulls', {
        title: 'Change one',
        head: branch,
        base: change.on ?? 'main',
        draft: change.draft ?? false,
      });
      return { number: number as number, sha, branch };
    },
    /** Ends everything, and fails where either side departed from GitHub's contract. */
    async close() {
      await github.idle();
      await github.close();
      github.assertNoViolations();
    },
  };
}
