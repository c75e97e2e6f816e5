/** Which statements of people bear on what is asked about. */
import { expect, it } from 'vitest';
import { GHOST } from '../../../src/core/actor.ts';
import type { Review } from '../../../src/core/approvals/facts.ts';
import { openApproval } from '../../../src/core/task/approvals/open-approvals.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import type { TaskState } from '../../../src/core/task/state/state.ts';
import { judgeApprovals } from '../../../src/engine/facts/approvals.ts';
import type { GitHubApproval } from '../../../src/engine/ports/github-approval.ts';
import type { Facts, FactsOf } from '../../../src/policy/facts.ts';
import {
  approvalSubject,
  changed,
  decided,
  HISTORY,
  judged,
  MAINTAINER,
  outcomeOf,
  produced,
  REVIEWER,
  ran,
  sha,
  started,
} from '../../core/task/given.ts';
import { MERGE, PUSH, starter, TASK } from '../../policy/starter.ts';

const user = { type: 'User' as const };
const REY = { ...REVIEWER, ...user };
const PIA = { id: 3, login: 'pia' };
const RUN = 'publish-2-1';
const fixed = (id: string): TaskCommand => ({
  type: 'rework',
  data: {
    id,
    origin: 'comment',
    role: 'remediator-comment',
    instructions: 'note it down',
    by: MAINTAINER,
    target: null,
    taint: [],
    check: null,
    threads: [],
    merges: null,
    caller: null,
  },
});
const secondRound = [
  ...HISTORY.waiting,
  fixed('r-1'),
  decided('task.start', 'allow', null, { rework: 'r-1' }),
];
const pushAsked = [
  ...secondRound,
  ...changed('author-2-1', 'd'),
  ...['lint', 'test', 'review'].flatMap(step => ran(`${step}-2-1`)),
  decided('run.start', 'allow', RUN),
  decided('branch.push', 'require_approval', RUN, {
    approvalSubject: approvalSubject('branch.push', { head: sha('c'), tree: sha('d') }),
  }),
];
const reached = { scope: 'task' as const, unit: 'tokens' as const, cap: 1000 };
const cap = { class: 'budget' as const, reason: 'Its cap is reached.', retryable: false };
/** The cap is reached in this round, and people are asked to raise it. */
const raiseAsked = (round: number): TaskCommand[] => [
  decided('run.start', 'allow', `author-${round}-1`),
  started(`author-${round}-1`),
  {
    ...produced(`author-${round}-1`, {}, cap),
    reached: { reached, checkpoint: null },
  } as TaskCommand,
  decided('budget.raise', 'require_approval', `author-${round}-2`, {
    approvalSubject: approvalSubject('budget.raise', { head: sha('c'), tree: null }),
  }),
];

const objection = judged({ says: 'objects', rule: 'veto' });
const says = (by: typeof REVIEWER, what: 'approve' | 'deny', names = ''): TaskCommand => ({
  type: 'answer',
  names,
  data: {
    answer: `button-${by.id}-${what}`,
    says: what,
    by,
    via: 'button',
    comment: null,
    text: null,
    reason: '',
    at: '2026-11-21T10:00:00Z',
    target: null,
  },
});
const review = (state: Review['state']): Review => ({
  id: 8,
  by: REY,
  state,
  commit: sha('c'),
  at: '2026-11-21T09:00:00Z',
});

async function judge(state: TaskState, facts: Facts, reviews: Review[], run: string | null = RUN) {
  return judgeBy(null, { state, facts, reviews, run });
}

/** `terms`: what policy asks of people where nobody has approved. */
async function judgeBy(
  terms: Parameters<typeof judgeApprovals>[2]['terms'],
  asked: { state: TaskState; facts: Facts; reviews: Review[]; run: string | null },
) {
  const { state, facts, reviews, run } = asked;
  const request = openApproval(state, { action: facts.action, run, rework: null });
  const live: Omit<GitHubApproval, 'requesters' | 'answers'> = {
    complete: true,
    pull: {
      number: 2,
      author: { id: 99, login: 'gatehouse[bot]', type: 'Bot' },
      state: 'open',
      draft: false,
      locked: false,
      head: sha('c'),
      headRepositoryId: 42,
      baseRef: 'main',
      baseSha: sha('a'),
      requested: [],
    },
    issue: null,
    repository: { id: 42, owner: 'acme', archived: false },
    contributors: [],
    reviews,
    roles: { [MAINTAINER.id]: 'admin', [REVIEWER.id]: 'maintain', [PIA.id]: 'maintain' },
    teams: {},
    app: { id: 5, botUserId: 99 },
  };
  const unread = (): never => {
    throw new Error('nothing is read of git');
  };
  return judgeApprovals(
    {
      now: async () => new Date('2026-11-21T11:00:00Z'),
      github: {
        facts: {
          approval: async (_, { requesters, answers }) => ({
            ...live,
            requesters,
            answers: answers.map(({ id, by, says, request, question, at, revoked }) => ({
              ...{ id, says, request, question, at, revoked },
              by: { ...by, ...user },
              standing: 'created',
            })),
          }),
          remote: unread,
        },
      },
      workspaces: { remerge: unread, readFile: unread },
    },
    state,
    {
      facts,
      content: {
        tree: sha('d'),
        base: { ref: 'main', sha: sha('a') },
        head: sha('c'),
        paths: [],
        findings: [],
        question: null,
      },
      checksChangedAt: null,
      policies: starter(),
      digest: request?.digest ?? '',
      request,
      terms,
      rework: null,
    },
  );
}

