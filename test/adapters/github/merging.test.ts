/** Merging, by the local GitHub: in the background and at once, by the queue, and in a stack. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOwnLimits } from '../../../src/adapters/github/client/limits.ts';
import { until } from '../../demo/until.ts';
import type { Protection } from '../../simulator/world/build.ts';
import { MERGE_TEXTS } from '../../simulator/world/repositories.ts';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
let writes: GitHubEnvironment['gatehouse']['writes'];
beforeAll(async () => {
  environment = await openEnvironment();
  writes = environment.gatehouse.writes;
});
afterAll(() => environment.close());

const merge = (number: number, sha: string, { queued = false, base = 'main' } = {}) =>
  writes.merge(environment.repository, {
    number,
    sha,
    base,
    queued,
    fresh: async () => {},
  });

it('merges exactly the head, once, and deletes the branch', async () => {
  const { number, sha, branch } = await environment.openPull();
  environment.github.switchAsyncMerges(false);
  environment.github.faults.api({ match: 'pulls/merge', status: 'lostAnswer' });
  const merged = await merge(number, sha);
  environment.github.switchAsyncMerges(true);
  expect(merged).toMatchObject({ outcome: 'merged' });
  expect(await merge(number, sha)).toEqual(merged);
  await writes.deleteBranch(environment.repository, branch, 'b'.repeat(40));
  expect(await environment.gatehouse.facts.branch(environment.repository, branch)).toBe(sha);
  await writes.deleteBranch(environment.repository, branch, sha);
  await writes.deleteBranch(environment.repository, branch, sha);
  expect(await environment.gatehouse.facts.branch(environment.repository, branch)).toBeNull();
});

it('deletes no branch that a rule keeps, or that somebody pushes to meanwhile', async () => {
  const { github, gatehouse, repository, handle, bob } = environment;
  const { sha, branch } = await environment.openPull();
  github.protectBranch(handle, branch, {});
  await writes.deleteBranch(repository, branch, sha);
  expect(await gatehouse.facts.branch(repository, branch)).toBe(sha);
  const other = await environment.openPull();
  const push = {
    branch: other.branch,
    changes: { 'src/more.js': 'more' },
    message: 'More',
    author: bob,
  };
  // GitHub has said where it points, and the answer is on its way until it was pushed to.
  github.answerTogether('git/get-ref', 'issues/list-labels-for-repo');
  const before = github.requests().length;
  const deleting = writes.deleteBranch(repository, other.branch, other.sha);
  const asked = () =>
    github
      .requests()
      .slice(before)
      .map(({ operation }) => operation);
  await expect.poll(asked).toContain('git/get-ref');
  const more = await github.push(handle, push);
  await environment.octokit.rest.issues.listLabelsForRepo(environment.at);
  await deleting;
  expect(await gatehouse.facts.branch(repository, other.branch)).toBe(more);
});

it('asks once for what it looks at before, unless GitHub tells of something meanwhile', async () => {
  const { github, gatehouse, repository } = environment;
  const looks = () => github.requests().filter(({ operation }) => operation === 'pulls/get').length;
  const prepared = async () => {
    const { number, sha } = await environment.openPull();
    const before = looks();
    writes.prepareMerge(repository, { number, base: 'main' });
    await until('the look before it', async () => looks() > before);
    return { number, sha, before };
  };
  const first = await prepared();
  expect(await merge(first.number, first.sha)).toMatchObject({ outcome: 'merged' });
  expect(looks() - first.before).toBe(1);
  const second = await prepared();
  await gatehouse.facts.told('pull_request', { repository: { id: repository.id } });
  expect(await merge(second.number, second.sha)).toMatchObject({ outcome: 'merged' });
  expect(looks() - second.before).toBe(2);
});

it('says where the head has moved', async () => {
  const { number, sha } = await environment.openPull();
  expect(await merge(number, 'b'.repeat(40))).toEqual({ outcome: 'moved', head: sha });
});

it('waits while it is a draft, and when it is closed', async () => {
  const { number, sha } = await environment.openPull(environment.bob, { draft: true });
  expect(await merge(number, sha)).toEqual({
    outcome: 'blocked',
    reason: 'The pull request is a draft. Mark it as ready for review, and the work goes on.',
  });
  await environment.as(environment.bob, 'PATCH', `/pulls/${number}`, { state: 'closed' });
  expect(await merge(number, sha)).toEqual({
    outcome: 'blocked',
    reason: 'The pull request is closed. Reopen it, and the work goes on.',
  });
});

it('waits for what is locked or in conflict', async () => {
  const locked = await environment.openPull();
  await environment.as(environment.alice, 'PUT', `/issues/${locked.number}/lock`);
  expect(await merge(locked.number, locked.sha)).toEqual({
    outcome: 'blocked',
    reason: 'The pull request is locked. Unlock it, and the work goes on.',
  });
  const { number, sha } = await environment.openPull();
  await environment.github.push(environment.handle, {
    branch: 'main',
    changes: { 'src/index.js': 'export const one = "conflict";\n' },
    message: 'Meanwhile',
    author: environment.alice,
  });
  expect(await merge(number, sha)).toEqual({
    outcome: 'blocked',
    reason: 'It conflicts with main. Merge main into it, and the work goes on.',
  });
});

/** What a merge says under these rules of the base and these settings. */
async function mergeUnder(
  rules: Protection,
  methods: readonly ('merge' | 'squash' | 'rebase')[] = ['merge', 'squash', 'rebase'],
) {
  const { number, sha } = await environment.openPull();
  environment.github.allowMergeMethods(environment.handle, methods);
  environment.github.protectBranch(environment.handle, 'main', rules);
  const merged = await merge(number, sha);
  environment.github.allowMergeMethods(environment.handle, ['merge', 'squash', 'rebase']);
  environment.github.protectBranch(environment.handle, 'main', null);
  return merged;
}
const parentsOf = async (merged: Awaited<ReturnType<typeof merge>>): Promise<number> => {
  if (merged.outcome !== 'merged') throw new Error(JSON.stringify(merged));
  const path = `/git/commits/${merged.commit}`;
  return (await environment.as(environment.alice, 'GET', path)).parents.length;
};

