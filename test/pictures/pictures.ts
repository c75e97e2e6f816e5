/** The surfaces that are drawn: one task from its start to its request for approval, and one that failed. */
import { renderCheck } from '../../src/adapters/github/surfaces/check.ts';
import { renderComment } from '../../src/adapters/github/surfaces/comment.ts';
import { renderSection } from '../../src/adapters/github/surfaces/pull.ts';
import { renderReply } from '../../src/adapters/github/surfaces/reply.ts';
import { whoApproves } from '../../src/core/approvals/who-approves.ts';
import { byPerson } from '../../src/core/origin.ts';
import type { RunView, TaskView } from '../../src/core/view.ts';
import { anApproval, aRun, aView, HEAD } from '../adapters/github/view.ts';

export type Picture = { name: string; head: string; text: string; height: number };

const REASON = 'Every merge takes the approval of somebody who did not ask for the work.';
const requester = byPerson({ id: 11, login: 'mona' });
const step = (
  id: string,
  purpose: TaskView['steps'][number]['purpose'],
  change: Partial<RunView> | null,
): TaskView['steps'][number] => ({
  id,
  kind: purpose === 'change' || purpose === 'review' ? 'agent' : 'command',
  purpose,
  status: change === null ? 'waiting' : change.state === 'failure' ? 'failed' : 'done',
  run: change === null ? null : aRun({ step: id, agent: id, ...change }),
});
const steps = [
  step('prepare', 'install', { agent: 'install', detail: '`npm ci` exited with 0.', ms: 8_400 }),
  step('reproduce', 'reproduce', { agent: 'test', detail: '`npm test` exited with 1.', ms: 900 }),
  step('author', 'change', { agent: 'author', ms: 94_000 }),
  step('lint', 'gate', { agent: 'lint', detail: '`npm run lint` exited with 0.', ms: 1_800 }),
  step('test', 'gate', { agent: 'test', detail: '`npm test` exited with 0.', ms: 950 }),
  step('review', 'review', { agent: 'reviewer', ms: 21_000 }),
];
const approval = anApproval({
  approvers: ['a maintainer of the repository'],
  reasons: [REASON, 'The dependencies are touched.'],
  findings: [
    { kind: 'lockfile', path: 'package-lock.json', reason: 'The lockfile changes 2 packages.' },
  ],
});
const account =
  '`format` rounds to the smallest unit it shows before it splits, so a full unit is carried: an hour less a millisecond is `1h`, no longer `60m`.';
const waiting = aView({
  title: 'format() says 60m where it should say 1h',
  requester,
  pull: { number: 2, head: HEAD, draft: false },
  steps,
  runs: steps.flatMap(({ run }) => run ?? []),
  approval,
  approvals: [approval],
  reason: REASON,
  accounts: [{ round: 1, summary: account }],
  decisions: [
    {
      seq: 40,
      gate: 'merge',
      action: 'pr.merge',
      resource: '#2',
      outcome: 'require_approval',
      reasons: approval.reasons,
      policies: ['merge-approved'],
      findings: [],
      observed: null,
    },
  ],
});
const red = step('test', 'gate', {
  state: 'failure',
  agent: 'test',
  detail: '`npm test` exited with 1.',
});
const failed = aView({
  command: 'test',
  requester,
  steps: [...steps.slice(0, 1), red],
  status: 'failure',
  reason: 'test: `npm test` exited with 1.',
  shortage: null,
  failedCommand: {
    run: 'test-1-1',
    name: 'test',
    tail: [
      'test at test/format.test.js:24:1',
      '✖ carries what rounding fills up (1.2ms)',
      '  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:',
      "  '60m' !== '1h'",
      '      at TestContext.<anonymous> (file:///work/test/format.test.js:25:10)',
    ].join('\n'),
    problems: [],
  },
});
const request = {
  approval: approval.id,
  action: approval.action,
  resource: approval.resource,
  head: HEAD,
  digest: approval.digest ?? '',
  files: ['src/format.js', 'package.json', 'package-lock.json', 'CHANGELOG.md'],
  findings: approval.findings,
  reasons: approval.reasons,
  approvers: approval.approvers,
  quorum: 1,
  holdsForHours: 24,
  inRun: false,
};

export const PICTURES: readonly Picture[] = [
  { name: 'comment', head: 'on the issue', text: renderComment(waiting), height: 560 },
  {
    name: 'pull-request',
    head: 'the body of the pull request',
    text: renderSection(waiting, { files: 4, added: 18, removed: 9 }),
    height: 640,
  },
  {
    name: 'request',
    head: 'on the pull request',
    text: renderReply({ code: 'approval_requested', request }, 'picture'),
    height: 520,
  },
  { name: 'failed', head: 'on the issue', text: renderComment(failed), height: 500 },
  {
    name: 'check',
    head: `the check run says: waiting for approval by ${whoApproves(approval)}`,
    text: renderCheck(waiting).summary,
    height: 340,
  },
];
