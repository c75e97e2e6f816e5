/** What is said of a merge that GitHub blocks without a word, by what the rules of the base ask for. */
import { expect, it } from 'vitest';
import type { Clients } from '../../../src/adapters/github/client/client.ts';
import { whatIsMissing } from '../../../src/adapters/github/writes/missing.ts';
import { GitHubFailure } from '../../../src/engine/ports/github.ts';

const APP = { id: 5, slug: 'gatehouse', botUserId: 99 };
const REPOSITORY = { id: 42, owner: 'acme', name: 'library', installation: 7 };
const PULL = { number: 2, head: { sha: 'a'.repeat(40) }, base: { ref: 'main' } };

type Found = {
  rules?: object[];
  classic?: object;
  runs?: { name: string; app: number }[];
  decision?: string;
  open?: number;
  /** Conversations that were resolved, older than the open ones. */
  resolved?: number;
  updateRule?: object;
  /** Commits that the branch lacks. */
  behind?: number;
  /** Whatever is looked up of it is not for us. */
  refused?: boolean;
};

async function missing(found: Found) {
  const { rules = [], classic, runs = [], decision = 'APPROVED', open = 0, behind = 0 } = found;
  const shown = async <T>(answer: T): Promise<T> => {
    if (found.refused) throw new GitHubFailure('forbidden', 'Not for you.', 403);
    return answer;
  };
  const thread = (isResolved: boolean) => () => ({ isResolved });
  const threads = [
    ...Array.from({ length: found.resolved ?? 1 }, thread(true)),
    ...Array.from({ length: open }, thread(false)),
  ];
  const shownThreads = (query: string) => {
    const [, end, most] = /reviewThreads\((first|last): (\d+)\)/.exec(query) ?? [];
    return end === 'last' ? threads.slice(-Number(most)) : threads.slice(0, Number(most));
  };
  const pullRequest = {
    reviewDecision: decision,
    baseRef: { refUpdateRule: found.updateRule ? { ...FREE, ...found.updateRule } : null },
  };
  const answers = {
    listCommits: [{ commit: { verification: { verified: false } } }],
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
    paginate: async (asked: { named: keyof typeof answers }) =>
      asked.named === 'listCommits' ? shown(answers.listCommits) : answers[asked.named],
    graphql: (query: string) =>
      shown({
        repository: {
          pullRequest: { ...pullRequest, reviewThreads: { nodes: shownThreads(query) } },
        },
      }),
    rest: {
      repos: {
        getBranchRules: named('getBranchRules'),
        getBranch: async () => ({
          data: { protection: classic && { required_status_checks: classic } },
        }),
        getCombinedStatusForRef: async () => ({ data: { statuses: [], total_count: 0 } }),
        listDeployments: () => shown({ data: [] }),
        compareCommitsWithBasehead: () => shown({ data: { behind_by: behind } }),
      },
      pulls: { listCommits: named('listCommits') },
      checks: { listForRef: named('listForRef') },
    },
  };
  const clients = (() => client) as unknown as Clients;
  return whatIsMissing({ clients, app: APP }, REPOSITORY, PULL);
}
const blocked = (reason: string) => ({ outcome: 'blocked', reason });

/** Classic protection that asks for nothing. */
const FREE = {
  requiredApprovingReviewCount: 0,
  requiresCodeOwnerReviews: false,
  requiresConversationResolution: false,
  requiresSignatures: false,
  viewerCanPush: true,
};

const asksFor = (what: string) => `GitHub blocks the merge: main asks for ${what}.`;
const checkRule = (context: string, integration_id?: number) => ({
  type: 'required_status_checks',
  parameters: { required_status_checks: [{ context, integration_id }] },
});
const STRICT = {
  strict_required_status_checks_policy: true,
  required_status_checks: [{ context: 'lint' }],
};
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
    'our own check by another App',
    { rules: [checkRule('gatehouse', 15), checkRule('gatehouse', APP.id)] },
    "the check gatehouse by another App than Gatehouse's (choose Gatehouse's App as its source)",
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
      open: 2,
      rules: [
        pullRule({ required_review_thread_resolution: true }),
        pullRule({ required_review_thread_resolution: true }),
      ],
    },
    '2 conversations to be resolved',
  ],
  [
    'a conversation after more that are resolved than are looked at',
    {
      open: 1,
      resolved: 150,
      rules: [pullRule({ required_review_thread_resolution: true })],
    },
    'a conversation to be resolved',
  ],
  [
    'what classic protection tells of itself',
    {
      decision: 'REVIEW_REQUIRED',
      open: 1,
      updateRule: {
        requiredApprovingReviewCount: 2,
        requiresCodeOwnerReviews: true,
        requiresConversationResolution: true,
        requiresSignatures: true,
      },
    },
    '2 reviews that approve, of code owners too, a conversation to be resolved, signed commits',
  ],
  [
    'a branch that contains all of the base, beside a check',
    { behind: 3, rules: [{ ...checkRule('lint'), parameters: STRICT }] },
    'the check lint, a branch that contains all of main',
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
])('%s', async (_, found, what) => {
  expect(await missing(found)).toEqual(blocked(asksFor(what)));
});

