import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckOutput } from '../../../src/adapters/github/facts/check-output.ts';
import { hiddenAmong } from '../../../src/adapters/github/facts/hidden.ts';
import { GitHubFailure } from '../../../src/engine/ports/github.ts';
import type { ApprovalQuery } from '../../../src/engine/ports/github-approval.ts';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
let facts: GitHubEnvironment['gatehouse']['facts'];
beforeAll(async () => {
  environment = await openEnvironment();
  facts = environment.gatehouse.facts;
});
afterAll(() => environment.close());

async function hide({ node_id }: { node_id: string }) {
  const query =
    'mutation ($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: SPAM }) { clientMutationId } }';
  await environment.octokit.graphql(query, { id: node_id });
}

const checkRun = (id: number) => ({ id, head: '', reportedAs: 'check_run' as const });

describe('the role of', () => {
  it('people is what they may do now', async () => {
    const roleOf = async (who: { id: number; login: string }) => {
      await facts.told('member', { repository: { id: environment.repository.id } });
      return facts.role(environment.repository, who);
    };
    const dora = environment.github.createUser('dora');
    expect(await roleOf(environment.alice)).toBe('admin');
    expect(await roleOf(environment.bob)).toBe('write');
    expect(await roleOf(environment.carol)).toBe('read');
    expect(await roleOf(dora)).toBe('none');
    for (const role of ['triage', 'maintain'] as const) {
      environment.github.addCollaborator(environment.handle, dora, role);
      expect(await roleOf(dora)).toBe(role);
    }
    environment.github.removeCollaborator(environment.handle, dora);
    expect(await roleOf(dora)).toBe('none');
  });

  it('nobody is none', async () => {
    expect(await facts.role(environment.repository, { id: 1, login: 'nobody-at-all' })).toBe(
      'none',
    );
  });

  it('a person who is renamed stays theirs, whoever takes the login', async () => {
    const erin = environment.github.createUser('erin');
    const asked = { id: erin.id, login: 'erin' };
    environment.github.addCollaborator(environment.handle, erin, 'write');
    expect(await facts.role(environment.repository, asked)).toBe('write');
    environment.github.renameAccount(erin, 'erin-was');
    expect(await facts.role(environment.repository, asked)).toBe('write');
    const taker = environment.github.createUser('erin');
    environment.github.addCollaborator(environment.handle, taker, 'admin');
    expect(await facts.role(environment.repository, asked)).toBe('write');
    expect(await facts.role(environment.repository, { id: 1, login: 'erin' })).toBe('none');
  });

  it('people is kept until GitHub tells of a change, or we act on it', async () => {
    const { github, handle, repository, installation } = environment;
    const fay = github.createUser('fay');
    github.addCollaborator(handle, fay, 'write');
    expect(await facts.role(repository, fay)).toBe('write');
    github.addCollaborator(handle, fay, 'read');
    expect(await facts.role(repository, fay)).toBe('write');
    // What is told of a team may concern every repository of the installation.
    await facts.told('membership', { installation: { id: installation.id } });
    expect(await facts.role(repository, fay)).toBe('read');
    github.removeCollaborator(handle, fay);
    await facts.renew(repository);
    expect(await facts.role(repository, fay)).toBe('none');
  });

  it('anyone is unknown while GitHub is down, never none', async () => {
    await facts.renew(environment.repository);
    environment.github.faults.api({
      match: 'repos/get-collaborator-permission-level',
      status: 503,
    });
    await expect(facts.role(environment.repository, environment.bob)).rejects.toMatchObject({
      name: 'GitHubFailure',
      class: 'server',
      status: 503,
    });
  });
});

