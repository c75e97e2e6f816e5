/** Each surface as GitHub renders it: people read the text, not its Markdown. */
import { describe, expect, it } from 'vitest';
import { renderCheck } from '../../../src/adapters/github/surfaces/check.ts';
import { renderComment } from '../../../src/adapters/github/surfaces/comment.ts';
import { renderPolicyCheck } from '../../../src/adapters/github/surfaces/policy-check.ts';
import { placeSection, renderSection } from '../../../src/adapters/github/surfaces/pull.ts';
import { renderReply } from '../../../src/adapters/github/surfaces/reply.ts';
import type { Reply } from '../../../src/core/reply.ts';
import { rendered, seen } from './seen.ts';
import { anApproval, aRun, aView, HEAD } from './view.ts';

/** What agents, commands and policies write, with all that Markdown would read in it. */
const REASON =
  "Run `npm ci` and format() of src/my_file.ts | tee [log], see https://acme.example/a_b or ask @bob about #12 & 'x'.";
const pull = { number: 2, head: HEAD, draft: false };
const approval = anApproval({
  approvers: ['a maintainer of the repository', 'anyone with write access'],
  reasons: [REASON],
  findings: [{ kind: 'lockfile', path: 'a|b.lock', reason: REASON }],
  refused: [{ by: { id: 4, login: 'carol' }, rule: 'separation', reason: REASON }],
});
const view = aView({
  pull,
  reason: REASON,
  approval,
  approvals: [approval],
  round: 2,
  reworks: [
    {
      round: 2,
      origin: 'comment',
      by: { id: 5, login: 'bob' },
      project: null,
      instructions: REASON,
    },
  ],
  accounts: [
    { round: 1, summary: `Mends the sum.\n\n- ${REASON}\n- adds a test` },
    { round: 2, summary: REASON },
  ],
  runs: [aRun({ step: 'merge', state: 'canceled', superseded: true, detail: REASON })],
  steps: [
    { id: 'test', kind: 'command', purpose: 'gate', status: 'done', run: aRun({ detail: REASON }) },
  ],
  decisions: [
    {
      seq: 1,
      gate: 'merge',
      action: 'pr.merge',
      resource: '#2',
      outcome: 'require_approval',
      reasons: [REASON],
      policies: ['p'],
      findings: [],
      observed: null,
    },
  ],
  taint: [{ source: 'the text of issue 1', by: { id: 9, login: 'mallory' }, reason: REASON }],
});
const check = renderCheck(view);
const policyCheck = renderPolicyCheck(
  {
    digest: `sha256:${'0'.repeat(64)}`,
    faults: [],
    tests: { rows: 2, failed: [{ file: 'a.test.yml', line: 3, it: REASON, problems: [REASON] }] },
    history: {
      decisions: 12,
      flips: [
        {
          task: '1-2-abc',
          seq: 9,
          action: 'pr.merge',
          resource: '#7',
          who: 'mona',
          gone: [],
          from: 'allow',
          to: 'require_approval',
          why: REASON,
          causes: [{ file: '.github/gatehouse.cedar', line: 4 }],
        },
      ],
      more: 0,
      undecidable: [{ task: '1-2-abc', seq: 9, action: 'pr.merge', lacks: REASON }],
      moreUndecidable: 0,
      elsewhere: { repositories: 0, flips: 0, undecidable: 0 },
    },
  },
  'pull',
);
const request: Reply = {
  code: 'approval_requested',
  request: {
    approval: 'approval-1',
    action: 'pr.merge',
    resource: '#2',
    head: HEAD,
    digest: approval.digest ?? '',
    files: ['package.json'],
    findings: approval.findings,
    reasons: [REASON],
    approvers: approval.approvers,
    quorum: 1,
    holdsForHours: 24,
    inRun: false,
  },
};

const said = REASON.replaceAll('`', '');