it.each<[string, object, string]>([
  [
    'a branch that takes no updates',
    { type: 'update' },
    'somebody who may bypass its rule against updates',
  ],
  [
    'messages of commits',
    {
      type: 'commit_message_pattern',
      parameters: { operator: 'starts_with', pattern: 'feat' },
    },
    'commits that its rule commit_message_pattern allows (starts with feat)',
  ],
  [
    'authors of commits',
    {
      type: 'commit_author_email_pattern',
      parameters: { name: 'Ours', negate: true, operator: 'regex', pattern: '@acme' },
    },
    'commits that its rule commit_author_email_pattern allows (Ours)',
  ],
  [
    'workflows',
    { type: 'workflows', parameters: { workflows: [{ path: 'a.yml' }, { path: 'b.yml' }] } },
    'the workflow a.yml, the workflow b.yml',
  ],
  [
    'code scanning',
    { type: 'code_scanning', parameters: { code_scanning_tools: [{ tool: 'CodeQL' }] } },
    'the results of code scanning by CodeQL',
  ],
  ['a rule that is new to us', { type: 'moon_phase' }, 'what its rule moon_phase says'],
  [
    'whose reviews it takes',
    pullRule({ require_code_owner_review: true, required_reviewers: [{}] }),
    'a review by code owners, reviews by whom it names for some files',
  ],
])(
  'of what GitHub alone can judge is said no more than that it is asked for: %s',
  async (_, rule, what) => {
    const rules = [rule, { type: 'non_fast_forward' }];
    expect(await missing({ rules })).toEqual(
      blocked(`GitHub blocks the merge and does not say why: main asks for ${what}.`),
    );
    expect(await missing({ rules: [...rules, checkRule('lint')] })).toEqual(
      blocked(
        `${asksFor('the check lint')} It also asks for ${what}, which GitHub alone can judge.`,
      ),
    );
  },
);

it('what GitHub does not show us is asked for', async () => {
  const rules = [
    { type: 'required_signatures' },
    { type: 'required_deployments', parameters: { required_deployment_environments: ['qa'] } },
    { ...checkRule('lint'), parameters: STRICT },
  ];
  expect(await missing({ rules, refused: true })).toEqual(
    blocked(asksFor('the check lint, signed commits, a deployment to qa')),
  );
});

it('what is there is not asked for', async () => {
  const resolved = pullRule({ required_review_thread_resolution: true });
  const { reason } = Object(await missing({ rules: [resolved, { type: 'moon_phase' }] }));
  expect(reason).toContain('asks for what its rule moon_phase says.');
});

it('the base is merged into a branch that lacks some of it, where nothing else is known to be missing', async () => {
  const rules = [{ ...checkRule('lint', 15), parameters: STRICT }];
  const runs = [{ name: 'lint', app: 15 }];
  expect(await missing({ rules, runs, behind: 1 })).toEqual({ outcome: 'behind', base: 'main' });
  expect(await missing({ rules, runs })).toMatchObject({ outcome: 'blocked' });
  const queued = [...rules, { type: 'merge_queue' }];
  expect(await missing({ rules: queued, runs, behind: 1 })).toMatchObject({ outcome: 'blocked' });
});

it('a branch that is locked or restricted is said to be that', async () => {
  expect(await missing({ updateRule: { viewerCanPush: false } })).toEqual(
    blocked(
      "GitHub blocks the merge into main. Its protection lets Gatehouse's App change nothing there: the branch is locked, or only those may push to it whom it names. Unlock it, or name the App.",
    ),
  );
});

it('of which nothing is shown to us, is said to be so', async () => {
  expect(await missing({ rules: [{ type: 'non_fast_forward' }] })).toEqual(
    blocked(
      'GitHub blocks the merge and does not say why; the page of the pull request may show it.',
    ),
  );
});