describe('an issue', () => {
  it('comes with the role of everyone who wrote, and without what we wrote', async () => {
    const number = await environment.openIssue(environment.carol, 'Broken', 'It throws.');
    await environment.comment(environment.bob, number, 'Indeed.');
    await environment.octokit.rest.issues.createComment({
      ...environment.at,
      issue_number: number,
      body: 'Ours',
    });
    const issue = await facts.issue(environment.repository, number);
    expect(issue).toMatchObject({
      number,
      title: 'Broken',
      body: 'It throws.',
      author: { id: environment.carol.id, login: 'carol', role: 'read' },
      state: 'open',
      locked: false,
    });
    expect(issue.comments).toMatchObject([
      { by: { login: 'bob', role: 'write' }, body: 'Indeed.' },
    ]);
  });

  it('is asked for together with its comments', async () => {
    const number = await environment.openIssue(environment.carol, 'Broken');
    await environment.comment(environment.bob, number, 'Indeed.');
    environment.github.answerTogether('issues/get', 'issues/list-comments');
    const { comments } = await facts.issue(environment.repository, number);
    expect(comments).toMatchObject([{ body: 'Indeed.' }]);
  });

  it('is kept until GitHub tells that people said more', async () => {
    const { repository, bob } = environment;
    const number = await environment.openIssue(environment.carol, 'Kept');
    const said = async () => (await facts.issue(repository, number)).comments.length;
    const told = (event: string, payload: object) =>
      facts.told(event, { repository: { id: repository.id }, ...payload });
    expect(await said()).toBe(0);
    await environment.comment(bob, number, 'First.');
    await told('issue_comment', { comment: { user: { id: environment.app.botUser.id } } });
    expect(await said()).toBe(0);
    await told('issue_comment', { comment: { user: { id: bob.id } } });
    expect(await said()).toBe(1);
  });

  it('comes with its last 50 comments in order', async () => {
    const number = await environment.openIssue(environment.carol, 'Long');
    for (let n = 1; n <= 53; n += 1)
      await environment.comment(environment.bob, number, `comment ${n}`);
    const { comments } = await facts.issue(environment.repository, number);
    expect(comments.map(({ body }) => body)).toEqual(
      Array.from({ length: 50 }, (_, index) => `comment ${index + 4}`),
    );
    expect(comments.map(({ before = 0 }) => before).filter(before => before > 0)).toEqual([3]);
  });

  it('comes without comments that were hidden on GitHub', async () => {
    const number = await environment.openIssue(environment.carol, 'Spammed');
    await environment.comment(environment.bob, number, 'It is the sum.');
    await hide(await environment.comment(environment.bob, number, 'Buy cheap sums!'));
    const { comments } = await facts.issue(environment.repository, number);
    expect(comments).toMatchObject([{ body: 'It is the sum.' }]);
  });

  it('has its hidden comments found where another one is gone', async () => {
    const { carol, clients, repository } = environment;
    const number = await environment.openIssue(carol, 'Spammed again');
    const [gone, spam] = [
      await environment.comment(carol, number, 'I take it back.'),
      await environment.comment(carol, number, 'Buy cheap sums!'),
    ];
    await hide(spam);
    await environment.as(carol, 'DELETE', `/issues/comments/${gone.id}`);
    const hidden = await hiddenAmong(clients, repository, [gone.node_id, spam.node_id]);
    expect([...hidden]).toEqual([spam.node_id]);
  });

  it('that does not exist is not found', async () => {
    await expect(facts.issue(environment.repository, 9999)).rejects.toMatchObject({
      class: 'not_found',
      status: 404,
      message: expect.stringContaining('GET /repos/acme/library/issues/9999: Not Found'),
    });
  });
});

