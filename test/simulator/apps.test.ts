import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refused, type Scene, startScene } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(() => scene.end());

function withToken(token: string): Octokit {
  return new Octokit({
    baseUrl: `${scene.github.url}/api/v3`,
    auth: token,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
}

async function token(narrowing: object = {}): Promise<string> {
  const { data } = await scene.asApp.rest.apps.createInstallationAccessToken({
    installation_id: scene.installation.id,
    ...narrowing,
  });
  return data.token;
}

test('an App knows itself and its installation', async () => {
  const app = await scene.asApp.rest.apps.getAuthenticated();
  expect(app.data).toMatchObject({ id: scene.app.id, slug: 'helper', installations_count: 1 });
  const { data } = await scene.asApp.rest.apps.getRepoInstallation(scene.at);
  expect(data).toMatchObject({
    id: scene.installation.id,
    repository_selection: 'selected',
    target_type: 'Organization',
  });
});

test('a token is long, works for an hour, and can be revoked', async () => {
  const value = await token();
  expect(value).toMatch(new RegExp(`^ghs_${scene.app.id}_eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+$`));
  expect(value.length).toBeGreaterThan(450);
  const octokit = withToken(value);
  await octokit.rest.repos.get(scene.at);
  scene.github.advanceClock(3_600_001);
  expect(await refused(octokit.rest.repos.get(scene.at))).toMatchObject({ status: 401 });
  scene.github.advanceClock(-3_600_001);
  await octokit.rest.repos.get(scene.at);
  await octokit.rest.apps.revokeInstallationAccessToken();
  expect(await refused(octokit.rest.repos.get(scene.at))).toMatchObject({
    status: 401,
    message: expect.stringContaining('Bad credentials'),
  });
});

test('a token narrowed by permission does no more than it says', async () => {
  const octokit = withToken(await token({ permissions: { issues: 'read' } }));
  expect((await octokit.rest.issues.listForRepo(scene.at)).data).toEqual([]);
  expect(await refused(octokit.rest.issues.create({ ...scene.at, title: 'x' }))).toMatchObject({
    status: 403,
    message: expect.stringContaining('Resource not accessible by integration'),
  });
  expect(
    await refused(octokit.rest.repos.getContent({ ...scene.at, path: 'README.md' })),
  ).toMatchObject({ status: 403 });
  expect(await refused(token({ permissions: { administration: 'write' } }))).toMatchObject({
    status: 422,
  });
});

test('a token narrowed by repository does not see the others', async () => {
  const other = await scene.github.createRepository({
    owner: scene.acme,
    name: 'other',
    private: true,
    files: { a: 'a' },
  });
  expect(
    await refused(scene.octokit.rest.repos.get({ owner: 'acme', repo: 'other' })),
  ).toMatchObject({ status: 404 });
  scene.github.selectRepositories(scene.installation, [scene.repository, other]);
  const narrow = withToken(await token({ repositories: ['other'] }));
  await narrow.rest.repos.get({ owner: 'acme', repo: 'other' });
  expect(await refused(narrow.rest.repos.get(scene.at))).toMatchObject({ status: 404 });
  const { data } = await narrow.rest.apps.listReposAccessibleToInstallation();
  expect(data.repositories.map(r => r.full_name)).toEqual(['acme/other']);
  expect(await refused(token({ repositories: ['nowhere'] }))).toMatchObject({ status: 422 });
});

test('bad, foreign and outdated credentials are refused', async () => {
  expect(await refused(withToken('ghs_nonsense').rest.repos.get(scene.at))).toMatchObject({
    status: 401,
  });
  const other = scene.github.createApp({
    name: 'Other',
    owner: scene.acme,
    permissions: {},
    events: [],
  });
  const { token: forged } = await createAppAuth({
    appId: scene.app.id,
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
  const { github, alice, bob, carol, at } = scene;
  const roles = async (username: string) => {
    const { data } = await scene.octokit.rest.repos.getCollaboratorPermissionLevel({
      ...at,
      username,
    });
    return [data.permission, data.role_name];
  };
  expect(await roles('alice')).toEqual(['admin', 'admin']);
  expect(await roles('bob')).toEqual(['write', 'write']);
  github.addCollaborator(scene.repository, carol, 'triage');
  expect(await roles('carol')).toEqual(['read', 'triage']);
  github.removeCollaborator(scene.repository, bob);
  expect(await roles('bob')).toEqual(['none', 'none']);
  expect(await refused(scene.as(bob).rest.repos.get(at))).toMatchObject({ status: 404 });
  const team = github.addTeam(scene.acme, 'maintainers', [bob]);
  github.grantTeam(scene.repository, team, 'maintain');
  expect(await roles('bob')).toEqual(['write', 'maintain']);
  const { data } = await scene.octokit.rest.teams.getMembershipForUserInOrg({
    org: 'acme',
    team_slug: 'maintainers',
    username: 'bob',
  });
  expect(data.state).toBe('active');
  expect(
    await refused(
      scene.octokit.rest.teams.getMembershipForUserInOrg({
        org: 'acme',
        team_slug: 'maintainers',
        username: 'alice',
      }),
    ),
  ).toMatchObject({ status: 404 });
  expect((await scene.as(alice).rest.users.getAuthenticated()).data.login).toBe('alice');
});

test('a login can be renamed and reused: the id tells them apart', async () => {
  const { github, bob } = scene;
  github.renameUser(bob, 'robert');
  const impostor = github.createUser('bob');
  const { data } = await scene.octokit.rest.users.getByUsername({ username: 'bob' });
  expect(data.id).toBe(impostor.id);
  const permission = await scene.octokit.rest.repos.getCollaboratorPermissionLevel({
    ...scene.at,
    username: 'bob',
  });
  expect(permission.data.permission).toBe('none');
  expect((await scene.octokit.rest.users.getById({ account_id: bob.id })).data.login).toBe(
    'robert',
  );
});

test('the bot of an App is found under its encoded name', async () => {
  const { data } = await scene.octokit.rest.users.getByUsername({ username: 'helper[bot]' });
  expect(data).toMatchObject({ type: 'Bot', id: scene.app.botUser.id });
});
