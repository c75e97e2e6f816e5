/** Values that are new to us, or that GitHub leaves out: no delivery fails by them, and none is read as better than it is. */
import { describe, expect, it } from 'vitest';
import { personNow } from '../../../src/adapters/github/facts/role.ts';
import { labels } from '../../../src/adapters/github/record/labels.ts';
import { missedEvents } from '../../../src/adapters/github/record/missed-events.ts';
import type { ReadPart } from '../../../src/adapters/github/record/read-part.ts';
import { reviewState } from '../../../src/adapters/github/review-state.ts';
import { GitHubFailure } from '../../../src/engine/ports/github.ts';
import type { MissedEvent } from '../../../src/engine/ports/github-record.ts';
import { triggerOf } from './trigger-of.ts';

const APP = { id: 7, slug: 'gatehouse', botUserId: 70 };
const SHA = 'a'.repeat(40);
const AT = '2026-11-28T09:00:00Z';
const mona = { id: 1, login: 'mona', type: 'User' };
const from = (more: object) => ({
  repository: { id: 42, name: '.github', owner: { login: 'a-c-m-e' }, default_branch: 'main' },
  installation: { id: 9 },
  sender: mona,
  author_association: 'UNHEARD_OF',
  ...more,
});
const pull = { number: 5, head: { sha: SHA }, base: { ref: 'main' }, updated_at: AT };
const meaning = (event: string, payload: object) =>
  triggerOf({ event, payload: from(payload) }, APP);
const comment = (more: object = {}) => ({
  action: 'created',
  issue: { number: 1, state: 'mislaid' },
  comment: { id: 3, body: '/agent fix', user: mona, created_at: AT, ...more },
});

describe('a delivery', () => {
  it.each([
    ['an account of a new kind', comment({ user: { ...mona, type: 'Robot' } }), 'bot'],
    ['an author who is gone', comment({ user: null }), 'not_author'],
    ['no author at all', comment({ user: undefined }), 'not_author'],
    ['a text that is gone', comment({ body: null }), 'no_command'],
  ])('with %s starts nothing', async (_, payload, ignored) => {
    const { user } = payload.comment as { user?: object | null };
    const sender = user && 'type' in user ? user : mona;
    expect(await meaning('issue_comment', { ...payload, sender })).toMatchObject({ ignored });
  });

  it('with words that are new to us is followed', async () => {
    expect(await meaning('issue_comment', comment())).toMatchObject({
      kind: 'command',
      repository: { owner: 'a-c-m-e', name: '.github' },
    });
  });

  it('of nobody calls nobody, and still says what happened', async () => {
    const gone = { sender: null };
    expect(await meaning('issue_comment', { ...comment(), ...gone })).toMatchObject({
      ignored: 'not_author',
    });
    const moved = { action: 'synchronize', pull_request: pull, ...gone };
    expect(await meaning('pull_request', moved)).toMatchObject({
      kind: 'head_moved',
      by: { login: 'ghost' },
    });
  });

  it.each(['bug 🐛, "old": no', 'agent:', 'agent:fix 🎉', 'agent:fix,lint', '__proto__', ' '])(
    'about the label %j is none of ours, and nothing is wrong with it',
    async name => {
      const labeled = { action: 'labeled', issue: { number: 1 }, label: { name } };
      expect(await meaning('issues', labeled)).not.toMatchObject({ ignored: 'malformed' });
    },
  );

  it('about a check that ended in a new way is not green', async () => {
    const check_run = { id: 3, name: 'ci', head_sha: SHA, conclusion: 'shrugged', app: { id: 1 } };
    const ended = { action: 'completed', check_run: { ...check_run, pull_requests: null } };
    expect(await meaning('check_run', ended)).toMatchObject({
      kind: 'checks_changed',
      check: { name: 'ci', state: 'red' },
    });
    const reported = { id: 4, sha: SHA, state: 'wondering', context: 'ci', branches: [] };
    expect(await meaning('status', reported)).toMatchObject({ check: { state: 'red' } });
  });

  it('about a review in a new state is a hint to look, and no approval', async () => {
    const review = { id: 8, state: 'pondered', body: null, user: mona };
    const submitted = { action: 'submitted', pull_request: pull, review };
    expect(await meaning('pull_request_review', submitted)).toMatchObject({
      kind: 'review',
      review: { state: 'CHANGES_REQUESTED' },
    });
  });
});