describe('a pull request', () => {
  it('comes with the checks and the statuses of others', async () => {
    const { number, sha } = await environment.openPull();
    const report = (name: string, conclusion: 'success' | 'failure' | 'skipped') =>
      environment.github.reportCheckRun(environment.handle, { name, headSha: sha, conclusion });
    await report('green', 'success');
    await report('skipped', 'skipped');
    await report('red', 'failure');
    await environment.github.reportCheckRun(environment.handle, {
      name: 'going on',
      headSha: sha,
      status: 'in_progress',
    });
    await environment.octokit.rest.checks.create({
      ...environment.at,
      name: 'gatehouse',
      head_sha: sha,
      conclusion: 'failure',
      status: 'completed',
    });
    const status = (context: string, state: string) =>
      environment.as(environment.bob, 'POST', `/statuses/${sha}`, { context, state });
    await status('ci/jenkins', 'pending');
    await status('ci/jenkins', 'error');
    await status('ci/slow', 'pending');
    const pull = await facts.pull(environment.repository, number);
    expect(pull).toMatchObject({
      number,
      state: 'open',
      merged: false,
      mergeCommit: null,
      mergedByUs: false,
      draft: false,
      head: { sha, repositoryId: environment.repository.id },
      base: { ref: 'main' },
    });
    const app = expect.any(Number);
    const at = expect.any(String);
    expect(pull.checks).toEqual([
      { name: 'green', app, state: 'green', skipped: false, at },
      { name: 'skipped', app, state: 'green', skipped: true, at },
      { name: 'red', app, state: 'failing', skipped: false, at },
      { name: 'going on', app, state: 'pending', skipped: false, at: null },
      { name: 'ci/jenkins', app: null, state: 'failing', skipped: false, at },
      { name: 'ci/slow', app: null, state: 'pending', skipped: false, at },
    ]);
  });
});

describe('the checks that a merge waits for', () => {
  it('are those that the base requires, but for ours, and what was reported on it', async () => {
    const { number } = await environment.openPull();
    const { base } = await facts.pull(environment.repository, number);
    environment.github.protectBranch(environment.handle, 'main', {
      requiredReviews: 0,
      requiredChecks: [{ context: 'gatehouse' }, { context: 'e2e' }, { context: 'lint', appId: 7 }],
    });
    const ran = { headSha: base.sha } as const;
    await environment.github.reportCheckRun(environment.handle, { ...ran, name: 'build' });
    await environment.github.reportCheckRun(environment.handle, {
      ...ran,
      name: 'deploy',
      conclusion: 'skipped',
    });
    const status = { context: 'ci/jenkins', state: 'success' };
    await environment.as(environment.bob, 'POST', `/statuses/${base.sha}`, status);
    await facts.renew(environment.repository);
    const expected = await facts.expectedChecks(environment.repository, number);
    expect(new Set(expected.required.map(({ name, app }) => `${name} by ${app}`))).toEqual(
      new Set(['e2e by null', 'lint by 7']),
    );
    expect(expected.ranOnBase).toEqual(['build', 'ci/jenkins']);
  });
});

describe('whether our check is required', () => {
  it('is known by branch, from whatever source but another App, and believed for a while', async () => {
    const { github, handle, repository } = environment;
    const required = (branch: string) => facts.requiresOurs(repository, branch);
    const protect = async (branch: string, appId?: number) => {
      const { sha } = await environment.openPull();
      await github.push(handle, {
        branch,
        changes: { [sha]: branch },
        message: branch,
        author: environment.alice,
      });
      const check = { context: 'gatehouse', ...(appId !== undefined && { appId }) };
      github.protectBranch(handle, branch, { requiredChecks: [check] });
    };
    await protect('by-anyone');
    await protect('by-us', environment.app.id);
    await protect('by-others', 4711);
    expect(await required('by-anyone')).toBe(true);
    expect(await required('by-us')).toBe(true);
    expect(await required('by-others')).toBe(false);
    github.protectBranch(handle, 'by-us', null);
    expect(await required('by-us')).toBe(true);
  });
});

