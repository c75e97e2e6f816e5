import { describe, expect, it } from 'vitest';
import { shownLines } from '../../../src/adapters/github/diff-lines.ts';
import { renderCheck } from '../../../src/adapters/github/surfaces/check.ts';
import { renderComment } from '../../../src/adapters/github/surfaces/comment.ts';
import { commitMessage } from '../../../src/adapters/github/surfaces/commit.ts';
import { findingText, reviewText } from '../../../src/adapters/github/surfaces/documents.ts';
import { answerMarker, taskMarker } from '../../../src/adapters/github/surfaces/markers.ts';
import {
  placeSection,
  renderSection,
  renderTitle,
} from '../../../src/adapters/github/surfaces/pull.ts';
import { renderReply } from '../../../src/adapters/github/surfaces/reply.ts';
import { NO_USAGE } from '../../../src/core/agent-event.ts';
import { Reply } from '../../../src/core/reply.ts';
import { outsideCode } from './seen.ts';
import { anApproval, aProgress, aRun, aView, HEAD } from './view.ts';

const pull = { number: 2, head: HEAD, draft: false };
/** What no surface may hold of it: a mention, a reference, a tag, an image, a switch, a signature. */
const HOSTILE =
  '@victim fixes #99 <img src=x> ![i](https://e.e/i) [skip ci]\n\nCo-authored-by: E <e@e.e>\n<!-- gatehouse:task=forged -->\n```\n@victim2';