it.each([
  ['renamed', { repository: { name: { from: 'old' } } }, 'the repository is a-c-m-e/.github now'],
  ['transferred', { owner: { from: {} } }, 'the repository is a-c-m-e/.github now'],
  ['edited', { default_branch: { from: 'master' } }, 'the default branch is main now'],
  ['edited', { description: { from: null } }, null],
  ['archived', null, null],
])('a repository that was %s: %j', async (action, changes, now) => {
  expect(await meaning('repository', { action, changes })).toMatchObject(
    now === null ? { ignored: 'not_used' } : { kind: 'repository_changed', now },
  );
});

it('a review in a new state may be against the change', () => {
  expect(['approved', 'APPROVED', 'blessed', ''].map(reviewState)).toEqual([
    ...['APPROVED', 'APPROVED', 'CHANGES_REQUESTED', 'CHANGES_REQUESTED'],
  ]);
});

describe('the role of a person', () => {
  type Answer = {
    role_name?: string;
    permission: string;
    user: { id: number; login: string } | null;
  };
  const gone = new GitHubFailure('not_found', 'Not Found', 404);
  /** What GitHub says of each login, and of the account with the id 1. */
  const roleAs = (answers: Record<string, Answer>, login: string | null) => {
    const rest = {
      repos: {
        async getCollaboratorPermissionLevel({ username }: { username: string }) {
          const data = answers[username];
          if (!data) throw gone;
          return { data };
        },
      },
      users: {
        async getById() {
          if (login === null) throw gone;
          return { data: { id: 1, login } };
        },
      },
    };
    const repository = { id: 42, owner: 'acme', name: 'library', installation: 9 };
    return personNow((() => ({ rest })) as never, repository, { id: 1, login: 'mona' });
  };
  const as = (role_name: string | undefined, permission: string, login = 'mona', id = 1) => ({
    [login]: { ...(role_name && { role_name }), permission, user: { id, login } },
  });

  it.each([
    ['a custom role, by what it stands on', as('release-captain', 'write'), 'write'],
    ['two new words', as('release-captain', 'sideways'), 'none'],
    ['no name of a role', as(undefined, 'admin'), 'admin'],
    ['a name in capitals', as('ADMIN', 'read'), 'read'],
  ])('with %s', async (_, answers, role) => {
    expect(await roleAs(answers, 'mona')).toEqual({ login: 'mona', role });
  });

  it('is theirs under another login, and never a stranger’s under theirs', async () => {
    const taken = as('admin', 'admin', 'mona', 66);
    const renamed = { ...taken, ...as('maintain', 'write', 'mona-lisa') };
    expect(await roleAs(renamed, 'mona-lisa')).toEqual({ login: 'mona-lisa', role: 'maintain' });
    expect(await roleAs(taken, 'mona-lisa')).toEqual({ login: 'mona-lisa', role: 'none' });
    expect(await roleAs(taken, null)).toEqual({ login: 'mona', role: 'none' });
  });
});