describe('a commit on which much is reported', () => {
  it('is read to the last page', async () => {
    const { number, sha } = await environment.openPull();
    const hundred = Array.from({ length: 101 }, (_, index) => index);
    for (const index of hundred) {
      await environment.github.reportCheckRun(environment.handle, {
        name: `run ${index}`,
        headSha: sha,
        conclusion: index === 0 ? 'failure' : 'success',
      });
      const state = index === 0 ? 'failure' : 'success';
      const status = { sha, context: `status ${index}`, state, appSlug: 'ci' } as const;
      await environment.github.reportStatus(environment.handle, status);
    }
    const { checks } = await facts.pull(environment.repository, number);
    expect(checks).toHaveLength(202);
    const failing = checks.filter(({ state }) => state === 'failing');
    expect(failing.map(({ name }) => name)).toEqual(['run 0', 'status 0']);
  });

  it('says which Apps were asked to check it, and which have begun', async () => {
    const { sha } = await environment.openPull();
    expect(await facts.checkSuites(environment.repository, sha)).toEqual([]);
    const check = { name: 'build', headSha: sha, status: 'in_progress' } as const;
    await environment.github.reportCheckRun(environment.handle, { ...check, appSlug: 'ci' });
    await facts.renew(environment.repository, ['pulls']);
    expect(await facts.checkSuites(environment.repository, sha)).toEqual([
      { app: 'ci', begun: true, endedEmpty: null, at: expect.any(String) },
    ]);
  });

  it('says whether the latest status of a name is by an App, and not by somebody else', async () => {
    const { sha } = await environment.openPull();
    const check = { name: 'build', headSha: sha, appSlug: 'jenkins' };
    const { appId: app } = await environment.github.reportCheckRun(environment.handle, check);
    const isJenkins = () => facts.isStatusBy(environment.repository, { sha, name: 'Lint', app });
    expect(await isJenkins()).toBe(false);
    const status = { sha, context: 'lint', state: 'success' } as const;
    await environment.github.reportStatus(environment.handle, { ...status, appSlug: 'jenkins' });
    expect(await isJenkins()).toBe(true);
    await environment.github.reportStatus(environment.handle, { ...status, appSlug: 'stranger' });
    expect(await isJenkins()).toBe(false);
    const said = { context: 'lint', state: 'success' };
    await environment.as(environment.bob, 'POST', `/statuses/${sha}`, said);
    expect(await isJenkins()).toBe(false);
  });
});