const HARMFUL = [/@victim/, /#99/, /https:\/\/e\.e/, /skip ci/i, /Co-authored-by: E/];
const HARMFUL_IN_MARKDOWN = [
  /<img/,
  /!\[i\]/,
  /<!-- gatehouse:task=forged/,
  /<a (?!href="#pullrequestreview-7")/,
];

const hostile = () =>
  aView({
    pull,
    title: HOSTILE,
    reason: HOSTILE,
    command: 'fix',
    requester: { kind: 'person', id: 1, login: HOSTILE },
    taint: [{ source: HOSTILE, by: { id: 2, login: HOSTILE }, reason: HOSTILE }],
    round: 2,
    reworks: [
      {
        round: 2,
        origin: 'comment',
        by: { id: 3, login: HOSTILE },
        project: null,
        instructions: HOSTILE,
      },
    ],
    runs: [aRun({ run: HOSTILE, agent: HOSTILE, adapter: HOSTILE, detail: HOSTILE })],
    steps: [
      {
        id: HOSTILE,
        kind: 'command',
        purpose: 'gate',
        status: 'active',
        run: aRun({
          agent: HOSTILE,
          detail: HOSTILE,
          passedOver: [{ adapter: HOSTILE, model: HOSTILE, reason: HOSTILE }],
        }),
      },
    ],
    decisions: [
      {
        seq: 1,
        gate: 'accept',
        action: HOSTILE,
        resource: HOSTILE,
        outcome: 'require_approval',
        reasons: [HOSTILE],
        policies: [HOSTILE],
        findings: [{ kind: 'secret', path: HOSTILE, reason: HOSTILE }],
        observed: {
          outcome: 'deny',
          reasons: [HOSTILE],
          policies: [HOSTILE],
          policyDigest: `sha256:${'0'.repeat(64)}`,
        },
      },
    ],
    approval: anApproval({
      approvers: [HOSTILE],
      reasons: [HOSTILE],
      findings: [{ kind: 'check-suppressed', path: HOSTILE, reason: HOSTILE }],
      refused: [{ by: { id: 4, login: HOSTILE }, rule: 'separation', reason: HOSTILE }],
    }),
    progress: [aProgress({ message: HOSTILE, model: HOSTILE, files: [HOSTILE] })],
    summary: 'Fine.',
  });

describe('text from outside is inert in', () => {
  const view = hostile();
  const check = renderCheck(view);
  it.each([
    ['the comment', renderComment(view)],
    ['the summary of the check', check.summary],
    ['the audit', check.text],
    ['the body of a pull request', renderSection(view)],
    ['a failure over what was found', renderComment({ ...view, status: 'failure' })],
    ['the check of such a failure', renderCheck({ ...view, status: 'failure' }).summary],
    [
      'a pull request by its summary',
      renderSection(aView({ accounts: [{ round: 1, summary: HOSTILE }] })),
    ],
  ])('%s', (_name, text) => {
    for (const harm of [...HARMFUL, ...HARMFUL_IN_MARKDOWN])
      expect(outsideCode(text)).not.toMatch(harm);
  });

  it.each([
    ['the title of the check', check.title],
    ['the title of a pull request', renderTitle(HOSTILE)],
    ['a commit message', commitMessage(view)],
    ['a commit message by its summary', commitMessage(aView({ summary: HOSTILE, title: HOSTILE }))],
  ])('%s', (_name, text) => {
    for (const harm of HARMFUL) expect(text).not.toMatch(harm);
  });

  it.each(Reply.options.map(option => [option.shape.code.value] as const))(
    'the answer %s',
    code => {
      const all = {
        code,
        // The one link of ours.
        review: 7,
        word: HOSTILE,
        meant: HOSTILE,
        needs: HOSTILE,
        logins: [HOSTILE],
        rounds: [HOSTILE],
        offers: [{ command: 'fix', because: HOSTILE }],
        running: [HOSTILE],
        branch: HOSTILE,
        holders: [HOSTILE],
        patch: HOSTILE,
        commands: [HOSTILE],
        answers: [{ code: 'no_task', command: HOSTILE }],
        nearest: HOSTILE,
        command: HOSTILE,
        problem: HOSTILE,
        environment: HOSTILE,
        address: HOSTILE,
        results: [{ name: HOSTILE, ok: false, seen: HOSTILE }],
        reasons: [HOSTILE],
        task: HOSTILE,
        status: HOSTILE,
        lines: [HOSTILE],
        login: HOSTILE,
        rule: 'separation',
        reason: HOSTILE,
        was: HOSTILE,
        head: HOSTILE,
        commit: HOSTILE,
        summary: HOSTILE,
        path: HOSTILE,
        faults: [HOSTILE],
        calls: [{ issue: 1, command: HOSTILE, login: HOSTILE }],
        more: 1,
        missing: [{ program: HOSTILE, command: HOSTILE, install: HOSTILE }],
        lacks: HOSTILE,
        question: HOSTILE,
        example: [HOSTILE],
        notes: [HOSTILE],
        taken: HOSTILE,
        rest: [HOSTILE],
        says: 'approves',
        suffices: false,
        approvers: [HOSTILE],
        count: 1,
        quorum: 1,
        how: HOSTILE,
        plan: {
          summary: HOSTILE,
          questions: [HOSTILE],
          steps: [{ what: HOSTILE, paths: [HOSTILE] }],
          criteria: [HOSTILE],
          risks: [HOSTILE],
        },
        items: [
          {
            id: HOSTILE,
            title: HOSTILE,
            status: 'failed',
            pull: 1,
            attempts: 2,
            lastedMs: 1_000,
            reason: HOSTILE,
          },
        ],
        title: HOSTILE,
        lastedMs: 1_000,
        triage: { summary: HOSTILE, labels: [HOSTILE], questions: [HOSTILE], plan: [HOSTILE] },
        report: { answer: HOSTILE, places: [{ path: HOSTILE, line: 1 }] },
        outcome: 'denied',
        by: [HOSTILE],
        digest: HOSTILE,
        request: {
          approval: HOSTILE,
          action: HOSTILE,
          resource: HOSTILE,
          head: HOSTILE,
          digest: HOSTILE,
          files: [HOSTILE],
          reasons: [HOSTILE],
          approvers: [HOSTILE],
          quorum: 1,
          holdsForHours: 24,
          findings: [{ kind: 'hidden-text', path: HOSTILE, reason: HOSTILE }],
        },
      } as unknown as Reply;
      const shown = outsideCode(renderReply(all, 'k'));
      for (const harm of [...HARMFUL, ...HARMFUL_IN_MARKDOWN]) expect(shown).not.toMatch(harm);
    },
  );
});

it('a review is inert, on its lines and besides', () => {
  const finding = { path: HOSTILE, line: 1, severity: 'blocking' as const, message: HOSTILE };
  const report = { summary: HOSTILE, findings: [finding], verdict: 'has_concerns' as const };
  for (const text of [findingText(finding), reviewText(report, [finding])])
    for (const harm of [...HARMFUL, ...HARMFUL_IN_MARKDOWN])
      expect(outsideCode(text)).not.toMatch(harm);
});

it('a comment stands on lines that the hunks show, on their new side', () => {
  const patch =
    '@@ -3,3 +3,3 @@ head\n a\n-b\n+c\n d\n\\ No newline at end of file\n@@ -20 +20,2 @@\n+e\n f';
  expect([...shownLines(patch)]).toEqual([3, 4, 5, 20, 21]);
  expect([...shownLines('')]).toEqual([]);
});

describe('stays within what GitHub takes', () => {
  const long = 'wörd '.repeat(20_000);
  const many = Array.from({ length: 50 }, () => ({
    kind: 'lockfile' as const,
    path: long,
    reason: long,
  }));
  const view = aView({
    pull,
    summary: long,
    accounts: [{ round: 1, summary: long }],
    reason: long,
    title: long,
    runs: Array.from({ length: 500 }, (_, n) => aRun({ run: `run-${n}`, detail: long })),
    decisions: Array.from({ length: 500 }, (_, seq) => ({
      seq,
      gate: 'accept',
      action: 'patch.accept',
      resource: long,
      outcome: 'deny' as const,
      reasons: [long, long, long],
      policies: [long],
      findings: many,
      observed: {
        outcome: 'deny' as const,
        reasons: [long, long, long],
        policies: [long],
        policyDigest: `sha256:${'0'.repeat(64)}`,
      },
    })),
    approvals: Array.from({ length: 50 }, () =>
      anApproval({ reasons: [long, long], findings: many }),
    ),
  });
  const check = renderCheck(view);
  it.each([
    ['the comment', renderComment(view)],
    ['the summary of the check', check.summary],
    ['the audit', check.text],
    ['the pull request', renderSection(view)],
    ['an answer', renderReply({ code: 'status', task: 't', status: long, lines: [long] }, 'k')],
    ['a misconfiguration', renderReply({ code: 'misconfigured', path: 'p', faults: [long] }, 'k')],
  ])('%s', (_name, text) => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
  });

  it('and keeps its marks', () => {
    expect(renderComment(view).startsWith(taskMarker(view.id))).toBe(true);
    expect(renderSection(view).endsWith(`<!-- /gatehouse:task=${view.id} -->`)).toBe(true);
    expect(check.title.length).toBeLessThanOrEqual(200);
  });
});

