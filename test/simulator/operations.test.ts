import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadContract } from './contract/validate.ts';
import { openEnvironment, type SimulatorEnvironment } from './environment.ts';
import { ROUTES } from './rest/routes.ts';

let environment: SimulatorEnvironment;
beforeEach(async () => {
  environment = await openEnvironment();
});
afterEach(() => environment.close());

test('what the trimmed description holds is what is implemented', () => {
  const described = loadContract().operations.map(({ id }) => id);
  expect(Object.keys(ROUTES).sort()).toEqual(described.sort());
});

test('reading operations answer as GitHub describes', async () => {
  const { octokit, asApp, at, github, alice, acme, repository } = environment;
  const rest = octokit.rest;
  const { number, sha, branch } = await environment.openPull();
  github.protectBranch(repository, 'main', {
    requiredReviews: 1,
    strict: true,
    requiredChecks: [{ context: 'x', appId: environment.app.id }],
  });
  const team = github.addTeam(acme, 'core', [alice]);
  github.grantTeam(repository, team, 'admin');
  const run = await github.reportCheckRun(repository, {
    name: 'x',
    headSha: sha,
    conclusion: 'success',
    log: 'ok',
  });
  await rest.issues.createLabel({ ...at, name: 'New', color: 'ff0000', description: 'A label' });
  const admin = environment.as(alice).rest;
  const answers = await Promise.all([
    rest.meta.root(),
    rest.rateLimit.get(),
    rest.apps.getBySlug({ app_slug: 'helper' }),
    asApp.rest.apps.listInstallations(),
    asApp.rest.apps.getInstallation({ installation_id: environment.installation.id }),
    asApp.rest.apps.getOrgInstallation({ org: 'acme' }),
    asApp.rest.apps.getWebhookConfigForApp(),
    rest.orgs.get({ org: 'acme' }),
    rest.teams.getByName({ org: 'acme', team_slug: 'core' }),
    rest.teams.listMembersInOrg({ org: 'acme', team_slug: 'core' }),
    rest.repos.listBranches(at),
    rest.repos.getBranch({ ...at, branch: 'main' }),
    rest.repos.getBranch({ ...at, branch }),
    rest.repos.getBranchRules({ ...at, branch: 'main' }),
    admin.repos.getBranchProtection({ ...at, branch: 'main' }),
    rest.repos.listCollaborators(at),
    rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: sha }),
    rest.git
      .getBlob({ ...at, file_sha: '30e8a5b1b2e8ee8ad9b7ab6cc8aac6a2f7c5d3a1' })
      .catch(error => ({ status: error.status })),
    rest.issues.listCommentsForRepo(at),
    rest.issues.getLabel({ ...at, name: 'New' }),
    rest.issues.listLabelsForRepo(at),
    rest.issues.listLabelsOnIssue({ ...at, issue_number: number }),
    rest.checks.listForRef({ ...at, ref: branch }),
    rest.checks.listSuitesForRef({ ...at, ref: branch }),
    rest.checks.getSuite({ ...at, check_suite_id: run.suiteId }),
    rest.checks.listForSuite({ ...at, check_suite_id: run.suiteId }),
    rest.actions.listJobsForWorkflowRun({ ...at, run_id: run.suiteId }),
  ]);
  expect(answers.map(({ status }) => status).filter(status => status !== 200)).toEqual([404]);
});