it('says what the base still asks for where GitHub only says that it blocks', async () => {
  const requiredChecks = [{ context: 'ci' }, { context: 'e2e' }, { context: 'ci' }];
  expect(await mergeUnder({ requiredChecks, requiredReviews: 2, signatures: true })).toEqual({
    outcome: 'blocked',
    reason:
      'GitHub blocks the merge: main asks for 2 reviews that approve, the check ci, the check e2e, signed commits.',
  });
  expect(await mergeUnder({ requiredReviews: 1 })).toMatchObject({
    reason: 'GitHub blocks the merge: main asks for a review that approves.',
  });
});

it('merges in a way that the settings and the rules of the base both allow', async () => {
  expect(await parentsOf(await mergeUnder({}, ['merge']))).toBe(2);
  expect(await parentsOf(await mergeUnder({ mergeMethods: ['merge'] }))).toBe(2);
  expect(await parentsOf(await mergeUnder({ linearHistory: true }, ['merge', 'rebase']))).toBe(1);
  // This commit is signed by nobody, and it is never rebased.
  expect(await mergeUnder({ signatures: true }, ['merge', 'rebase'])).toEqual({
    outcome: 'blocked',
    reason: 'Commits must have valid signatures.',
  });
});

it('says so where they have no way in common', async () => {
  expect(await mergeUnder({ mergeMethods: ['squash'] }, ['merge'])).toEqual({
    outcome: 'blocked',
    reason:
      'The settings of the repository allow merge, and the rules of main allow squash: they have no way in common.',
  });
  expect(await mergeUnder({ linearHistory: true }, ['merge'])).toMatchObject({
    reason: expect.stringMatching(/rules of main allow squash, rebase/),
  });
});

it.each([
  ['ruleset', true],
  ['ruleset', false],
  ['classic', true],
  ['classic', false],
] as const)(
  'puts exactly the head into the queue that a %s rule requires, once, and takes out its own; in the background: %s',
  async (mergeQueue, background) => {
    environment.github.switchAsyncMerges(background);
    const { number, sha } = await environment.openPull();
    const required = { mergeQueue, requiredChecks: [{ context: 'ci' }] };
    environment.github.protectBranch(environment.handle, 'main', required);
    const check = { name: 'ci', headSha: sha, conclusion: 'success' } as const;
    await environment.github.reportCheckRun(environment.handle, check);
    const queued = {
      outcome: 'queued',
      reason: 'It is in the merge queue of main, at position 1, and GitHub merges it from there.',
    };
    expect(await merge(number, sha)).toEqual(queued);
    expect(await merge(number, sha)).toEqual(queued);
    await writes.leaveQueue(environment.repository, number);
    await writes.leaveQueue(environment.repository, number);
    expect(await merge(number, sha, { queued: true })).toMatchObject({
      outcome: 'dequeued',
      reason: expect.stringMatching(/^GitHub took it out of the merge queue of main: manual\./),
    });
    // Somebody else's place in the queue stays theirs.
    const { node_id } = await environment.as(environment.alice, 'GET', `/pulls/${number}`);
    const answer = await environment.github.enqueuePull(environment.alice, node_id);
    expect(answer.errors).toBeUndefined();
    await writes.leaveQueue(environment.repository, number);
    expect(await merge(number, sha, { queued: true })).toMatchObject({
      outcome: 'blocked',
      reason: expect.stringMatching(/^Somebody else put it there: /),
    });
    await environment.as(environment.alice, 'PATCH', `/pulls/${number}`, { state: 'closed' });
    environment.github.protectBranch(environment.handle, 'main', null);
    environment.github.switchAsyncMerges(true);
  },
);