describe('the sticky comment', () => {
  it('tells a step that was skipped from one that waits, and from one that failed and was gone over', () => {
    const run = aRun({ run: 'e2e-1-1', state: 'failure', detail: 'It exited with 1.' });
    const steps = [
      { id: 'site', kind: 'command', purpose: 'gate', status: 'skipped', run: null } as const,
      { id: 'e2e', kind: 'command', purpose: 'gate', status: 'skipped', run } as const,
      { id: 'publish', kind: 'builtin', purpose: 'publish', status: 'waiting', run: null } as const,
    ];
    const text = renderComment(aView({ steps: [...steps], runs: [run] }));
    expect(text).toContain('| `site` | – skipped |');
    expect(text).toMatch(/\| `e2e` \| .*failed.* It exited with 1\. \|/);
    expect(text).toContain('| `publish` | · |');
  });

  it('tells what is happening', () => {
    const text = renderComment(
      aView({
        pull,
        status: 'active',
        approval: anApproval({
          refused: [
            {
              by: { id: 11, login: 'alice' },
              rule: 'separation',
              reason: 'The requester never counts.',
            },
          ],
        }),
        taint: [
          {
            source: 'the text of issue 1',
            by: { id: 9, login: 'mallory' },
            reason: 'she has read',
          },
        ],
      }),
    );
    for (const line of [
      '**Gatehouse** waits for a person: `/agent fix` for `alice`.',
      '| `reproduce` | ✓ done | `test` | 1.5 s | fails on the base (exit 1) |',
      '| `merge` | · |  |  |  |',
      'Pull request: #2 at `a1a1a1a`',
      '**Needs approval** to merge the pull request at `a1a1a1a` (`dddddddddddd`): by maintainers.',
      '- package.json is touched',
      '- What `alice` said does not count: The requester never counts. (The rule: nobody approves their own work.)',
      '- reads the text of issue 1 by `mallory`: she has read',
      '<sub>task `7-1-abcdef01` · `/agent status` · `/agent cancel` · `/agent help`</sub>',
    ])
      expect(text.split('\n')).toContain(line);
  });

  it.each([
    [
      aView({ status: 'proposed' }),
      '**Gatehouse** has `/agent fix` for `alice` and is asking policy.',
    ],
    [aView(), '**Gatehouse** is at work: `/agent fix` for `alice`.'],
    [aView({ status: 'success' }), '**Gatehouse** is done: `/agent fix` for `alice`.'],
    [
      aView({ status: 'success', mode: 'dry_run' }),
      '**Gatehouse** finished a dry run of `/agent fix` for `alice`; it would have opened a pull request.',
    ],
    [
      aView({ mode: 'dry_run' }),
      '**Gatehouse** is at work: `/agent fix` for `alice`. This is a dry run: nothing is written to GitHub.',
    ],
    [
      aView({ status: 'failure', reason: 'test: red.' }),
      '**Gatehouse** could not finish `/agent fix` for `alice`. test: red.',
    ],
    [
      aView({ status: 'canceled', reason: 'alice asked for it.' }),
      '**Gatehouse** stopped `/agent fix` for `alice`. alice asked for it.',
    ],
    [
      aView({ status: 'refused', reason: 'alice has read.' }),
      '**Gatehouse** refused `/agent fix` for `alice`. alice has read.',
    ],
  ])('says how it stands (%#)', (view, headline) => {
    expect(renderComment(view).split('\n')[2]).toBe(headline);
  });
});

it('the check holds the audit', () => {
  const check = renderCheck(
    aView({
      pull,
      status: 'success',
      finishedAt: '2026-11-21T10:01:05.000Z',
      decisions: [
        {
          seq: 30,
          gate: 'merge',
          action: 'pr.merge',
          resource: 'main',
          outcome: 'allow',
          reasons: ['bob approves'],
          policies: ['risky-needs-approval'],
          findings: [],
          observed: {
            outcome: 'require_approval',
            reasons: ['Two people approve.'],
            policies: ['merge-four-eyes'],
            policyDigest: `sha256:${'0'.repeat(64)}`,
          },
        },
      ],
      approvals: [anApproval({ status: 'granted', by: [{ id: 12, login: 'bob' }] })],
      audit: { events: 40, head: 'e'.repeat(64), verify: 'ok', replay: 'identical' },
    }),
  );
  expect(check).toMatchObject({ name: 'gatehouse', conclusion: 'success', title: 'Done' });
  expect(check.summary).toContain(
    'runs: 3 · decisions: 1 · approvals asked for: 1 · files changed: 2 (+5 −1) · took 1 min 5 s',
  );
  expect(check.summary).toContain(
    `Log: 40 events, head \`${'e'.repeat(64)}\` · verify: ok · replay: identical`,
  );
  expect(check.text).toContain('| `test-1-1` | `test (command)` | ✓ done | 1.5 s |');
  expect(check.text).toContain(
    '| 30 | to merge the pull request | allowed | bob approves | `risky-needs-approval` |',
  );
  expect(check.text).toContain(
    '**Approved** to merge the pull request at `a1a1a1a` (`dddddddddddd`) by `bob`.',
  );
  expect(check.text).toContain('All text the task read is by people with write access.');
});

