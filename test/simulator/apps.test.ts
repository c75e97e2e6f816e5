import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEnvironment, refused, type SimulatorEnvironment } from './environment.ts';

let environment: SimulatorEnvironment;
beforeEach(async () => {
  environment = await openEnvironment();
});
afterEach(() => environment.close());

function withToken(token: string): Octokit {
  return new Octokit({
    baseUrl: `${environment.github.url}/api/v3`,
    auth: token,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
}

async function token(narrowing: object = {}): Promise<string> {
  const { data } = await environment.asApp.rest.apps.createInstallationAccessToken({
    installation_id: environment.installation.id,
    ...narrowing,
  });
  return data.token;
}

test('an App knows itself and its installation', async () => {
  const app = await environment.asApp.rest.apps.getAuthenticated();
  expect(app.data).toMatchObject({
    id: environment.app.id,
    slug: 'helper',
    installations_count: 1,
  });
  const { data } = await environment.asApp.rest.apps.getRepoInstallation(environment.at);
  expect(data).toMatchObject({
    id: environment.installation.id,
    repository_selection: 'selected',
    target_type: 'Organization',
  });
});

test('a token is long, works for an hour, and can be revoked', async () => {
  const value = await token();
  expect(value).toMatch(new RegExp(`^ghs_${environment.app.id}_eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+$`));
  expect(value.length).toBeGreaterThan(450);
  const octokit = withToken(value);
  await octokit.rest.repos.get(environment.at);
  environment.github.advanceClock(3_600_001);
  expect(await refused(octokit.rest.repos.get(environment.at))).toMatchObject({ status: 401 });
  environment.github.advanceClock(-3_600_001);
  await octokit.rest.repos.get(environment.at);
  await octokit.rest.apps.revokeInstallationAccessToken();
  expect(await refused(octokit.rest.repos.get(environment.at))).toMatchObject({
    status: 401,
    message: expect.stringContaining('Bad credentials'),
  });
});

test('a token narrowed by permission does no more than it says', async () => {
  const octokit = withToken(await token({ permissions: { issues: 'read' } }));
  expect((await octokit.rest.issues.listForRepo(environment.at)).data).toEqual([]);
  expect(
    await refused(octokit.rest.issues.create({ ...environment.at, title: 'x' })),
  ).toMatchObject({
    status: 403,
    message: expect.stringContaining('Resource not accessible by integration'),
  });
  expect(
    await refused(octokit.rest.repos.getContent({ ...environment.at, path: 'README.md' })),
  ).toMatchObject({ status: 403 });
  expect(await refused(token({ permissions: { administration: 'write' } }))).toMatchObject({
    status: 422,
  });
});

test('a token narrowed by repository does not see the others', async () => {
  const other = await environment.github.createRepository({
    owner: environment.acme,
    name: 'other',
    private: true,
    files: { a: 'a' },
  });
  expect(
    await refused(environment.octokit.rest.repos.get({ owner: 'acme', repo: 'other' })),
  ).toMatchObject({ status: 404 });
  environment.github.selectRepositories(environment.installation, [environment.repository, other]);
  const narrow = withToken(await token({ repositories: ['other'] }));
  await narrow.rest.repos.get({ owner: 'acme', repo: 'other' });
  expect(await refused(narrow.rest.repos.get(environment.at))).toMatchObject({ status: 404 });
  const { data } = await narrow.rest.apps.listReposAccessibleToInstallation();
  expect(data.repositories.map(r => r.full_name)).toEqual(['acme/other']);
  expect(await refused(token({ repositories: ['nowhere'] }))).toMatchObject({ status: 422 });
});

test('bad, foreign and outdated credentials are refused', async () => {
  expect(await refused(withToken('ghs_nonsense').rest.repos.get(environment.at))).toMatchObject({
    status: 401,
  });
  const other = environment.github.createApp({
    name: 'Other',
    owner: environment.acme,
    permissions: {},
    events: [],
  });
  const { token: forged } = await createAppAuth({
    appId: environment.app.id,
    privateKey: other.privateKey,
  })({ type: 'app' });
  expect(await refused(withToken(forged).rest.apps.getAuthenticated())).toMatchObject({
    status: 401,
  });
  const installationToken = withToken(await token());
  expect(await refused(installationToken.rest.apps.listWebhookDeliveries())).toMatchObject({
    status: 401,
  });
});

test('people have the rights of their role, and lose them', async () => {
  const { github, alice, bob, carol, at } = environment;
  const roles = async (username: string) => {
    const { data } = await environment.octokit.rest.repos.getCollaboratorPermissionLevel({
      ...at,
      username,
    });
    return [data.permission, data.role_name];
  };
  expect(await roles('alice')).toEqual(['admin', 'admin']);
  expect(await roles('bob')).toEqual(['write', 'write']);
  github.addCollaborator(environment.repository, carol, 'triage');
  expect(await roles('carol')).toEqual(['read', 'triage']);
  github.removeCollaborator(environment.repository, bob);
  expect(await roles('bob')).toEqual(['none', 'none']);
  expect(await refused(environment.as(bob).rest.repos.get(at))).toMatchObject({ status: 404 });
  const team = github.addTeam(environment.acme, 'maintainers', [bob]);
  github.grantTeam(environment.repository, team, 'maintain');
  expect(await roles('bob')).toEqual(['write', 'maintain']);
  const { data } = await environment.octokit.rest.teams.getMembershipForUserInOrg({
    org: 'acme',
    team_slug: 'maintainers',
    username: 'bob',
  });
  expect(data.state).toBe('active');
  expect(
    await refused(
      environment.octokit.rest.teams.getMembershipForUserInOrg({
        org: 'acme',
        team_slug: 'maintainers',
        username: 'alice',
      }),
    ),
  ).toMatchObject({ status: 404 });
  expect((await environment.as(alice).rest.users.getAuthenticated()).data.login).toBe('alice');
});

test('a login can be renamed and reused: the id tells them apart', async () => {
  const { github, bob } = environment;
  github.renameAccount(bob, 'robert');
  const impostor = github.createUser('bob');
  const { data } = await environment.octokit.rest.users.getByUsername({ username: 'bob' });
  expect(data.id).toBe(impostor.id);
  const permission = await environment.octokit.rest.repos.getCollaboratorPermissionLevel({
    ...environment.at,
    username: 'bob',
  });
  expect(permission.data.permission).toBe('none');
  expect((await environment.octokit.rest.users.getById({ account_id: bob.id })).data.login).toBe(
    'robert',
  );
});

test('the bot of an App is found under its encoded name', async () => {
  const { data } = await environment.octokit.rest.users.getByUsername({ username: 'helper[bot]' });
  expect(data).toMatchObject({ type: 'Bot', id: environment.app.botUser.id });
});
