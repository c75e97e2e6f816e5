/** A preview is accepted, the merge is deployed; a chat is told of it, and a hook starts the next task. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReceiver } from '../../../adapters/webhooks/receiver.ts';
import type { CrashEnvironment } from '../environment.ts';
import { approver, exactly, type Scenario, seen } from '../scenario.ts';

const fileFor = (service: string) => `commands:
  install: ["true"]
  test: [sh, test.sh]
  lint: ["true"]
checks: { beginMinutes: 0 }
hooks:
  - { name: team, on: [merged], webhook: chat }
  - { name: after, on: [merged], start: { command: lint, text: What was merged. } }
environments:
  preview:
    on: pull_request
    settleSeconds: 0
    accept: [{ get: /health, json: { status: ok } }]
  staging:
    on: merge
    settleSeconds: 0
    url: ${service}
    accept: [{ get: /health, json: { status: ok } }]
`;

export const deploy: Scenario = {
  name: 'a deployment',
  async begin() {
    const chat = await startReceiver();
    const service = createServer((_, response) => response.end('{"status":"ok"}'));
    await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve));
    const at = `127.0.0.1:${(service.address() as AddressInfo).port}`;
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-crash-hooks-'));
    const endpoints = join(folder, 'webhooks.yml');
    const url = `http://127.0.0.1:${chat.port}/T0/B0`;
    await writeFile(endpoints, JSON.stringify({ chat: { url, private: true, format: 'slack' } }));
    const told = () => new Set(chat.received.map(({ headers }) => headers['webhook-id']));
    return {
      files: { '.github/gatehouse.yml': fileFor(`http://${at}`) },
      env: { GATEHOUSE_WEBHOOKS: endpoints, GATEHOUSE_PRIVATE_HOSTS: at },
      people: environment => people(environment, `http://${at}`),
      ends: ['success', 'success'],
      async wrong({ github, repository, mona }) {
        const staging = github
          .deployments(repository)
          .filter(({ environment }) => environment === 'staging');
        const pulls: { merged_at: string | null }[] = await mona.get('/pulls?state=all');
        return [
          ...exactly(1, 'deployments to staging', staging.length),
          ...exactly(1, 'merges', pulls.filter(({ merged_at }) => merged_at).length),
          ...exactly(1, 'different messages in the chat', told().size),
        ];
      },
      async close() {
        chat.stop();
        service.close();
        await rm(folder, { recursive: true });
      },
    };
  },
};

async function people(environment: CrashEnvironment, service: string): Promise<void> {
  const { github, repository, users, mona } = environment;
  const { number } = await mona.open('It subtracts', 'Two and two is four.');
  await mona.label(number, 'agent:fix');
  const approve = approver(environment);
  const previews = new Set<string>();
  await seen('what is deployed to be accepted', async () => {
    const [pull] = await mona.get('/pulls?state=all');
    if (!pull) return null;
    const { sha } = pull.head;
    if (!previews.has(sha)) {
      previews.add(sha);
      const made = github.deploy(
        repository,
        { sha, ref: 'head', environment: 'preview' },
        users.mona,
      );
      github.reportDeployment(repository, made, { state: 'success', environmentUrl: service });
    }
    await approve(pull.number);
    for (const made of github.deployments(repository))
      if (made.environment === 'staging' && made.statuses.length === 0)
        github.reportDeployment(repository, made, { state: 'success' });
    const comments: { body: string }[] = await mona.get(`/issues/${pull.number}/comments`);
    return comments.some(({ body }) => /\*\*Accepted/.test(body) && /staging/.test(body));
  });
}
