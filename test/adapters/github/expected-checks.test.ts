/** Which checks of the base a pull request is to have: not those that only a schedule or an issue starts. */
import { expect, it } from 'vitest';
import type { Client } from '../../../src/adapters/github/client/client.ts';
import { readExpectedChecks } from '../../../src/adapters/github/facts/expected-checks.ts';
import { ranIn } from '../../../src/adapters/github/snapshot/reported.ts';
import { readWorkflows } from '../../../src/adapters/github/snapshot/workflows.ts';
import { GitHubFailure } from '../../../src/engine/ports/github.ts';

const REPOSITORY = { id: 42, owner: 'acme', name: 'library', installation: 7 };
const APP = { id: 5, slug: 'gatehouse', botUserId: 99 };
const TIP = 'b'.repeat(40);

type Start = { event: string; path?: string };

/** The names that are expected where each of `jobs` ran on the tip, in a suite of its own. */
async function expectedOf(jobs: [name: string, start: Start | null][], { refused = false } = {}) {
  const contexts = jobs.map(([name, start], index) => ({
    __typename: 'CheckRun' as const,
    databaseId: index + 1,
    name,
    status: 'COMPLETED',
    conclusion: 'SUCCESS',
    completedAt: null,
    checkSuite: {
      databaseId: index + 1,
      app: { databaseId: 15, slug: start ? 'github-actions' : 'jenkins' },
    },
  }));
  const workflow_runs = jobs.flatMap(([, start], index) =>
    start
      ? [
          {
            check_suite_id: index + 1,
            workflow_id: 9,
            event: start.event,
            path: start.path ?? '.github/workflows/ci.yml',
          },
        ]
      : [],
  );
  const paginate = async () => {
    if (refused) throw new GitHubFailure('forbidden', 'Not for you.', 403);
    return workflow_runs;
  };
  const client = { paginate, rest: { actions: {} } } as unknown as Client;
  const asked: string[] = [];
  const { ranOnBase } = await readExpectedChecks(
    {
      requirements: { checks: async () => [] },
      ranOn: async () => [],
      workflowsOn: async (repository, sha) => {
        asked.push(sha);
        return readWorkflows(client, repository, sha);
      },
    },
    REPOSITORY,
    { base: { ref: 'main', sha: TIP }, tip: { sha: TIP, ran: ranIn(contexts, APP) } },
  );
  return { ranOnBase, asked };
}

it.each([
  'push',
  'pull_request',
  'pull_request_target',
  'merge_group',
  // A preview of a pull request starts them on its head.
  'deployment',
  'deployment_status',
  'an event that is new',
])('a job that %s started is expected', async event => {
  expect((await expectedOf([['test', { event }]])).ranOnBase).toEqual(['test']);
});

it.each([
  'schedule',
  'issues',
  'issue_comment',
  'workflow_dispatch',
  'repository_dispatch',
  'release',
  'workflow_run',
  'create',
])('a job that nothing but %s started is not', async event => {
  const { ranOnBase } = await expectedOf([
    ['stale', { event }],
    ['test', { event: 'push' }],
    ['lint', null],
  ]);
  expect(ranOnBase).toEqual(['test', 'lint']);
});

it('a job of the same name that a push started is expected', async () => {
  const { ranOnBase } = await expectedOf([
    ['test', { event: 'push' }],
    ['test', { event: 'schedule' }],
  ]);
  expect(ranOnBase).toEqual(['test']);
});

it("of GitHub's own workflows code scanning is expected, and what builds pages is not", async () => {
  const { ranOnBase } = await expectedOf([
    ['deploy', { event: 'dynamic', path: 'dynamic/pages/pages-build-deployment' }],
    ['Dependabot', { event: 'dynamic', path: 'dynamic/dependabot/dependabot-updates' }],
    ['Analyze', { event: 'dynamic', path: 'dynamic/github-code-scanning/codeql' }],
  ]);
  expect(ranOnBase).toEqual(['Analyze']);
});

it('all are expected where the workflows may not be read', async () => {
  const { ranOnBase } = await expectedOf([['stale', { event: 'schedule' }]], { refused: true });
  expect(ranOnBase).toEqual(['stale']);
});

it('nothing is asked of Actions where it ran nothing', async () => {
  expect(await expectedOf([['lint', null]])).toEqual({ ranOnBase: ['lint'], asked: [] });
});
