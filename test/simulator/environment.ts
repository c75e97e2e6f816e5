import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { type LocalGitHub, type StartOptions, startGitHub } from './start.ts';
import { startReceiver } from './webhooks/receiver.ts';
import type { Permissions } from './world/apps.ts';

const SECRET = 'a webhook secret';

export const PERMISSIONS: Permissions = {
  actions: 'read',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  members: 'read',
  pull_requests: 'write',
  statuses: 'write',
};

const EVENTS = [
  'check_run',
  'check_suite',
  'create',
  'delete',
  'deployment_protection_rule',
  'issue_comment',
  'issues',
  'member',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'repository_dispatch',
  'status',
];

/** A small world that many tests share: an organization, three people, a repository, and one App that hears all. */
export async function openEnvironment(options: StartOptions & { permissions?: Permissions } = {}) {
  const github = await startGitHub(options);
  const receiver = await startReceiver(SECRET);
  const alice = github.createUser('alice', { name: 'Alice' });
  const bob = github.createUser('bob');
  const carol = github.createUser('carol');
  const acme = github.createOrganization('acme', alice);
  const repository = await github.createRepository({
    owner: acme,
    name: 'library',
    private: true,
    files: { 'README.md': '# Library\n', 'src/index.js': 'export const one = 1;\n' },
  });
  github.addCollaborator(repository, bob, 'write');
  github.addCollaborator(repository, carol, 'read');
  const app = github.createApp({
    name: 'Helper',
    owner: acme,
    permissions: options.permissions ?? PERMISSIONS,
    events: EVENTS,
    webhookUrl: receiver.url,
    webhookSecret: SECRET,
  });
  const installation = github.installApp(app, acme, [repository]);
  const at = { owner: 'acme', repo: 'library' };

  return {
    github,
    receiver,
    alice,
    bob,
    carol,
    acme,
    repository,
    app,
    installation,
    at,
    /** The REST client that everybody uses, with the App's credentials. */
    octokit: octokitFor(github, {
      authStrategy: createAppAuth,
      auth: { appId: app.id, privateKey: app.privateKey, installationId: installation.id },
    }),
    asApp: octokitFor(github, {
      authStrategy: createAppAuth,
      auth: { appId: app.id, privateKey: app.privateKey },
    }),
    as: (user: { token: string }) => octokitFor(github, { auth: user.token }),
    /** A branch with one commit, and a pull request for it. */
    async openPull(author = bob, body = '') {
      const branch = `topic-${github.deliveries().length}`;
      const changes = { 'src/index.js': `export const one = '${branch}';\n` };
      const sha = await github.push(repository, { branch, changes, message: 'Change one', author });
      const { data } = await octokitFor(github, { auth: author.token }).rest.pulls.create({
        ...at,
        title: 'Change one',
        head: branch,
        base: 'main',
        body,
      });
      return { number: data.number, sha, branch };
    },
    /** Ends everything, and fails where either side departed from GitHub's contract. */
    async close() {
      await github.idle();
      await github.close();
      await receiver.close();
      github.assertNoViolations();
    },
  };
}

export type SimulatorEnvironment = Awaited<ReturnType<typeof openEnvironment>>;

function octokitFor(github: LocalGitHub, options: Record<string, unknown>): Octokit {
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  return new Octokit({ baseUrl: `${github.url}/api/v3`, log: quiet, ...options });
}

/** The status and the words of an answer that was refused. */
export async function refused(
  request: Promise<unknown>,
): Promise<{ status: number; message: string }> {
  try {
    await request;
  } catch (error) {
    const { status, message } = error as { status: number; message: string };
    return { status, message };
  }
  throw new Error('it was not refused');
}
