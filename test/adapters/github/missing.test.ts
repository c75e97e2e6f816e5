/** What is said of a merge that GitHub blocks without a word, by what the rules of the base ask for. */
import { expect, it } from 'vitest';
import type { Client } from '../../../src/adapters/github/client.ts';
import { whatIsMissing } from '../../../src/adapters/github/writes/missing.ts';

const APP = { id: 5, slug: 'gatehouse', botUserId: 99 };
const REPOSITORY = { id: 42, owner: 'acme', name: 'library', installation: 7 };
const PULL = { number: 2, head: { sha: 'a'.repeat(40) }, base: { ref: 'main' } };

type Found = {
  rules?: object[];
  classic?: object;
  runs?: { name: string; app: number }[];
  decision?: string;
};

function missing({ rules = [], classic, runs = [], decision = 'APPROVED' }: Found) {
  const answers = {
    getBranchRules: rules,
    listForRef: runs.map(({ name, app }, index) => ({
      id: index + 1,
      name,
      app: { id: app, slug: `app-${app}` },
      status: 'completed',
      conclusion: 'success',
      completed_at: null,
    })),
  };
  const named = (name: keyof typeof answers) => ({ named: name });
  const client = {
    paginate: async (asked: { named: keyof typeof answers }) => answers[asked.named],
    graphql: async () => ({ repository: { pullRequest: { reviewDecision: decision } } }),
    rest: {
      repos: {
        getBranchRules: named('getBranchRules'),
        getBranch: async () => ({
          data: { protection: classic && { required_status_checks: classic } },
        }),
        getCombinedStatusForRef: async () => ({ data: { statuses: [], total_count: 0 } }),
      },
      checks: { listForRef: named('listForRef') },
    },
  };
  return whatIsMissing(client as unknown as Client, APP, REPOSITORY, PULL);
}
const asksFor = (what: string) => `GitHub blocks the merge: main asks for ${what}.`;
const checkRule = (context: string, integration_id?: number) => ({
  type: 'required_status_checks',
  parameters: { required_status_checks: [{ context, integration_id }] },
});
const pullRule = (parameters: object) => ({
  type: 'pull_request',
  parameters: { required_approving_review_count: 1, ...parameters },
});

it.each<[string, Found, string]>([
  [
    'a check by the wrong App, by a ruleset',
    { rules: [checkRule('ci', 15)], runs: [{ name: 'CI', app: 16 }] },
    'the check ci by another App than the one that reported it',
  ],
  [
    'a check by the wrong App, by classic protection',
    {
      classic: { contexts: [], checks: [{ context: 'ci', app_id: 15 }] },
      runs: [{ name: 'ci', app: 16 }],
    },
    'the check ci by another App than the one that reported it',
  ],
  [
    'a check that is not there',
    { rules: [checkRule('ci', 15), checkRule('lint')], runs: [{ name: 'ci', app: 15 }] },
    'the check lint',
  ],
  [
    'a check by any App',
    {
      classic: { contexts: [], checks: [{ context: 'ci', app_id: -1 }] },
      runs: [{ name: 'ci', app: 16 }],
      rules: [{ type: 'required_signatures' }],
    },
    'signed commits',
  ],
  [
    'an approval of the last push, by code owners',
    {
      decision: 'REVIEW_REQUIRED',
      rules: [pullRule({ require_last_push_approval: true, require_code_owner_review: true })],
    },
    'a review that approves, of code owners too, one of them after the last push and not by who pushed',
  ],
  [
    'conversations, once for two rules',
    {
      rules: [
        pullRule({ required_review_thread_resolution: true }),
        pullRule({ required_review_thread_resolution: true }),
      ],
    },
    'resolved conversations',
  ],
  [
    'deployments',
    {
      rules: [
        {
          type: 'required_deployments',
          parameters: { required_deployment_environments: ['staging', 'qa'] },
        },
      ],
    },
    'a deployment to staging, a deployment to qa',
  ],
  [
    'a branch that takes no updates',
    { rules: [{ type: 'update' }] },
    'somebody who may bypass its rule against updates',
  ],
  [
    'messages of commits',
    { rules: [{ type: 'commit_message_pattern' }] },
    'commits that its rule commit_message_pattern allows',
  ],
  [
    'a rule that is new to us',
    { rules: [{ type: 'moon_phase' }, { type: 'non_fast_forward' }] },
    'what its rule moon_phase says',
  ],
])('%s', async (_, found, what) => {
  expect(await missing(found)).toBe(asksFor(what));
});

it('of which nothing is shown to us, is said to be so', async () => {
  expect(await missing({ rules: [{ type: 'non_fast_forward' }] })).toBe(
    'GitHub blocks the merge and does not say why; the page of the pull request may show it.',
  );
});