describe('approvals', () => {
  const requesters = [{ id: 4242, login: 'requester' }];
  const asked = (pull: number, change: Partial<ApprovalQuery> = {}): ApprovalQuery => ({
    pull,
    issue: null,
    requesters: [],
    pushers: [],
    answers: [],
    teams: [],
    ...change,
  });

  it('come with every identity, review and role', async () => {
    const { number, sha } = await environment.openPull(environment.bob, {
      message: [
        'Change one',
        '',
        `Co-authored-by: carol <${environment.carol.id}+carol@users.noreply.github.com>`,
        'Co-authored-by: Somebody <somebody@example.com>',
        `Co-authored-by: gatehouse[bot] <${environment.gatehouse.app.botUserId}+gatehouse[bot]@users.noreply.github.com>`,
      ].join('\n'),
    });
    const review = await environment.as(environment.alice, 'POST', `/pulls/${number}/reviews`, {
      event: 'APPROVE',
      commit_id: sha,
    });
    const remark = { event: 'COMMENT', body: 'Why not?', commit_id: sha };
    await environment.as(environment.carol, 'POST', `/pulls/${number}/reviews`, remark);
    const stranger = environment.github.createUser('mallory', {});
    environment.github.addCollaborator(environment.repository, stranger, 'read');
    await environment.as(stranger, 'POST', `/pulls/${number}/reviews`, { event: 'APPROVE' });
    const found = await facts.approval(environment.repository, asked(number, { requesters }));
    // Nobody is looked up because of a remark, nor because of an approval by somebody who can't write.
    expect(Object.keys(found.roles)).toEqual([`${environment.alice.id}`]);
    expect(found).toMatchObject({
      complete: true,
      pull: {
        number,
        author: { id: environment.bob.id, login: 'bob', type: 'User' },
        state: 'open',
        draft: false,
        locked: false,
        head: sha,
        headRepositoryId: environment.repository.id,
        baseRef: 'main',
      },
      repository: { id: environment.repository.id, owner: 'acme', archived: false },
      requesters,
      reviews: [
        {
          id: review.id,
          by: { id: environment.alice.id, login: 'alice', type: 'User' },
          state: 'APPROVED',
          commit: sha,
        },
        { by: { login: 'mallory' }, state: 'APPROVED', commit: sha },
      ],
      roles: { [environment.alice.id]: 'admin' },
      app: { id: environment.app.id, botUserId: environment.app.botUser.id },
    });
    const bob = { id: environment.bob.id, login: 'bob', type: 'User' };
    expect(found.contributors.map(({ as, account }) => [as, account])).toEqual([
      ['author', bob],
      ['committer', bob],
      ['co-author', { id: environment.carol.id, login: 'carol', type: 'User' }],
      ['co-author', null],
      ['co-author', { id: environment.app.botUser.id, login: 'gatehouse[bot]', type: 'Bot' }],
    ]);
    expect(found.contributors.at(3)?.name).toBe('Somebody');
  });

  it.each([
    ['its pull request', 'graphql'],
    ['a role', 'repos/get-collaborator-permission-level'],
  ])('are read again where %s could not be read this time', async (_name, match) => {
    const { number } = await shared();
    await facts.renew(environment.repository);
    environment.github.faults.api({ match, status: 502 });
    const failure = { name: 'GitHubFailure', class: 'server', lasting: false };
    await expect(facts.approval(environment.repository, asked(number))).rejects.toMatchObject(
      failure,
    );
    expect((await facts.approval(environment.repository, asked(number))).complete).toBe(true);
  });

  it('are no facts at all without the pull request', async () => {
    await expect(facts.approval(environment.repository, asked(9999))).rejects.toBeInstanceOf(
      GitHubFailure,
    );
  });

  let reviewed: Promise<{ number: number }> | undefined;
  /** One pull request with one review, for all that only look. */
  function shared(): Promise<{ number: number }> {
    reviewed ??= environment.openPull().then(async pull => {
      await environment.as(environment.alice, 'POST', `/pulls/${pull.number}/reviews`, {
        event: 'REQUEST_CHANGES',
        body: 'Hm',
      });
      return pull;
    });
    return reviewed;
  }
});

it('what is said on a pull request comes in order, without what was hidden on GitHub', async () => {
  const { number } = await environment.openPull();
  const { alice, carol, repository } = environment;
  const reviewed = (body: string) =>
    environment.as(alice, 'POST', `/pulls/${number}/reviews`, {
      ...{ event: 'COMMENT', body },
      comments: [{ path: 'src/index.js', line: 1, body: `${body} Here.` }],
    });
  await reviewed('Why not two?');
  const [line] = await environment.as(alice, 'GET', `/pulls/${number}/comments`);
  await hide(await reviewed('Nonsense.'));
  await hide(await environment.comment(carol, number, 'Spam.'));
  await environment.comment(carol, number, 'Indeed.');
  environment.github.answerTogether(
    ...['pulls/get', 'issues/list-comments'],
    ...['pulls/list-reviews', 'pulls/list-review-comments'],
  );
  const bodies = async () =>
    (await facts.discussion(repository, number)).map(({ body }) => body).sort();
  expect(await bodies()).toEqual([
    'Indeed.',
    'Nonsense. Here.',
    'Why not two?',
    'Why not two? Here.',
  ]);
  await hide(line);
  await facts.renew(repository, ['talk']);
  expect(await bodies()).toEqual(['Indeed.', 'Nonsense. Here.', 'Why not two?']);
});