it('reads the queue without a write', async () => {
  let writesMade = 0;
  const admit = async () => {
    writesMade += 1;
  };
  const limits = { ...createOwnLimits(), writes: { admit } };
  const other = await openEnvironment({ connect: { limits } });
  const { number } = await other.openPull();
  await other.gatehouse.writes.leaveQueue(other.repository, number);
  expect(writesMade).toBe(0);
  await other.close();
});

it('merges nothing that lies below it in a stack, and the lowest, and then the next', async () => {
  const below = await environment.openPull();
  const above = await environment.openPull(environment.bob, { on: below.branch });
  environment.github.stackPulls(environment.handle, [below.number, above.number]);
  // It was judged by what it is based on.
  expect(await merge(above.number, above.sha)).toEqual({
    outcome: 'blocked',
    reason: `It would be merged into ${below.branch} by now, and not into main.`,
  });
  expect(await merge(above.number, above.sha, { base: below.branch })).toMatchObject({
    outcome: 'blocked',
    reason: expect.stringMatching(/stacked on another pull request, .* nobody approved/),
  });
  // Enterprise Server has no other way than the one that refuses stacks.
  environment.github.switchAsyncMerges(false);
  expect(await merge(below.number, below.sha)).toEqual({
    outcome: 'blocked',
    reason: 'Merging stacked PRs via this endpoint is not supported',
  });
  environment.github.switchAsyncMerges(true);
  environment.github.allowMergeMethods(environment.handle, ['merge']);
  const state = (number: number) => environment.as(environment.alice, 'GET', `/pulls/${number}`);
  expect(await merge(below.number, below.sha)).toMatchObject({ outcome: 'merged' });
  expect(await state(above.number)).toMatchObject({ merged: false, base: { ref: 'main' } });
  expect(await merge(above.number, above.sha)).toMatchObject({ outcome: 'merged' });
  environment.github.allowMergeMethods(environment.handle, ['merge', 'squash', 'rebase']);
});

it('merges nothing with it of a pull request below it that was closed without being merged', async () => {
  const below = await environment.openPull();
  const above = await environment.openPull(environment.bob, { on: below.branch });
  environment.github.stackPulls(environment.handle, [below.number, above.number]);
  await environment.as(environment.alice, 'PATCH', `/pulls/${below.number}`, { state: 'closed' });
  expect(await merge(above.number, above.sha, { base: below.branch })).toEqual({
    outcome: 'blocked',
    reason: expect.stringMatching(
      new RegExp(
        `nobody approved here\\. #${below.number} below it was closed .*: reopen that, or`,
      ),
    ),
  });
});

it('finds a merge again that GitHub still works on, and asks for no second one', async () => {
  const { number, sha } = await environment.openPull();
  const release = environment.github.holdMerges(environment.handle);
  environment.github.faults.api({ match: 'pulls/merge-async', status: 'lostAnswer' });
  await expect(merge(number, sha)).rejects.toMatchObject({ class: 'transport' });
  const again = merge(number, sha);
  release();
  expect(await again).toMatchObject({ outcome: 'merged' });
  const { commits } = await environment.as(environment.alice, 'GET', `/pulls/${number}`);
  expect(commits).toBe(1);
});

it('says where a push ended a merge that was under way', async () => {
  const { number, sha, branch } = await environment.openPull();
  const release = environment.github.holdMerges(environment.handle);
  const merging = merge(number, sha);
  await Promise.race([merging, environment.github.mergeAsked(environment.handle, number)]);
  const head = await environment.github.push(environment.handle, {
    branch,
    changes: { 'more.js': 'export {};\n' },
    message: 'More',
    author: environment.bob,
  });
  release();
  expect(await merging).toEqual({ outcome: 'moved', head });
});

it.each([
  [
    { squashTitle: 'PR_TITLE', squashMessage: 'PR_BODY' },
    ['squash'],
    /^Change one \(#\d+\)\n\nWhy it changes$/,
  ],
  [
    { squashTitle: 'COMMIT_OR_PR_TITLE', squashMessage: 'BLANK' },
    ['squash'],
    /^Count up \(#\d+\)$/,
  ],
  [
    { mergeTitle: 'PR_TITLE', mergeMessage: 'PR_BODY' },
    ['merge'],
    /^Change one \(#\d+\)\n\nWhy it changes$/,
  ],
] as const)('leaves the text of the commit to the settings %o', async (texts, methods, text) => {
  const { number, sha } = await environment.openPull(environment.bob, { message: 'Count up' });
  await environment.as(environment.bob, 'PATCH', `/pulls/${number}`, { body: 'Why it changes' });
  environment.github.setMergeTexts(environment.handle, { ...MERGE_TEXTS, ...texts });
  environment.github.allowMergeMethods(environment.handle, methods);
  const merged = await merge(number, sha);
  environment.github.setMergeTexts(environment.handle, MERGE_TEXTS);
  environment.github.allowMergeMethods(environment.handle, ['merge', 'squash', 'rebase']);
  if (merged.outcome !== 'merged') throw new Error(JSON.stringify(merged));
  const path = `/git/commits/${merged.commit}`;
  expect((await environment.as(environment.alice, 'GET', path)).message).toMatch(text);
});
