import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApplicationFunction, createNodeMiddleware, Probot } from 'probot';
import { expect, test } from 'vitest';
import { startGitHub } from './start.ts';

test('a Probot App lives here as it does on GitHub', async () => {
  const github = await startGitHub();
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  const alice = github.createUser('alice');
  const repository = await github.createRepository({
    owner: alice,
    name: 'notes',
    files: { a: 'a' },
  });
  const app = github.createApp({
    name: 'Greeter',
    owner: alice,
    permissions: { issues: 'write' },
    events: ['issues'],
    webhookUrl,
  });
  github.installApp(app, alice);

  const greet: ApplicationFunction = probot => {
    probot.on('issues.opened', async ({ octokit, payload }) => {
      const { issue, repository } = payload;
      await octokit.rest.issues.createComment({
        owner: repository.owner.login,
        repo: repository.name,
        issue_number: issue.number,
        body: `Hello, ${issue.user?.login}.`,
      });
    });
  };
  const probot = new Probot({
    appId: app.id,
    privateKey: app.privateKey,
    secret: app.webhookSecret ?? '',
    baseUrl: `${github.url}/api/v3`,
    logLevel: 'fatal',
  });
  const handle = await createNodeMiddleware(greet, { probot, webhooksPath: '/hooks' });
  server.on('request', (request, response) => void handle(request, response));

  const { data: issue } = await github
    .as(alice)
    .request('POST', '/repos/alice/notes/issues', { title: 'Hi' });
  await github.idle();
  const { data: comments } = await github
    .as(alice)
    .request('GET', `/repos/${repository.fullName}/issues/${issue.number}/comments`);
  expect(comments).toMatchObject([{ body: 'Hello, alice.', user: { login: 'greeter[bot]' } }]);
  server.closeAllConnections();
  server.close();
  await github.close();
  github.assertNoViolations();
});