test('writing operations answer as GitHub describes', async () => {
  const { octokit, asApp, at, github, alice, bob } = environment;
  const rest = octokit.rest;
  const { number, sha, branch } = await environment.openPull();
  const issue = { ...at, issue_number: number };
  const pull = { ...at, pull_number: number };
  await github.push(environment.repository, {
    branch: 'main',
    changes: { z: 'z' },
    message: 'z',
    author: alice,
  });
  expect((await rest.pulls.updateBranch({ ...pull, expected_head_sha: sha })).status).toBe(202);
  expect((await rest.pulls.get(pull)).data).toMatchObject({ commits: 2, mergeable_state: 'clean' });
  await rest.pulls.update({ ...pull, title: 'Better', body: 'Much better.' });
  await github.push(environment.repository, {
    branch: 'next',
    from: 'main',
    changes: { n: 'n' },
    message: 'n',
    author: alice,
  });
  await rest.pulls.update({ ...pull, base: 'next' });
  await rest.issues.setLabels({ ...issue, labels: ['a', 'b'] });
  await rest.issues.addAssignees({ ...issue, assignees: ['bob'] });
  await rest.issues.update({ ...issue, labels: ['b', 'c'], assignees: [] });
  await rest.issues.lock(issue);
  await rest.issues.unlock(issue);
  const { data: pending } = await environment
    .as(alice)
    .rest.pulls.createReview({ ...pull, body: 'Hm.' });
  const review = { ...pull, review_id: pending.id };
  await environment
    .as(alice)
    .rest.pulls.submitReview({ ...review, event: 'REQUEST_CHANGES', body: 'No.' });
  await environment.as(alice).rest.pulls.updateReview({ ...review, body: 'Not yet.' });
  await rest.pulls.dismissReview({ ...review, message: 'Settled.' });
  expect((await rest.pulls.getReview(review)).data.state).toBe('DISMISSED');
  const { data: comment } = await rest.issues.createComment({ ...issue, body: 'x' });
  const { data: reaction } = await rest.reactions.createForIssueComment({
    ...at,
    comment_id: comment.id,
    content: 'rocket',
  });
  expect(
    (await rest.reactions.listForIssueComment({ ...at, comment_id: comment.id })).data,
  ).toHaveLength(1);
  await rest.reactions.deleteForIssueComment({
    ...at,
    comment_id: comment.id,
    reaction_id: reaction.id,
  });
  await rest.issues.getComment({ ...at, comment_id: comment.id });
  const { data: line } = await rest.pulls.createReviewComment({
    ...pull,
    commit_id: sha,
    path: 'src/index.js',
    line: 1,
    body: 'y',
  });
  await rest.reactions.createForPullRequestReviewComment({
    ...at,
    comment_id: line.id,
    content: 'heart',
  });
  const { data: blob } = await rest.git.createBlob({ ...at, content: 'AP8=', encoding: 'base64' });
  const entry = { path: 'bin/run', mode: '100755', type: 'blob' } as const;
  const { data: tree } = await rest.git.createTree({
    ...at,
    base_tree: sha,
    tree: [
      { ...entry, sha: blob.sha },
      { ...entry, path: 'z.txt', mode: '100644', content: 'ü\n' },
      { ...entry, path: 'src/index.js', sha: null },
    ],
  });
  const { data: made } = await rest.git.createTree({ ...at, base_tree: tree.sha, tree: [] });
  expect(made.sha).toBe(tree.sha);
  const commit = { ...at, message: 'By REST', tree: tree.sha, parents: [sha] };
  const { data: signed } = await rest.git.createCommit(commit);
  expect(signed).toMatchObject({ verification: { verified: true }, committer: { name: 'GitHub' } });
  const author = { name: 'Ada', email: 'ada@example.com' };
  const { data: unsigned } = await rest.git.createCommit({ ...commit, author });
  expect(unsigned).toMatchObject({ verification: { verified: false }, author });
  const hers = await environment.as(alice).rest.git.createCommit(commit);
  expect(hers.data.verification.verified).toBe(false);
  await rest.repos.createDispatchEvent({ ...at, event_type: 'go', client_payload: { n: 1 } });
  await rest.pulls.update({ ...pull, state: 'closed' });
  await rest.pulls.update({ ...pull, state: 'open' });
  await environment.as(bob).rest.git.createRef({ ...at, ref: 'refs/tags/v1', sha });
  // Octokit takes a field named `url` for the address of the request.
  const jwt = (await asApp.auth({ type: 'app' })) as { token: string };
  // What GitHub can't reach, it refuses: the address stays the one that the App was made with.
  const config = { secret: 'a webhook secret' };
  expect((await github.as(jwt).request('PATCH', '/app/hook/config', config)).status).toBe(200);
  await github.idle();
  expect(environment.receiver.received.every(({ signed }) => signed)).toBe(true);
  expect(environment.receiver.names()).toEqual(
    expect.arrayContaining([
      'pull_request.edited',
      'pull_request.assigned',
      'pull_request.locked',
      'pull_request.unlocked',
      'pull_request.reopened',
      'pull_request_review.edited',
      'pull_request_review.dismissed',
      'pull_request.unlabeled',
      'repository_dispatch.go',
    ]),
  );
  expect(branch).toMatch(/^topic-/);
});
