/** From the preview of a pull request to what was deployed: looked at, sent back, approved, watched. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AUTONOMOUS, FILES } from '../../scenarios/environment.ts';
import { until } from '../until.ts';
import { type Story, scriptsIn } from './story.ts';

/** The service that is deployed, with a path for each place that it runs in. */
async function openService() {
  /** What it answers, by the first part of its path. */
  const health: Record<string, unknown> = {};
  const server = createServer((request, response) => {
    const [, where = ''] = (request.url ?? '').split('/');
    const query =
      '{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"0.2"]}]}}';
    response.end(where === 'prometheus' ? query : JSON.stringify(health[where] ?? {}));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    health,
    host: `127.0.0.1:${port}`,
    at: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>(resolve => void server.close(() => resolve())),
  };
}

/** A repository with a preview of each pull request, and staging after the merge. */
const config = (at: string) => `${FILES['.github/gatehouse.yml']}checks: { beginMinutes: 0 }
environments:
  preview:
    on: pull_request
    settleSeconds: 0
    accept: [{ get: /health, json: { status: ok } }]
  staging:
    on: merge
    settleSeconds: 0
    url: ${at}/staging
    accept:
      - { get: /health, schema: { type: object, required: [version] } }
      - { metric: errors, prometheus: '${at}/prometheus', below: 1 }
`;

export type Deployed = {
  pull: number;
  /** What the pull request said of its first preview. */
  sentBack: string;
  /** The environments that were deployed to when people were asked about staging. */
  before: string[];
  /** What people were asked about staging, with the commit that was merged. */
  asked: { reasons: string[]; commit: string };
  staging: { sha: string; task: string };
  /** How the environment was answered, which asks about each deployment. */
  gates: { environment: string; state: string | null }[];
  accepted: string;
};

export async function openDeploy(): Promise<Story<Deployed>> {
  const { health, at, host, close } = await openService();
  return {
    env: { ...AUTONOMOUS, ...scriptsIn('deploying'), GATEHOUSE_PRIVATE_HOSTS: host },
    files: { ...FILES, '.github/gatehouse.yml': config(at) },
    close,
    async play({ environment: { github, users, app }, scenario, chapter }) {
      const { repository, mona, rey } = scenario;
      Object.assign(health, { first: { status: 'starting' }, second: { status: 'ok' } });
      Object.assign(health, { staging: { version: 1 } });
      /** The repository's own automation deploys each head of the pull request. */
      const preview = (sha: string, where: string) => {
        const made = github.deploy(
          repository,
          { sha, ref: 'head', environment: 'preview' },
          users.mona,
        );
        github.reportDeployment(repository, made, { state: 'in_progress' });
        github.reportDeployment(repository, made, { state: 'success', environmentUrl: where });
      };

      await chapter('1. Mona labels an issue; the pull request waits for its preview');
      const issue = await mona.open('It subtracts', 'Two and two is four.');
      await mona.label(issue.number, 'agent:fix');
      const first = await scenario.when('a preview to be awaited', v =>
        v.steps.some(({ purpose, status }) => purpose === 'accept' && status === 'active'),
      );
      const pull = first.pull?.number ?? 0;

      await chapter('2. The preview is not healthy: it goes back to the author');
      preview(first.pull?.head ?? '', `${at}/first`);
      const sentBack = await scenario.said(pull, /Not accepted/);
      const second = await scenario.when(
        'a second round',
        v => v.round === 2 && v.pull?.head !== first.pull?.head,
      );

      await chapter('3. The next preview is healthy: it is merged');
      preview(second.pull?.head ?? '', `${at}/second`);
      await scenario.said(pull, /Ready to merge/);
      const waiting = await scenario.when('a request', v => v.approval?.action === 'deploy');
      const { merged, merge_commit_sha: commit } = await mona.get(`/pulls/${pull}`);
      if (!merged) throw new Error('people were asked about staging before the merge');
      const before = github.deployments(repository).map(one => one.environment);

      await chapter('4. Staging takes an approval; whoever asked for the work does not give it');
      await mona.comment(pull, '/agent approve');
      await scenario.said(pull, /does not count/);
      await rey.comment(pull, '/agent approve');
      const staging = await until('a deployment to staging', async () =>
        github.deployments(repository).find(one => one.environment === 'staging'),
      );

      await chapter(
        '5. The environment asks as well, and is answered: policy has allowed that commit',
      );
      await until('its start to be known', async () =>
        (await scenario.events('deployment.started')).at(0),
      );
      const ours = { sha: staging.sha, branch: 'main', ref: 'main', environment: 'staging' };
      const asking = github.askGate(repository, { ...ours, event: 'deployment' }, app.botUser);
      await until('an answer', async () => asking.gates.at(0));

      await chapter('6. Staging is deployed, and what must hold there does');
      const logUrl = 'https://ci.example/runs/7';
      github.reportDeployment(repository, staging, { state: 'success', logUrl });
      await scenario.when('the end', v => v.status === 'success');
      return {
        pull,
        sentBack,
        before,
        asked: { reasons: waiting.approval?.reasons ?? [], commit },
        staging,
        gates: asking.gates,
        accepted: await scenario.said(pull, /\*\*Accepted/),
      };
    },
  };
}