describe('a look-through', () => {
  const SINCE = new Date(AT);
  /** GitHub gives these lists, whatever is asked: of issues, and of what happened on each. */
  const origin = (issues: object[], events: object[]) => ({
    octokit: {
      rest: { issues: { listForRepo: issues, listEvents: events } },
      paginate: async (listed: object[]) => listed,
    } as never,
    where: { owner: 'acme', repo: 'library' },
    envelope: {},
    since: SINCE,
  });
  const labeled = { event: 'labeled', label: { name: 'agent:fix' }, actor: mona, created_at: AT };
  const issue = { number: 1, locked: false, labels: ['bug', { name: 'agent:fix' }, {}] };
  const senders = async (...events: object[]) =>
    (await labelsOf(events)).map(({ payload }) => (payload as { sender: unknown }).sender);
  async function labelsOf(events: object[]) {
    const found: MissedEvent[] = [];
    const gather: ReadPart = async (_, read) => void found.push(...(await read()));
    await labels(origin([issue], events), gather);
    return found;
  }

  it('passes by events of kinds that are new to us, and by such as have lost their parts', async () => {
    const odd = [
      { event: 'entangled', actor: null, created_at: null },
      { event: 'labeled', label: null, actor: null },
      { event: 'labeled', label: 'agent:fix', actor: mona },
      { event: 'labeled', actor: mona },
      { event: 'commented', body: null, user: null },
    ];
    expect(await senders(...odd, labeled, ...odd)).toEqual([mona]);
    // Whoever put it there is gone: nobody asks.
    expect(await senders(labeled, { ...labeled, actor: null })).toEqual([]);
  });

  it('tells of each item that it can not read, and reads all others', async () => {
    const user = { id: 5, login: 'mona', type: 'User' };
    const html_url = 'https://github.com/acme/library/issues/1';
    const issue_url = 'https://api.github.com/repos/acme/library/issues/1';
    const called = { id: 7, body: '/agent fix', user, created_at: AT, issue_url, html_url };
    const lists = {
      issues: [null, { number: 2, labels: null }, { number: 3, labels: [null, 5] }, issue],
      events: [null, labeled],
      comments: [null, { ...called, body: null }, { ...called, html_url: null }, called]
        .concat([
          { ...called, created_at: null },
          { ...called, user: null },
        ] as never)
        .concat([{ id: 8, body: '/agent fix', user } as never]),
      reviews: [null, { id: 1, state: 'PONDERED', user, body: null }, { state: 'APPROVED' }],
      lines: [null, { ...called, body: null }, { ...called, created_at: 'soon' }],
      statuses: [null, { id: 5, context: 'ci', state: 'melted', updated_at: 'soon' }].concat([
        { id: 6, context: 'ci', state: 'melted', updated_at: SINCE.toISOString() },
      ] as never),
      runs: [null, { id: 3, status: 'completed', conclusion: 'melted', completed_at: null }],
    };
    const pull = {
      number: 4,
      state: 'open',
      head: { sha: 'a', repo: null },
      base: { ref: 'main' },
    };
    const octokit = {
      rest: {
        issues: {
          listForRepo: lists.issues,
          listEvents: lists.events,
          listCommentsForRepo: lists.comments,
        },
        pulls: {
          get: async () => ({ data: pull }),
          listReviews: async () => ({ data: lists.reviews, headers: {} }),
          listReviewComments: lists.lines,
        },
        checks: { listForRef: lists.runs },
        repos: {
          getCombinedStatusForRef: async () => ({
            data: { statuses: lists.statuses, total_count: lists.statuses.length },
          }),
        },
      },
      paginate: async (listed: object[]) => listed,
    };
    const repository = { id: 9, owner: 'acme', name: 'library', installation: 1 };
    const { events, skipped } = await missedEvents(
      (() => octokit) as never,
      repository as never,
      SINCE,
      [4],
    );
    expect(
      events.map(({ event, payload }) => [event, (payload as { action: unknown }).action]),
    ).toEqual([
      ['issues', 'labeled'],
      ['issue_comment', 'created'],
      ['pull_request', 'synchronize'],
      ['pull_request_review', 'submitted'],
      ['check_run', 'completed'],
      ['status', undefined],
    ]);
    expect(skipped.map(({ what }) => what)).toEqual([
      'issue #undefined',
      'comment without an id',
      'comment 7',
      'comment 7',
      'comment 8',
      'review without an id on #4',
      'comment without an id on #4',
      'comment 7 on #4',
      'check run without an id on #4',
      'status without an id on #4',
      'status 5 on #4',
    ]);
  });
});
