import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEnvironment, type SimulatorEnvironment } from './environment.ts';

let environment: SimulatorEnvironment;
beforeEach(async () => {
  environment = await openEnvironment();
  await environment.github.idle();
  environment.receiver.received.length = 0;
});
afterEach(() => environment.close());

const openIssue = (title: string) =>
  environment.as(environment.bob).rest.issues.create({ ...environment.at, title });
const titles = () => environment.receiver.received.map(({ payload }) => payload.issue.title);

test("deliveries are signed and carry the headers of an App's hook", async () => {
  await openIssue('one');
  await environment.github.idle();
  const { headers, signed, guid } = environment.receiver.last('issues', 'opened');
  expect(signed).toBe(true);
  expect(headers).toMatchObject({
    'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
    'x-github-hook-installation-target-type': 'integration',
    'x-github-hook-installation-target-id': String(environment.app.id),
    'x-hub-signature': expect.stringMatching(/^sha1=/),
    'content-type': 'application/json',
  });
  expect(guid).toMatch(/^[0-9a-f-]{36}$/);
});

test('a failed delivery is in the log, and comes again under the same GUID', async () => {
  environment.receiver.status = 500;
  await openIssue('lost');
  await environment.github.idle();
  environment.receiver.status = 202;
  const { data: log } = await environment.asApp.rest.apps.listWebhookDeliveries({
    per_page: 10,
    status: 'failure',
  } as never);
  expect(log[0]).toMatchObject({
    event: 'issues',
    action: 'opened',
    status_code: 500,
    redelivery: false,
    installation_id: environment.installation.id,
  });
  const delivery_id = log[0]?.id ?? 0;
  await environment.asApp.rest.apps.redeliverWebhookDelivery({ delivery_id });
  await environment.github.idle();
  const [first, second] = environment.receiver.received;
  expect(second?.guid).toBe(first?.guid);
  expect(second?.payload).toEqual(first?.payload);
  const { data: full } = await environment.asApp.rest.apps.getWebhookDelivery({ delivery_id });
  expect(full.request.payload).toMatchObject({ action: 'opened', issue: { title: 'lost' } });
  const [newest] = (await environment.asApp.rest.apps.listWebhookDeliveries()).data;
  expect(newest).toMatchObject({ guid: first?.guid, redelivery: true, status: 'OK' });
});

test('an address that nobody has fails and is logged; a webhook that is off leaves no trace', async () => {
  const { asApp, github } = environment;
  // As a body: the client takes a parameter `url` for the address of the request.
  const setUrl = (url: string) => asApp.request('PATCH /app/hook/config', { data: { url } });
  await setUrl('https://gatehouse.invalid/hooks');
  await openIssue('nowhere');
  await github.idle();
  const newest = async () => (await asApp.rest.apps.listWebhookDeliveries({ per_page: 1 })).data[0];
  const nowhere = await newest();
  expect(nowhere).toMatchObject({ status: 'failed to connect to host', status_code: 502 });
  const of = async (status: 'success' | 'failure') =>
    (await asApp.rest.apps.listWebhookDeliveries({ status })).data.map(({ id }) => id);
  expect(await of('failure')).toContain(nowhere?.id);
  expect(await of('success')).not.toContain(nowhere?.id);
  // Only the settings page and the manifest switch it.
  environment.app.webhookActive = false;
  await openIssue('off');
  await github.idle();
  expect(await newest()).toEqual(nowhere);
  environment.app.webhookActive = true;
  for (const refused of ['http://localhost:3000/', 'http://127.0.0.1/', 'http://[::1]:80/'])
    await expect(setUrl(refused)).rejects.toMatchObject({ status: 422 });
  github.delayDeliveryLog(60_000);
  await openIssue('later');
  await github.idle();
  expect(await newest()).toBeUndefined();
  github.advanceClock(61_000);
  expect((await newest())?.id).toBeGreaterThan(nowhere?.id ?? 0);
});

test('the log is read page by page with a cursor', async () => {
  for (const title of ['a', 'b', 'c']) await openIssue(title);
  await environment.github.idle();
  const first = await environment.asApp.rest.apps.listWebhookDeliveries({ per_page: 2 });
  const cursor = /cursor=(\d+)/.exec(first.headers.link ?? '')?.[1] ?? '';
  const second = await environment.asApp.rest.apps.listWebhookDeliveries({ per_page: 2, cursor });
  const ids = [...first.data, ...second.data].map(({ id }) => id);
  expect(new Set(ids).size).toBe(4);
  expect(ids).toEqual([...ids].sort((a, b) => (a < b ? 1 : -1)));
});

test('deliveries are dropped, doubled, late and out of order on demand', async () => {
  const { faults, idle } = environment.github;
  const match = { event: 'issues', action: 'opened' };
  faults.webhooks({ match, effect: 'drop' });
  await openIssue('dropped');
  await idle();
  expect(titles()).toEqual([]);
  expect((await environment.asApp.rest.apps.listWebhookDeliveries()).data[0]).toMatchObject({
    status: 'timed out',
    status_code: 504,
  });

  faults.webhooks({ match, effect: 'duplicate' });
  await openIssue('twice');
  await idle();
  expect(titles()).toEqual(['twice', 'twice']);
  expect(new Set(environment.receiver.received.map(({ guid }) => guid)).size).toBe(1);

  environment.receiver.received.length = 0;
  faults.webhooks({ match, effect: 'reorder' });
  await openIssue('first');
  await idle();
  expect(titles()).toEqual([]);
  await openIssue('second');
  await idle();
  expect(titles().sort()).toEqual(['first', 'second']);

  environment.receiver.received.length = 0;
  faults.webhooks({ match, effect: 'delay', ms: 1_000 });
  await openIssue('late');
  await openIssue('early');
  await idle();
  expect(titles()).toEqual(['early', 'late']);
});

test('an App hears only of what it subscribed to, may read, and is installed on', async () => {
  const { github, acme, repository, receiver, bob } = environment;
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
    ({ headers }) => headers['x-github-hook-installation-target-id'] !== String(environment.app.id),
  );
  expect(heard.map(({ event }) => event)).toEqual(['push']);
});

test('the App hears of its installation whatever it subscribed to', async () => {
  const { github, installation, repository, acme, receiver } = environment;
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