it('what is said on lines is read past our own answers, and tells how much came before', async () => {
  const other = await openEnvironment();
  const { number, sha } = await other.openPull();
  const { alice, app, gatehouse, repository } = other;
  const on = { commit_id: sha, path: 'src/index.js', line: 1, side: 'RIGHT' };
  for (let n = 1; n <= 53; n += 1) {
    const said = { ...on, body: `line ${n}` };
    const { id } = await other.as(alice, 'POST', `/pulls/${number}/comments`, said);
    const target = { kind: 'review_comment' as const, number, id };
    await gatehouse.writes.replyAnew(repository, target, { code: 'resumed' }, `line-${n}`);
  }
  const said = await gatehouse.facts.discussion(repository, number);
  expect(said.some(({ by }) => by?.id === app.botUser.id)).toBe(false);
  expect(said.map(({ body }) => body)).toEqual(
    Array.from({ length: 50 }, (_, index) => `line ${index + 4}`),
  );
  expect(said[0]?.before).toBeGreaterThanOrEqual(3);
  await other.close();
});

it('branches: where they point, where there is none, which is the default', async () => {
  const { branch, sha } = await environment.openPull();
  expect(await facts.branch(environment.repository, branch)).toBe(sha);
  expect(await facts.branch(environment.repository, 'no/such/branch')).toBeNull();
  const main = await facts.branch(environment.repository, 'main');
  expect(await facts.defaultBranch(environment.repository)).toEqual({
    ref: 'main',
    sha: main,
    archived: false,
    owner: environment.repository.owner,
    name: environment.repository.name,
  });
});

it('the repository .github of the owner is believed until it is pushed to, or we act', async () => {
  const { github, acme, alice, repository, installation, handle } = environment;
  expect(await facts.organization(repository)).toBeNull();
  const shared = await github.createRepository({ owner: acme, name: '.github', files: { a: '1' } });
  github.selectRepositories(installation, [handle, shared]);
  const told = (event: string, payload: object) =>
    facts.told(event, { installation: { id: installation.id }, ...payload });
  await told('installation_repositories', {});
  const before = await facts.organization(repository);
  expect(before?.repository.id).toBe(shared.id);
  let pushes = 1;
  const push = () =>
    github.push(shared, {
      branch: 'main',
      changes: { a: `${++pushes}` },
      message: 'More',
      author: alice,
    });
  const second = await push();
  expect(await facts.organization(repository)).toEqual(before);
  const pushed = { id: shared.id, name: '.github', default_branch: 'main' };
  await told('push', { ref: 'refs/heads/main', repository: pushed });
  expect((await facts.organization(repository))?.sha).toBe(second);
  const third = await push();
  await facts.renew(repository);
  expect((await facts.organization(repository))?.sha).toBe(third);
  github.selectRepositories(installation, [handle]);
});

it('a repository that took the name of another is not the one we mean', async () => {
  const stale = { ...environment.repository, id: environment.repository.id + 1 };
  await expect(facts.defaultBranch(stale)).rejects.toBeInstanceOf(GitHubFailure);
});

