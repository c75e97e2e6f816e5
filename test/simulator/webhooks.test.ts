import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Scene, startScene } from './scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
  await scene.github.idle();
  scene.receiver.received.length = 0;
});
afterEach(() => scene.end());

const openIssue = (title: string) => scene.as(scene.bob).rest.issues.create({ ...scene.at, title });
const titles = () => scene.receiver.received.map(({ payload }) => payload.issue.title);

test("deliveries are signed and carry the headers of an App's hook", async () => {
  await openIssue('one');
  await scene.github.idle();
  const { headers, signed, guid } = scene.receiver.last('issues', 'opened');
  expect(signed).toBe(true);
  expect(headers).toMatchObject({
    'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
    'x-github-hook-installation-target-type': 'integration',
    'x-github-hook-installation-target-id': String(scene.app.id),
    'x-hub-signature': expect.stringMatching(/^sha1=/),
    'content-type': 'application/json',
  });
  expect(guid).toMatch(/^[0-9a-f-]{36}$/);
});

test('a failed delivery is in the log, and comes again under the same GUID', async () => {
  scene.receiver.status = 500;
  await openIssue('lost');
  await scene.github.idle();
  scene.receiver.status = 202;
  const { data: log } = await scene.asApp.rest.apps.listWebhookDeliveries({
    per_page: 10,
    status: 'failure',
  } as never);
  expect(log[0]).toMatchObject({
    event: 'issues',
    action: 'opened',
    status_code: 500,
    redelivery: false,
    installation_id: scene.installation.id,
  });
  const delivery_id = log[0]?.id ?? 0;
  await scene.asApp.rest.apps.redeliverWebhookDelivery({ delivery_id });
  await scene.github.idle();
  const [first, second] = scene.receiver.received;
  expect(second?.guid).toBe(first?.guid);
  expect(second?.payload).toEqual(first?.payload);
  const { data: full } = await scene.asApp.rest.apps.getWebhookDelivery({ delivery_id });
  expect(full.request.payload).toMatchObject({ action: 'opened', issue: { title: 'lost' } });
  const [newest] = (await scene.asApp.rest.apps.listWebhookDeliveries()).data;
  expect(newest).toMatchObject({ guid: first?.guid, redelivery: true, status: 'OK' });
});

test('the log is read page by page with a cursor', async () => {
  for (const title of ['a', 'b', 'c']) await openIssue(title);
  await scene.github.idle();
  const first = await scene.asApp.rest.apps.listWebhookDeliveries({ per_page: 2 });
  const cursor = /cursor=(\d+)/.exec(first.headers.link ?? '')?.[1] ?? '';
  const second = await scene.asApp.rest.apps.listWebhookDeliveries({ per_page: 2, cursor });
  const ids = [...first.data, ...second.data].map(({ id }) => id);
  expect(new Set(ids).size).toBe(4);
  expect(ids).toEqual([...ids].sort((a, b) => b - a));
});

test('deliveries are dropped, doubled, late and out of order on demand', async () => {
  const { faults, idle } = scene.github;
  const match = { event: 'issues', action: 'opened' };
  faults.webhooks({ match, effect: 'drop' });
  await openIssue('dropped');
  await idle();
  expect(titles()).toEqual([]);
  expect((await scene.asApp.rest.apps.listWebhookDeliveries()).data[0]).toMatchObject({
    status: 'timed out',
    status_code: 0,
  });

  faults.webhooks({ match, effect: 'duplicate' });
  await openIssue('twice');
  await idle();
  expect(titles()).toEqual(['twice', 'twice']);
  expect(new Set(scene.receiver.received.map(({ guid }) => guid)).size).toBe(1);

  scene.receiver.received.length = 0;
  faults.webhooks({ match, effect: 'reorder' });
  await openIssue('first');
  await idle();
  expect(titles()).toEqual([]);
  await openIssue('second');
  await idle();
  expect(titles().sort()).toEqual(['first', 'second']);

  scene.receiver.received.length = 0;
  faults.webhooks({ match, effect: 'delay', ms: 1_000 });
  await openIssue('late');
  await openIssue('early');
  await idle();
  expect(titles()).toEqual(['early', 'late']);
});

test('an App hears only of what it subscribed to, may read, and is installed on', async () => {
  const { github, acme, repository, receiver, bob } = scene;
  github.createApp({
    name: 'Elsewhere',
    owner: acme,
    permissions: { issues: 'read' },
    events: ['issues'],
    webhookUrl: receiver.url,
  });
  const deaf = github.createApp({
    name: 'Deaf',
    owner: acme,
    permissions: { contents: 'read' },
    events: ['issues', 'push'],
    webhookUrl: receiver.url,
  });
  github.installApp(deaf, acme, [repository]);
  await github.idle();
  receiver.received.length = 0;
  await openIssue('x');
  await github.push(repository, { branch: 'main', changes: { x: 'x' }, message: 'x', author: bob });
  await github.idle();
  const heard = receiver.received.filter(
    ({ headers }) => headers['x-github-hook-installation-target-id'] !== String(scene.app.id),
  );
  expect(heard.map(({ event }) => event)).toEqual(['push']);
});

test('the App hears of its installation whatever it subscribed to', async () => {
  const { github, installation, repository, acme, receiver } = scene;
  const other = await github.createRepository({ owner: acme, name: 'other', files: { a: 'a' } });
  github.selectRepositories(installation, [repository, other]);
  github.selectRepositories(installation, [other]);
  github.acceptPermissions(installation, { issues: 'read' });
  github.suspendInstallation(installation, true);
  github.suspendInstallation(installation, false);
  github.uninstallApp(installation);
  await github.idle();
  expect(receiver.names().sort()).toEqual([
    'installation.deleted',
    'installation.new_permissions_accepted',
    'installation.suspend',
    'installation.unsuspend',
    'installation_repositories.added',
    'installation_repositories.removed',
  ]);
  expect(
    receiver.last('installation_repositories', 'added').payload.repositories_added,
  ).toMatchObject([{ full_name: 'acme/other' }]);
});