const RAISE: FactsOf<'budget.raise'> = {
  ...TASK,
  gate: 'admit',
  action: 'budget.raise',
  resource: { kind: 'budget', reached },
  context: { ...TASK.context },
};
const asked = (...commands: TaskCommand[]): TaskState => outcomeOf(...commands).folded.state;

it('a review of the head approves no push onto it', async () => {
  const state = asked(...pushAsked);
  expect(await judge(state, PUSH, [review('APPROVED')])).toMatchObject({
    outcome: 'pending',
    granted: [],
    verdicts: [],
  });
  // The merge of that head is what it is about.
  const merge = asked(...HISTORY.waiting);
  expect(await judge(merge, MERGE, [review('APPROVED')], 'merge-1-1')).toMatchObject({
    outcome: 'approved',
    granted: [REVIEWER],
  });
  // Whoever wants changes holds the push as well, until they approve that.
  const against = [review('CHANGES_REQUESTED')];
  const id = openApproval(state, { action: 'branch.push', run: RUN, rework: null })?.digest ?? '';
  const byPia = [...pushAsked, says(PIA, 'approve', id)];
  expect(await judge(asked(...byPia), PUSH, against)).toMatchObject({ outcome: 'veto' });
  const byBoth = asked(...byPia, says(REVIEWER, 'approve', id));
  expect(await judge(byBoth, PUSH, against)).toMatchObject({ outcome: 'approved' });
});

it('who approves before anybody was asked, approves for as long as policy says', async () => {
  const merge = { facts: MERGE, reviews: [review('APPROVED')], run: 'merge-1-1' };
  const first = { ...merge, state: asked(...HISTORY.published) };
  const until = '2026-11-22T09:00:00.000Z';
  expect(await judgeBy({ quorum: 1 }, first)).toMatchObject({ granted: [REVIEWER], until });
  const short = { quorum: 1, expiresHours: 1 };
  expect(await judgeBy(short, first)).toMatchObject({ granted: [] });
  expect(await judgeBy({ quorum: 2, expiresHours: 3 }, first)).toMatchObject({
    outcome: 'pending',
    until: '2026-11-21T12:00:00.000Z',
  });
  // What people were asked says itself how long an answer holds.
  const standing = { ...merge, state: asked(...HISTORY.waiting) };
  expect(await judgeBy(short, standing)).toMatchObject({ granted: [REVIEWER], until });
});

it('who denied one raise of a cap, or wants changes, has denied no other one', async () => {
  const once = [...secondRound, ...raiseAsked(2)];
  const first = asked(...once, says(REVIEWER, 'deny'));
  const against = [review('CHANGES_REQUESTED')];
  expect(await judge(first, RAISE, against, 'author-2-2')).toMatchObject({ outcome: 'veto' });
  expect(await judge(asked(...once), RAISE, against, 'author-2-2')).toMatchObject({
    outcome: 'pending',
    approvals: { vetoed: false },
  });
  // The round fails by it, and another one is asked for.
  const again: TaskCommand[] = [
    decided('budget.raise', 'require_approval', 'author-2-2', {
      approvalSubject: approvalSubject('budget.raise', { head: sha('c'), tree: null }, objection),
    }),
    fixed('r-2'),
    decided('task.start', 'allow', null, { rework: 'r-2' }),
  ];
  const second = asked(...once, says(REVIEWER, 'deny'), ...again, ...raiseAsked(3));
  expect(await judge(second, RAISE, [], 'author-3-2')).toMatchObject({ outcome: 'pending' });
  expect(await judge(second, MERGE, [], null)).toMatchObject({ outcome: 'pending' });
});

it('whoever pushed a head of which nobody told that may be who approves it: it takes one more', async () => {
  const push = (by: typeof PIA): TaskCommand => ({
    type: 'signal',
    data: { signal: 'head', detail: sha('d'), at: '2026-11-21T08:00:00Z', by, check: null },
  });
  const found = [...HISTORY.waiting, push(GHOST)];
  const approved = { facts: MERGE, reviews: [review('APPROVED')], run: 'merge-1-1' };
  const judged = (...commands: TaskCommand[]) =>
    judgeBy(null, { ...approved, state: asked(...commands) });
  expect(await judged(...found)).toMatchObject({
    outcome: 'pending',
    approvals: { count: 0 },
    missing: [expect.stringMatching(/1 of 2 approvals .*whoever pushed ddddddd/)],
  });
  expect(await judged(...found, push(PIA))).toMatchObject({ outcome: 'approved' });
});