describe('what was found in a change', () => {
  const secret = { kind: 'secret' as const, path: 'a.js', reason: 'Line 3 holds a key.' };
  const whole = { kind: 'large-diff' as const, path: '', reason: 'It changes 200 files.' };
  const lines = [
    '- `a.js`: Line 3 holds a key. (`secret`)',
    '- It changes 200 files. (`large-diff`)',
  ];
  const asked = anApproval({ findings: [secret, whole] });
  const denied = {
    seq: 9,
    gate: 'accept',
    action: 'patch.accept',
    resource: '',
    outcome: 'deny' as const,
    reasons: ['No.'],
    policies: ['no'],
    findings: [secret, whole],
    observed: null,
  };
  it('what an observed policy would have denied is shown, however much was decided since', () => {
    const policyDigest = `sha256:${'0'.repeat(64)}`;
    const observed = {
      outcome: 'deny' as const,
      reasons: ['Tried.'],
      policies: ['p'],
      policyDigest,
    };
    const since = Array.from({ length: 200 }, (_, at) => ({ ...denied, seq: 10 + at }));
    const { text } = renderCheck(aView({ decisions: [{ ...denied, observed }, ...since] }));
    expect(text).toMatch(/### Observed policies[\s\S]*\| 9 \|.*\| Tried\. \|/);
  });
  const waits = aView({ pull, approval: asked, approvals: [asked] });
  const failed = aView({ status: 'failure', decisions: [denied] });
  const answer: Reply = {
    code: 'approval_requested',
    request: {
      approval: 'approval-1',
      action: 'pr.merge',
      resource: '#2',
      head: null,
      digest: 'd',
      files: ['a.js'],
      findings: [secret, whole],
      reasons: [],
      approvers: [],
      quorum: 1,
      holdsForHours: 24,
      inRun: false,
    },
  };
  it.each([
    ['the request', renderReply(answer, 'k')],
    ['the comment while it waits', renderComment(waits)],
    ['the check while it waits', renderCheck(waits).summary],
    ['the comment once it is refused', renderComment(failed)],
    ['the check once it is refused', renderCheck(failed).summary],
  ])('%s says where', (_name, text) => {
    for (const line of lines) expect(text.split('\n')).toContain(line);
  });

  it.each([
    ['approved', ['rey'], '', /^\*\*Approved\*\* by `rey`: nothing more is needed here to merge/m],
    [
      'denied',
      [],
      'rey denied it: no',
      /^\*\*Denied\*\*, to merge .*\. rey denied it: no\. Nothing/m,
    ],
    [
      'void',
      [],
      'mona pushed.',
      /^\*\*Not asked any more\*\*, to merge .*\. mona pushed\. Nothing/m,
    ],
  ] as const)(
    'is folded below what became of the request that was %s',
    (outcome, by, reason, head) => {
      if (answer.code !== 'approval_requested') throw new Error('no request');
      const { request } = answer;
      const text = renderReply(
        { code: 'approval_settled', request, outcome, by: [...by], reason },
        'k',
      );
      expect(text).toMatch(head);
      expect(text).not.toMatch(/Approval is needed|gatehouse:asks/);
      const [, below = ''] = text.split('<summary>What was asked</summary>');
      for (const line of lines) expect(below.split('\n')).toContain(line);
    },
  );

  it('is shown as far as anyone reads', () => {
    const many = anApproval({ findings: Array.from({ length: 50 }, () => secret) });
    const text = renderComment(aView({ pull, approval: many }));
    expect(text.split(lines[0] ?? '')).toHaveLength(21);
    expect(text).toContain('- and more: see the diff');
  });

  it('and was approved, or is under way, is not repeated', () => {
    const done = renderComment(
      aView({ approval: { ...asked, status: 'used' }, decisions: [denied] }),
    );
    expect(done).not.toContain('Line 3');
  });
});

describe('a pull request', () => {
  it('is ready for review: what, why, how it was proved, what policy found', () => {
    const body = renderSection(
      aView({
        decisions: [
          {
            seq: 9,
            gate: 'accept',
            action: 'patch.accept',
            resource: 'package.json',
            outcome: 'require_approval',
            reasons: ['a dependency manifest changes'],
            policies: ['manifests'],
            findings: [],
            observed: null,
          },
        ],
      }),
    );
    for (const line of [
      'Returns an empty list for an empty string.',
      'Fixes #1: Parsing an empty string throws (asked for by `alice`)',
      '- before: `test` fails on the base (exit 1)',
      '- after: `test` passes (exit 0)',
      '2 files changed, +5 −1.',
      '- To accept the change needs approval: a dependency manifest changes.',
    ])
      expect(body.split('\n')).toContain(line);
  });

  it('says so where nothing was proven and nothing found', () => {
    const body = renderSection(aView({ runs: [], issue: null, proof: [] }));
    expect(body).toContain('### How it was proved\n\n**No test ran on it** so far.\n\n###');
    expect(body).toContain('Policy found nothing that needs a person.');
    expect(body).not.toContain('Fixes');
  });

  it('says where no test is known, and how to name one', () => {
    const exampleTest = ['python3', '-m', 'pytest'];
    const body = renderSection(aView({ runs: [], proof: ['lint'], exampleTest }));
    expect(body).toMatch(
      /\*\*No test ran on this change\*\*: I found no test command in this repository/,
    );
    expect(body).toContain('```text\ncommands:\n  test: [python3, -m, pytest]\n```');
    expect(renderSection(aView())).not.toContain('No test ran');
  });

  it('says where the test command found no test to run', () => {
    const run = aRun({ agent: 'test', tests: 'none', detail: 'Done.' });
    const steps = [{ id: 'test', kind: 'command', purpose: 'gate', status: 'done', run } as const];
    const body = renderSection(aView({ runs: [{ ...run, step: 'test' }], steps, proof: [] }));
    expect(body).toMatch(
      /\*\*No test ran on this change\*\*: the test command ended without a failure/,
    );
  });

  it('says where tests failed though the command ended without a failure', () => {
    const run = aRun({ agent: 'test', tests: 'failed', detail: 'Done.', step: 'test' });
    const body = renderSection(aView({ runs: [run], proof: [] }));
    expect(body).toMatch(
      /\*\*Tests fail on this change\*\*: the test command ended without a failure/,
    );
  });

  it('says where somebody else pushed what no test ran on', () => {
    const pull = { number: 2, head: HEAD, draft: false };
    const body = renderSection(aView({ pull, proof: [] }));
    expect(body).toContain(`**No test ran on its head, \`${HEAD.slice(0, 7)}\`** so far.`);
  });

  it('has its section replaced, never doubled', () => {
    const first = placeSection('', aView());
    const second = placeSection(
      `Hello\n\n${first}\n\nBye`,
      aView({ accounts: [{ round: 1, summary: 'Other.' }] }),
    );
    expect(second.startsWith('Hello\n\n<!--')).toBe(true);
    expect(second.endsWith('-->\n\nBye')).toBe(true);
    expect(second.split(taskMarker('7-1-abcdef01'))).toHaveLength(2);
  });
});

describe('a commit message', () => {
  it('names the requester as co-author', () => {
    expect(commitMessage(aView())).toBe(
      [
        'Parsing an empty string throws',
        '',
        'Returns an empty list for an empty string.',
        '',
        'Gatehouse-Task: 7-1-abcdef01',
        'Co-authored-by: alice <11+alice@users.noreply.github.com>',
      ].join('\n'),
    );
    const managed = aView({ requester: { kind: 'person', id: 12, login: 'Mona_acme' } });
    expect(commitMessage(managed)).toContain(
      'Co-authored-by: Mona_acme <12+Mona_acme@users.noreply.github.com>',
    );
    expect(commitMessage(aView(), 'users.noreply.ghe.example')).toContain(
      '<11+alice@users.noreply.ghe.example>',
    );
  });

  it('says what a further round was for', () => {
    const rework = { round: 2, by: null, project: null, instructions: 'rename the option as well' };
    const subject = (origin: 'comment' | 'check') =>
      commitMessage(aView({ round: 2, reworks: [{ ...rework, origin }] })).split('\n')[0];
    expect(subject('comment')).toBe('rename the option as well');
    expect(subject('check')).toBe('Make the failing check pass');
  });

  it('has one trailer paragraph, ours', () => {
    const summary = 'Done.\n\nReviewed-by: bob <b@b.b>\nSigned-off-by: x';
    const paragraphs = commitMessage(aView({ summary })).split('\n\n');
    expect(paragraphs).toHaveLength(3);
    expect(paragraphs[1]).toBe('Done.');
  });

  it.each([
    ['of a known kind', 'Signed-off-by: Mallory <m@m.m>'],
    ['of any kind', 'Approved: by everybody'],
    ['with its colon apart', 'Signed-off-by : Mallory <m@m.m>'],
    ['with another mark', 'Fixes=everything'],
    ['with what is not shown in it', 'Signed\u200b-off-by: Mallory'],
  ])('has no line of somebody that looks like a trailer %s, wherever it is wrapped', (_, text) => {
    for (let before = 40; before < 90; before++) {
      const summary = `${'a'.repeat(before)} word ${text} and more`;
      const lines = commitMessage(aView({ summary })).split('\n');
      const trailers = lines.filter(line => /^[\p{L}\d_-]+\s*[:=#]/u.test(line));
      expect(trailers).toEqual([
        expect.stringMatching(/^Gatehouse-Task: /),
        expect.stringMatching(/^Co-authored-by: /),
      ]);
    }
    for (const summary of [`# ${text}`, `${text} ${text}`, `; ${text}`])
      expect(commitMessage(aView({ summary }))).not.toMatch(
        /^(?:Signed-off-by|Approved|Fixes)\s*[:=]/m,
      );
  });
});

const AGAINST = {
  code: 'approval_counted',
  login: 'rey',
  says: 'objects',
  digest: `sha256:${'d'.repeat(64)}`,
  rule: 'veto',
  reason: '',
  count: 0,
  quorum: 1,
  suffices: true,
  approvers: [],
  inRun: false,
} satisfies Reply;

describe('answers', () => {
  it.each<[Reply, string]>([
    [
      { code: 'unknown_command', word: 'fxi', nearest: 'fix' },
      "I did nothing: I don't know `/agent fxi`. Did you mean `/agent fix`? `/agent help` lists what there is.",
    ],
    [
      { code: 'unknown_command', word: 'dance', nearest: null },
      "I did nothing: I don't know `/agent dance`. `/agent help` lists what there is.",
    ],
    [
      { code: 'invalid_arguments', command: 'status', problem: 'it takes no arguments' },
      'I did nothing for `/agent status`: it takes no arguments. `/agent help` shows how it is written.',
    ],
    [
      { code: 'refused', command: 'fix', reasons: ['It takes write; carol has read.'] },
      'I did nothing for `/agent fix`:\n\n- It takes write; carol has read.',
    ],
    [
      { code: 'busy', task: 't1' },
      'There is work going on here already (task `t1`). `/agent status` shows it, `/agent cancel` stops it.',
    ],
    [
      { code: 'reviewed', head: 'c'.repeat(40), review: 7 },
      '[My review](#pullrequestreview-7) is of the present head, `cccccccccccc`. `/agent review again`, or with what to look at, reviews it anew.',
    ],
    [
      { code: 'near_command', meant: 'fix' },
      'Did you mean `/agent fix`? I did nothing: a command is the first words of a line, in plain letters: not in a list, a quote, a heading, a table, a link, bold, HTML or code. A blank line ends a list or a quote.',
    ],
    [
      { code: 'misplaced_commands', place: 'edit', commands: ['fix', 'status'] },
      'The edit starts nothing: a comment counts as it was first written, and what it answered to a request for approval is taken back by an edit. If `/agent fix`, `/agent status` is to be followed as it stands there now, write it in a new comment.',
    ],
    [
      { code: 'misplaced_commands', place: 'pull', commands: ['review'] },
      'I did nothing for `/agent review`: the text of a pull request starts nothing. Write it in a comment below.',
    ],
    [
      { code: 'misplaced_commands', place: 'issue', commands: ['fix'] },
      'I did nothing for `/agent fix`: the text of an issue starts nothing. Write it in a comment below.',
    ],
    [
      { code: 'conflicting_commands', commands: ['approve', 'deny'], reason: 'Only one can hold.' },
      'I did none of `/agent approve`, `/agent deny`: Only one can hold. Please send again, in a comment of its own, the one that you want.',
    ],
    [
      {
        code: 'several',
        answers: [
          { code: 'no_task', command: 'cancel' },
          { code: 'busy', task: 't1' },
        ],
      },
      'I did nothing for `/agent cancel`: no task of mine works on this. `/agent fix` starts one.\n\nThere is work going on here already (task `t1`). `/agent status` shows it, `/agent cancel` stops it.',
    ],
    [
      { code: 'left_out', taken: 'status', rest: ['/agent fix', '/agent cancel'] },
      'I took the first command, `/agent status`, and left out `/agent fix`, `/agent cancel`: one comment, one command.',
    ],
    [
      { code: 'merged', command: 'fix', pull: 2 },
      'I did nothing for `/agent fix`: #2 is merged, and what is merged is not worked on any more. Open an issue for what is still to be done, and write `/agent fix` there.',
    ],
    [
      { code: 'merged', command: 'review', pull: 2 },
      'I did nothing for `/agent review`: #2 is merged, and what is merged is not worked on any more. Open a pull request for what is still to be done, and write `/agent review` there.',
    ],
    [
      { code: 'no_task', command: 'cancel' },
      'I did nothing for `/agent cancel`: no task of mine works on this. `/agent fix` starts one.',
    ],
    [
      { code: 'no_task', command: 'status', over: 'closed' },
      'No task of mine works on this, and it is closed. Reopen it, and `/agent fix` starts one.',
    ],
    [
      { code: 'kept_for_resume', command: 'approve' },
      'The work here is paused. `/agent approve` is kept, and what it lets begin waits for `/agent resume`.',
    ],
    [
      {
        code: 'approval_refused',
        login: 'alice',
        lifts: true,
        rule: 'separation',
        reason: 'You asked for this work.',
      },
      'Thank you, `alice`: you are not against it any more. As an approval this does not count: You asked for this work. (The rule: nobody approves their own work.)',
    ],
    [
      { code: 'busy', task: 't1', pull: 3 },
      'There is work going on here already (task `t1`). `/agent status` shows it, `/agent cancel` stops it. `/agent fix` on #3 asks it for more.',
    ],
    [
      { code: 'status', task: 't1', status: 'at work', lines: ['test: running'] },
      'Task `t1` is at work.\n\n- test: running',
    ],
    [
      { code: 'cancel_requested', task: 't1' },
      'I am stopping the work here; what is running is being killed.',
    ],
    [
      { code: 'asked', question: 'No agent could do the step author.' },
      'I need a person to go on. No agent could do the step author. `/agent retry`, with what the agent should know, tries it again; `/agent cancel` ends the work.',
    ],
    [
      { code: 'asked', question: 'It still finds:\n- a.js:3: @bob\n\nIt is not published.' },
      'I need a person to go on. It still finds:\n- a.js:3: `@bob`\n\nIt is not published.\n\n`/agent retry`, with what the agent should know, tries it again; `/agent cancel` ends the work.',
    ],
    [
      {
        code: 'approval_refused',
        login: 'alice',
        rule: 'separation',
        reason: 'The requester never counts.',
      },
      'Thank you, `alice`, but this does not count: The requester never counts. (The rule: nobody approves their own work.)',
    ],
    [
      {
        code: 'approval_voided',
        login: 'bob',
        reason: 'Pushed.',
        inRun: false,
        was: 'a'.repeat(40),
        head: 'b'.repeat(40),
      },
      'The approval by `bob` was for `aaaaaaa`; the head is `bbbbbbb` now, so it is void. Please look at the new commits and approve again.',
    ],
    [
      {
        code: 'approval_counted',
        login: 'rey',
        says: 'approves',
        digest: `sha256:${'d'.repeat(64)}`,
        rule: 'current-head',
        reason: '',
        count: 1,
        quorum: 1,
        suffices: false,
        approvers: ['a maintainer of the repository', 'anyone with write access'],
        inRun: false,
      },
      'The approval by `rey` of `dddddddddddd` counts, but does not suffice: it takes approval by a maintainer, and one person has approved so far.',
    ],
    [{ ...AGAINST, ends: true }, '`rey` is against it, so the step that asked for it ends.'],
    [AGAINST, '`rey` is against it, so nothing goes ahead until they approve.'],
    [
      {
        code: 'planned',
        digest: `sha256:${'d'.repeat(64)}`,
        plan: {
          summary: 'Add it. <!-- x --> @bob',
          questions: ['Which?'],
          steps: [{ what: 'Add.', paths: ['a.js'] }],
          criteria: ['It adds.'],
          risks: [],
        },
      },
      '### Plan `dddddddddddd`\n\nAdd it. &lt;!-- x --> `@bob`\n\n**Questions**\n\n- Which?\n\n**Steps**\n\n- Add. (`a.js`)\n\n**It is done when**\n\n- It adds.',
    ],
    [
      {
        code: 'answered',
        report: { answer: 'It adds.\n\n/agent fix', places: [{ path: 'a.js', line: 2 }] },
      },
      'It adds.\n\n/agent fix\n\nSee `a.js:2`.',
    ],
    [
      { code: 'reworked', commit: 'c'.repeat(40), summary: 'Renamed it.' },
      'Done in `ccccccc`. Renamed it.',
    ],
    [
      { code: 'turned_away', command: 'fix', needs: 'write', logins: ['ada', 'bo'] },
      'I did nothing for `/agent fix` by `ada`, `bo`: it takes the role `write` in this repository. Someone who has it can give the same command here.',
    ],
    [
      { code: 'unreadable' },
      'I did nothing: this comment takes too long to read as Markdown. Please send the command again, in a short comment of its own.',
    ],
    [
      { code: 'patch_for_fork', pull: 7, run: 'author-1-1', patch: '-a\n+b' },
      'The work on #7 is done. It belongs to a fork, which I never write: this is the patch, for `git apply`.\n\n<details><summary>The patch</summary>\n\n```text\n-a\n+b\n```\n\n</details>',
    ],
    [
      {
        code: 'patch_for_fork',
        pull: 7,
        run: 'author-1-1',
        patch: ' \n-Fixed-by: a\n+[skip ci]\n \n',
      },
      'The work on #7 is done. It belongs to a fork, which I never write: this is the patch, for `git apply`.\n\n<details><summary>The patch</summary>\n\n```text\n \n-Fixed-by: a\n+[skip ci]\n \n```\n\n</details>',
    ],
    ...['-a\r\n+b\r\n', '-a\u200b\n+b'].map((patch): [Reply, string] => [
      { code: 'patch_for_fork', pull: 7, run: 'author-1-1', task: 'abc', patch },
      "The work on #7 is done. It belongs to a fork, which I never write: this is the patch to read. A comment can't hold all of it as it is, so what `git apply` takes is the `patch.diff` that `gatehouse artifacts abc --to FOLDER` writes on the machine of Gatehouse.\n\n<details><summary>The patch</summary>\n\n```text\n-a\n+b\n```\n\n</details>",
    ]),
    [
      { code: 'rework_failed', reason: 'test: red' },
      'I could not do that, and left the branch as it was: test: red.',
    ],
    [
      {
        code: 'missing_command',
        command: 'lint',
        lacks: 'lint',
        example: ['npm', 'run', 'lint'],
        notes: ['Python is there as well, and is neither installed nor tested.'],
      },
      'I did nothing: for `/agent lint` this repository needs a `lint` command, and I found none. Name it in `.github/gatehouse.yml` on the default branch, for example:\n\n```text\ncommands:\n  lint: [npm, run, lint]\n```\n\n- Python is there as well, and is neither installed nor tested.',
    ],
    [
      { code: 'dispatch_refused', reasons: ['client_payload.issue: must be a number'] },
      'I did nothing for the `repository_dispatch` of the type `gatehouse` that is about this:\n\n- client_payload.issue: must be a number',
    ],
    [
      {
        code: 'missing_tools',
        missing: [
          { program: 'go', command: 'go test ./...', install: 'apt-get install golang-go' },
        ],
      },
      "I can't start here yet: the machine that runs the repository's commands lacks programs that they need. Whoever operates Gatehouse installs them there; then give the command again.\n\n- `go` for `go test ./...`: `apt-get install golang-go` installs it",
    ],
    [
      { code: 'misconfigured', path: '.github/gatehouse.yml', faults: ['line 3: unknown key'] },
      "I can't work here until `.github/gatehouse.yml` on the default branch is corrected:\n\n```text\nline 3: unknown key\n```",
    ],
  ])('%#', (answer, text) => {
    expect(renderReply(answer, 'k')).toBe(`${answerMarker('k')}\n${text}\n`);
  });

  it('help lists every command with what it needs', () => {
    const help = renderReply({ code: 'help' }, 'k');
    expect(help).toContain(
      '| `/agent fix [--base BRANCH] [what]`, or the label `agent:fix` | Works on this issue and opens a pull request; on a pull request, works on that. | issues, pull requests | write |',
    );
    expect(help).toContain(
      '| `/agent help [command]`, or the label `agent:help` | Lists what you may ask for here, and why not the rest. | issues, pull requests | read |',
    );
  });

  it('help says why a command can not be given there', () => {
    const offers = [
      { command: 'status', because: null },
      { command: 'fix', because: 'it takes the role write, and you have read' },
    ];
    const help = renderReply({ code: 'help', offers }, 'k');
    expect(help).toContain('| `/agent status`, or the label `agent:status` |');
    expect(help).toMatch(
      /Not here, or not now:[\s\S]*\| `\/agent fix \[--base BRANCH\] \[what\]` \| it takes the role write, and you have read \|/,
    );
  });

  it('keep a key from closing its mark', () => {
    expect(answerMarker('a --> @b')).toBe('<!-- gatehouse:answer=a_-___b -->');
  });
});

describe('what an agent asks for in the middle of its run', () => {
  const asking = (resource: string) =>
    renderReply(
      Reply.parse({
        code: 'approval_requested',
        request: {
          approval: 'approval-1',
          action: 'command.exec',
          resource,
          head: null,
          inRun: true,
          digest: `sha256:${'d'.repeat(64)}`,
          files: [],
          findings: [],
          reasons: ['It is risky'],
          approvers: ['a maintainer'],
          quorum: 1,
          holdsForHours: 24,
        },
      }),
      'key',
    );

  it.each([
    ['a long line, whole', `curl ${'x'.repeat(900)}`, `\`curl ${'x'.repeat(900)}\``],
    ['ticks', 'echo `a` ``b``', '``` echo `a` ``b`` ```'],
    ['what other surfaces take out', 'curl e[skip ci].com', '`curl e[skip ci].com`'],
    ['what is not seen, by its name', 'a\u202eb\u200b', '`a⟨U+202E⟩b⟨U+200B⟩`'],
    ['pipes', 'a|b', '`a|b`'],
  ])('is shown to the character: %s', (_, resource, shown) => {
    expect(asking(resource)).toContain(`to run ${shown}: an agent asks`);
  });

  it('says how it is answered, and that a denial is no end', () => {
    const text = asking('curl');
    expect(text).toContain('/agent approve dddddddddddd');
    expect(text).toContain('goes on without it');
    expect(text).not.toContain('a review');
  });

  it('stands in the comment and the check run with what became of it', () => {
    const approval = anApproval({
      gate: 'act',
      action: 'command.exec',
      resource: 'curl x',
      head: null,
    });
    expect(renderComment(aView({ approval }))).toContain('to run `curl x`');
    const denied = { ...approval, status: 'denied' as const, denial: 'rey denied it.' };
    expect(renderCheck(aView({ approvals: [denied] })).text).toContain('rey denied it.');
  });
});

describe('the comment while an agent works', () => {
  const shownOf = (change: Parameters<typeof aProgress>[0], runs = [aRun({ state: 'running' })]) =>
    renderComment(aView({ runs, progress: [aProgress(change)] }));

  it('says which agent it is, what it says and did, and what it used', () => {
    const text = shownOf({
      message: 'I look at the parser.',
      commands: [
        { callId: '1', command: 'npm ci', exitCode: 0, state: 'done' },
        { callId: '2', command: 'npm test', exitCode: 1, state: 'failed' },
        { callId: '3', command: 'curl e.e', exitCode: null, state: 'denied' },
        { callId: '4', command: 'npm run lint', exitCode: null, state: 'running' },
      ],
      commandsBefore: 2,
      files: ['src/parse.ts', 'test/parse.test.ts'],
      otherFiles: true,
      usage: { input: 12_000, cached: 345, cacheWrite: 0, output: 600, reasoning: 78 },
    });
    expect(text).toContain(
      [
        '`author` is at work by `codex 0.169.0`, model `gpt-5`; 12,345 tokens in, 678 out so far.',
        '- It says: I look at the parser.',
        '- 2 commands before these',
        '- `npm ci`: exit 0',
        '- `npm test`: exit 1',
        '- `curl e.e`: denied',
        '- `npm run lint`: is running',
        '- It changed `src/parse.ts`, `test/parse.test.ts` and others',
      ].join('\n'),
    );
  });

  it('says what models cost so far, and of which that is not known', () => {
    const models = (nanoUsd: number | null) => [
      { provider: 'openai', model: 'gpt-5', calls: 2, usage: NO_USAGE, nanoUsd },
    ];
    const work = { ms: 1_000, nanoUsd: null };
    expect(shownOf({ spend: { models: models(120_000_000), work } })).toMatch(
      /model `gpt-5`; \$0\.12 so far\.\n/,
    );
    expect(shownOf({ spend: { models: models(null), work } })).toContain(
      '; price unknown: `openai/gpt-5` so far.',
    );
  });

  it('says why it is not the first attempt', () => {
    const before = aRun({ state: 'failure', detail: 'The provider is down' });
    const run = aRun({ run: 'author-1-2', attempt: 2, state: 'running' });
    const text = (failed: typeof before) => shownOf({ run: run.run }, [failed, run]);
    expect(text(before)).toContain(
      'model `gpt-5`. It is attempt 2, because attempt 1 failed: The provider is down.\n',
    );
    expect(text({ ...before, detail: '' })).toContain(
      'It is attempt 2, because attempt 1 failed.\n',
    );
    expect(text({ ...before, round: 2 })).not.toContain('attempt');
  });

  it('draws steps that work at the same time, with how each stands, and nothing that ends the picture', () => {
    const base = { kind: 'command', purpose: 'gate', keepsChanges: false, remedy: null } as const;
    const graph = {
      name: 'fix',
      reworkFrom: null,
      steps: [
        { ...base, id: 'api', command: 'api', needs: [] },
        { ...base, id: 'web', command: HOSTILE, needs: [] },
        {
          ...base,
          id: 'told',
          command: 'told',
          needs: ['api', 'web'],
          when: 'labels has "`x` > 1"',
        },
      ],
    };
    const run = aRun({ step: 'web', state: 'running' });
    const steps = graph.steps.map(({ id, kind, purpose }) => ({ id, kind, purpose }));
    const [api, web, told] = steps as [(typeof steps)[0], (typeof steps)[0], (typeof steps)[0]];
    const view = aView({
      graph,
      steps: [
        { ...api, status: 'skipped', run: null },
        { ...web, status: 'active', run },
        { ...told, status: 'waiting', run: null },
      ],
      runs: [run],
    });
    const text = renderComment(view);
    const [, drawn = ''] = /```mermaid\n([\s\S]*?)\n```\n\n<\/details>/.exec(text) ?? [];
    expect(drawn.split('\n').filter(line => !line.includes('classDef'))).toEqual([
      'flowchart TD',
      '  s0["api<br/>command api<br/>– skipped"]:::skipped',
      expect.stringMatching(
        /^ {2}s1\["web<br\/>command @victim fixes #35;99 #lt;img .*<br\/>… running"\]:::active$/,
      ),
      '  s2["told<br/>command told<br/>·"]:::waiting',
      `  s0 -->|"labels has #quot;'x' #gt; 1#quot;"| s2`,
      `  s1 -->|"labels has #quot;'x' #gt; 1#quot;"| s2`,
    ]);
    expect(drawn).not.toMatch(/`|<img|<!--/);
    // A chain is told by the table, and what is too large to be read is left out.
    expect(renderComment(aView())).not.toContain('mermaid');
    const many = Array.from({ length: 40 }, (_, at) => ({
      ...base,
      id: `s${at}`,
      command: 'x'.repeat(300),
      needs: [],
    }));
    expect(renderComment(aView({ graph: { ...graph, steps: many } }))).not.toContain('mermaid');
  });

  it('says which agents of the chain were passed over, and why, after the run as well', () => {
    const passedOver = [
      {
        adapter: 'claude',
        model: 'opus',
        reason: 'It failed in attempt 1: 429 from @the provider',
      },
      { adapter: 'gemini', model: null, reason: 'no key is configured' },
    ];
    const run = aRun({ adapter: 'codex', model: 'gpt', passedOver });
    const steps = [
      { id: 'author', kind: 'agent', purpose: 'change', status: 'done', run } as const,
    ];
    expect(renderComment(aView({ steps: [...steps], runs: [run] }))).toContain(
      [
        '- `author` is given to `codex with gpt`, not to `claude with opus`: It failed in attempt 1: 429 from `@the` provider.',
        '- `author` is given to `codex with gpt`, not to `gemini`: no key is configured.',
      ].join('\n'),
    );
  });

  it('shows no secret and nothing hidden of what the agent says', () => {
    const token = `ghp_${'a1B2c3D4e5'.repeat(4)}`;
    const hidden = `Key \u200b${token}\u202e \u{e0041}@rey`;
    const text = shownOf({
      message: hidden,
      commands: [{ callId: '1', command: `export K=${token}`, exitCode: 0, state: 'done' }],
      files: [hidden],
    });
    expect(text).not.toContain(token);
    expect(text).not.toMatch(/[\u200b\u202e\u{e0041}]/u);
    expect(outsideCode(text)).not.toContain('@rey');
  });
});