describe('as GitHub renders it', () => {
  it.each([
    ['the sticky comment', renderComment(view)],
    ['the summary of the check run', check.summary],
    ['the audit in the check run', check.text],
    ['the summary of the policy check', policyCheck.summary],
    ['the flips in the policy check', policyCheck.text],
    ['the body of the pull request', renderSection(view)],
    ['the request for approval', renderReply(request, 'k')],
    ['a refusal', renderReply({ code: 'refused', command: 'fix', reasons: [REASON] }, 'k')],
    ['a failed rework', renderReply({ code: 'rework_failed', reason: REASON }, 'k')],
    ['a rework', renderReply({ code: 'reworked', commit: HEAD, summary: REASON }, 'k')],
    ['a status', renderReply({ code: 'status', task: 't', status: REASON, lines: [REASON] }, 'k')],
  ])('%s shows text as it was written, in plain words', (_name, markdown) => {
    const text = seen(markdown);
    const compact = text.replaceAll('\n', ' ');
    expect(compact).toContain(said.slice(0, 60));
    expect(text).not.toMatch(/\\|`|&\w*;|\u200b|\*\*|\]\(/);
    expect(text).not.toMatch(/(?<!\.)\.\.(?!\.)|\?\.|!\./);
    expect(text).not.toMatch(
      /\b(?:pr\.merge|patch\.accept|branch\.push|command\.exec|require_approval|T[0-3])\b|\d of (?:a|any)/,
    );
    expect(text).not.toContain('anyone with write access');
  });

  it('the pull request says what, why, its size, the proof, the findings and what is wanted, in that order', () => {
    const text = seen(renderSection(view, { files: 3, added: 9, removed: 4 }));
    const order = [
      'Mends the sum.',
      'adds a test',
      'Fixes #1: Parsing an empty string throws (asked for by alice)',
      'Then, as bob asked: ',
      '3 files changed, +9 −4.',
      'How it was proved',
      'What policy found',
      'To merge the pull request needs approval: ',
      'What is wanted of you',
      'Approval by a maintainer: a review that approves, or /agent approve dddddddddddd.',
      'Details',
    ].map(part => text.indexOf(part));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('the pull request stays under a screen, however much there is to say', () => {
    const long = Array.from({ length: 60 }, (_, n) => `- line ${n} of what it did`).join('\n');
    const rounds = Array.from({ length: 12 }, (_, n) => n + 2);
    const body = renderSection({
      ...view,
      accounts: [
        { round: 1, summary: long },
        ...rounds.map(round => ({ round, summary: `Round ${round}.` })),
      ],
      reworks: rounds.map(round => ({
        round,
        origin: 'check' as const,
        by: null,
        project: null,
        instructions: 'test: red',
      })),
    });
    const [shown = '', folded = ''] = body.split('<details>');
    expect(seen(shown).split('\n').length).toBeLessThan(50);
    expect(seen(shown)).toContain('9 more rounds before');
    expect(seen(folded)).toContain('line 59 of what it did');
    expect(seen(folded)).toContain('Round 2.');
  });

  it('however much there is to say, each stays within what GitHub takes, and nothing is cut open', () => {
    const wide = '🧱'.repeat(400);
    const fence = '`'.repeat(40);
    const many = <T>(one: T): T[] => Array.from({ length: 200 }, () => one);
    const full = {
      ...view,
      status: 'failure' as const,
      runs: many(aRun({ detail: wide, agent: wide, run: wide })),
      steps: many({ ...view.steps[0], run: aRun({ detail: wide }) }) as typeof view.steps,
      decisions: many({
        ...view.decisions[0],
        reasons: many(wide),
        policies: many(wide),
        observed: { outcome: 'deny', reasons: many(wide), policies: many(wide) },
      }) as typeof view.decisions,
      approval: { ...approval, reasons: many(wide), files: many(wide) },
      approvals: many({
        ...approval,
        reasons: many(wide),
        refused: many(approval.refused[0]),
      }) as typeof view.approvals,
      accounts: many({ round: 1, summary: `${fence}\n${wide}\n\n`.repeat(40) }),
      taint: many({ source: wide, by: { id: 1, login: wide }, reason: wide }),
      failedCommand: {
        run: 'test-1-1',
        name: 'test',
        tail: `${fence}\n${wide}\n`.repeat(60),
        problems: many({ path: 'a.js', line: 1, level: 'failure' as const, message: wide }),
      },
    };
    const { summary, text, annotations } = renderCheck(full);
    const section = renderSection(full);
    expect(annotations).toHaveLength(50);
    for (const shown of [summary, text, section, renderComment(full)]) {
      expect(Buffer.byteLength(shown)).toBeLessThan(65_535);
      const html = rendered(shown);
      expect(html).not.toMatch(/&lt;\/?(?:details|summary|sub)/);
      expect(html.split('<details>').length).toBe(html.split('</details>').length);
      expect(html).not.toMatch(/<code[^>]*>(?:(?!<\/code>)[\s\S])*(?:###|&lt;!-- \/gatehouse)/);
    }
    const theirs = `${'x'.repeat(65_000)}\n`;
    for (const [written, ours] of [
      [theirs, true],
      ['x'.repeat(65_500), false],
    ] as const) {
      const body = placeSection(written, full);
      expect(body.length).toBeLessThanOrEqual(65_536);
      expect(body.startsWith(written.trimEnd())).toBe(true);
      expect(body.includes('gatehouse:task')).toBe(ours);
      expect(placeSection(body, full)).toBe(body);
    }
  });

  it('what another run took the place of has not failed', () => {
    expect(seen(check.text)).toContain('– superseded');
    const retried = aRun({ state: 'failure', superseded: true });
    expect(seen(renderCheck({ ...view, runs: [retried] }).text)).not.toContain('✗');
    const failed = aRun({ state: 'failure' });
    expect(seen(renderCheck({ ...view, runs: [failed] }).text)).toContain('✗ failed');
  });

  it('a command in a table keeps its pipe', () => {
    const steps = view.steps.map(step => ({ ...step, run: aRun({ detail: '`a | b` c|d' }) }));
    expect(seen(renderComment({ ...view, steps }))).toContain('a | b c|d');
  });

  it('nothing is asked of people once it ended', () => {
    const done = seen(renderSection({ ...view, status: 'success', approval: null }));
    expect(done).toContain('Nothing: the work is done.');
    const check = renderCheck({ ...view, status: 'success', reason: 'Nothing to change.' });
    expect(seen(check.summary)).toContain('Nothing to change.\n');
  });
});