describe("a failing check's words", () => {
  it('are the end of its log, without colours and secrets', async () => {
    const { sha } = await environment.openPull();
    const token = `ghs_${'a'.repeat(36)}`;
    const run = await environment.github.reportCheckRun(environment.handle, {
      name: 'ci',
      headSha: sha,
      conclusion: 'failure',
      log: `${'noise\n'.repeat(30_000)}\u001b[31mnot ok\u001b[0m 1 ${token}\n`,
      output: {
        title: 'red',
        summary: 'red',
        annotations: [
          {
            path: 'src/index.js',
            start_line: 3,
            end_line: 3,
            annotation_level: 'failure',
            message: 'expected 1',
          },
        ],
      },
    });
    const log = await facts.checkOutput(environment.repository, checkRun(run.id));
    expect(log.name).toBe('ci');
    expect(log.text.startsWith('… (the beginning is left out)\nnoise\n')).toBe(true);
    expect(log.text.endsWith('noise\nnot ok 1 [redacted: GitHub token]\n')).toBe(true);
    expect(Buffer.byteLength(log.text)).toBeLessThanOrEqual(64 * 1024 + 100);
    expect(log.annotations).toEqual(['src/index.js:3 failure: expected 1']);
  });

  it('are what its App reports where its log breaks off, and tell where reading a long one ended', async () => {
    const checks = {
      get: async () => ({ data: { name: 'ci', output: { summary: 'Two are red.' } } }),
      listAnnotations: async () => ({ data: [] }),
    };
    const outputOf = (body: () => AsyncGenerator<Uint8Array>) => {
      const client = { rest: { checks }, request: async () => ({ data: body() }) };
      return readCheckOutput(() => client as never, environment.repository, checkRun(1));
    };
    const chunk = Buffer.from('green\n'.repeat(100_000));
    const broken = await outputOf(async function* () {
      yield chunk;
      throw new Error('terminated');
    });
    expect(broken.text).toBe('Two are red.');
    const endless = await outputOf(async function* () {
      for (;;) yield chunk;
    });
    expect(endless.text).toMatch(
      /green\n+… \(the log goes on: its first 64 MiB are read, and this is their end\)$/,
    );
  });

  it('are what a status says, where it is one', async () => {
    const { sha } = await environment.openPull();
    const said = { state: 'failure', context: 'ci/jenkins', description: 'Two tests fail' };
    await environment.as(environment.bob, 'POST', `/statuses/${sha}`, said);
    const { data } = await environment.octokit.rest.repos.listCommitStatusesForRef({
      ...environment.at,
      ref: sha,
    });
    const check = { id: data[0]?.id ?? 0, head: sha, reportedAs: 'status' as const };
    expect(await facts.checkOutput(environment.repository, check)).toEqual({
      name: 'ci/jenkins',
      text: 'Two tests fail',
      annotations: [],
    });
  });

  it('are found by their suite, on a later page too, without those that passed', async () => {
    const { sha } = await environment.openPull();
    const reported = { headSha: sha, status: 'completed' } as const;
    const report = (name: string, conclusion: 'failure' | 'success') =>
      environment.github.reportCheckRun(environment.handle, { ...reported, name, conclusion });
    for (let job = 1; job <= 100; job += 1) await report(`test (${job})`, 'success');
    const { id } = await report('test', 'failure');
    const { data } = await environment.octokit.rest.checks.get({
      ...environment.at,
      check_run_id: id,
    });
    const suite = data.check_suite?.id ?? 0;
    expect(await facts.failedChecks(environment.repository, suite)).toEqual([{ id, name: 'test' }]);
  });

  it('are what its App reported, where there is no log', async () => {
    const { sha } = await environment.openPull();
    const { data } = await environment.octokit.rest.checks.create({
      ...environment.at,
      name: 'other',
      head_sha: sha,
      status: 'completed',
      conclusion: 'failure',
      output: { title: 'Two faults', summary: 'one, two' },
    });
    expect(await facts.checkOutput(environment.repository, checkRun(data.id))).toEqual({
      name: 'other',
      text: 'Two faults\n\none, two',
      annotations: [],
    });
  });
});

it('a remote can be cloned with its token, and pushed to with the other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'remote-'));
  const git = async (access: 'read' | 'write', ...argv: string[]) => {
    const { url, token } = await facts.remote(environment.repository, access);
    const basic = Buffer.from(`x-access-token:${await token()}`).toString('base64');
    const header = `http.extraHeader=Authorization: Basic ${basic}`;
    const args = ['-c', header, ...argv.map(arg => arg.replace('REMOTE', url))];
    // The local GitHub answers from this very process.
    return promisify(execFile)('git', args, { cwd: folder, timeout: 10_000 });
  };
  try {
    await git('read', 'clone', '--quiet', 'REMOTE', 'clone');
    const push = ['-C', 'clone', 'push', '--quiet', 'origin', 'HEAD:refs/heads/pushed'];
    await expect(git('read', ...push)).rejects.toThrow();
    await git('write', ...push);
    expect(await facts.branch(environment.repository, 'pushed')).toMatch(/^[0-9a-f]{40}$/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
