import { describe, expect, it } from 'vitest';
import { steererOf } from '../../../src/core/actor.ts';
import type { StepSpec } from '../../../src/core/graph/graph.ts';
import { dryRun, fixGraph, lintGraph } from '../../../src/core/graph/graphs.ts';
import type { JudgedHead } from '../../../src/core/judged-head.ts';
import { EFFECT, OUTAGE, UNREACHABLE } from '../../../src/core/retry.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import { task as decider } from '../../../src/core/task/decider.ts';
import { blockedBy } from '../../../src/core/task/events/blocked.ts';
import {
  approvalSubject,
  awaiting,
  changed,
  created,
  decided,
  decision,
  given,
  greenCheck,
  HISTORY,
  judged,
  LATER,
  MAINTAINER,
  NOW,
  outcomeOf,
  produced,
  REVIEWER,
  ran,
  readied,
  red,
  sha,
  started,
} from './given.ts';

const reported = (
  name: string,
  state: 'green' | 'red' | 'pending',
  head = sha('c'),
): TaskCommand => ({
  type: 'signal',
  data: { signal: 'checks', detail: head, at: null, by: null, check: { name, state } },
});

const target = { kind: 'issue' as const, number: 1 };

describe('a secret', () => {
  const use = (outcome: 'allow' | 'deny' | 'require_approval'): TaskCommand => ({
    type: 'use_secret',
    run: 'prepare-1-1',
    secret: 'OPENAI_API_KEY',
    decision: decision('secret.use', outcome),
  });
  it('is used after an allow, and the log has its name', () => {
    const told = given(...HISTORY.admitted, started('prepare-1-1')).when(use('allow'));
    told.thenEvents('policy.decided', 'secret.used');
  });
  it.each(['deny', 'require_approval'] as const)('is not used after %s', outcome => {
    given(...HISTORY.admitted, started('prepare-1-1'))
      .when(use(outcome))
      .thenEvents('policy.decided');
  });
  it('is used by no run that does not run', () =>
    given(...HISTORY.admitted)
      .when(use('allow'))
      .thenRefused(/does nothing any more/));
});

describe('a task begins', () => {
  it('is created and judged', () => {
    const told = given().when(created()).thenEvents('task.created');
    expect(told.opens()).toEqual(['decide:task.start:task']);
  });
  it('is created once', () =>
    given(created())
      .when(created())
      .thenRefused(/exists already/));
  it('needs a sound graph', () => {
    const graph = fixGraph({});
    const [first, ...others] = graph.steps;
    const circle = { ...first, needs: others.slice(-1).map(({ id }) => id) } as StepSpec;
    const broken = { ...graph, steps: [circle, ...others] };
    given()
      .when(created({ graph: broken }))
      .thenRefused(/in a circle/);
  });
  it('is admitted: what needs nothing is queued', () => {
    given(created())
      .when(decided('task.start', 'allow'))
      .thenEvents('policy.decided', 'task.admitted', 'run.queued')
      .saying('run.queued', {
        run: 'prepare-1-1',
        executor: { kind: 'command', command: 'install' },
      });
  });
  it('is refused: it ends with the reason, and the caller is answered', () => {
    const refused = given(created())
      .when(decided('task.start', 'deny'))
      .thenEvents('policy.decided', 'task.finished')
      .saying('task.finished', { outcome: 'refused', reason: 'task.start: deny' });
    expect(refused.opens()).toContain('answer:refused');
  });
  it('knows nothing before it exists', () =>
    given()
      .when({ type: 'cancel', by: steererOf(MAINTAINER), target })
      .thenRefused(/does not exist/));
});

describe('the graph is walked', () => {
  it('asks policy before each run', () => {
    expect(given(...HISTORY.admitted).open).toContain('decide:run.start:prepare-1-1');
  });
  it('lets an allowed run work', () => {
    const allowed = given(...HISTORY.admitted).when(decided('run.start', 'allow', 'prepare-1-1'));
    expect(allowed.thenEvents('policy.decided').opens()).toEqual(['attempt:prepare-1-1']);
  });
  it('fails the task where a run is denied', () => {
    given(...HISTORY.admitted)
      .when(decided('run.start', 'deny', 'prepare-1-1'))
      .thenEvents('policy.decided', 'run.finished', 'task.finished')
      .saying('run.finished', { outcome: 'failure', class: 'policy' });
  });
  it('goes on when a run succeeds', () => {
    given(...HISTORY.admitted, ...ran('prepare-1-1').slice(0, 2))
      .when(produced('prepare-1-1', { prepared: { key: 'k', paths: ['node_modules'] } }))
      .thenEvents('run.produced', 'run.finished', 'run.queued')
      .saying('run.queued', { run: 'reproduce-1-1' });
  });
  it('notes that the failing test was not seen to fail, and goes on', () => {
    const { state } = given(
      ...HISTORY.admitted,
      ...ran('prepare-1-1'),
      ...ran('reproduce-1-1', { ok: false }),
    );
    expect(state.reproduced).toBe(false);
    expect(state.steps.author?.status).toBe('active');
  });
  it('judges what changed the tree before the run counts', () => {
    const author = given(...HISTORY.reproduced, ...ran('author-1-1').slice(0, 2)).when(
      produced('author-1-1', {
        work: {
          parent: sha('a'),
          tree: sha('b'),
          pack: `sha256:${'1'.repeat(64)}`,
          change: `sha256:${'2'.repeat(64)}`,
          files: 1,
          added: 1,
          removed: 0,
        },
      }),
    );
    expect(author.thenEvents('run.produced').opens()).toEqual(['decide:patch.accept:author-1-1']);
  });
  it('fails where the patch is not accepted', () => {
    given(...HISTORY.reproduced, ...changed('author-1-1', 'b').slice(0, 3))
      .when(decided('patch.accept', 'deny', 'author-1-1'))
      .thenEvents('policy.decided', 'run.finished', 'task.finished');
  });
  it('takes an agent that changes nothing for a failure', () => {
    given(...HISTORY.reproduced, ...ran('author-1-1').slice(0, 2))
      .when(produced('author-1-1'))
      .thenEvents('run.produced', 'run.finished', 'task.finished')
      .saying('run.finished', {
        class: 'unchanged',
        reason: expect.stringMatching(/^The agent changed nothing, and reproduce was red: ./),
      });
  });
  it('says what policy denied to an agent that changed nothing, once each', () => {
    const run = 'author-1-1';
    const denied = (resource: string, reason: string): TaskCommand => ({
      type: 'record_denial',
      run,
      decision: { ...decision('file.write', 'deny'), resource, reasons: [reason] },
    });
    const why = 'gatehouse.yml keeps agents from writing src.';
    given(
      ...HISTORY.reproduced,
      ...ran(run).slice(0, 2),
      denied('src/a.js', why),
      denied('src/a.js', why),
      denied('src/b.js', why),
    )
      .when(produced(run))
      .thenEvents('run.produced', 'run.finished', 'task.finished')
      .saying('run.finished', {
        reason: expect.stringMatching(
          /, and reproduce was red: .*\. It may not write to `src\/a\.js`: gatehouse\.yml keeps agents from writing src\. It may not write to `src\/b\.js`: [^`]*$/,
        ),
      });
  });
  it('ends as a dry run before anything is opened', () => {
    const graph = dryRun(fixGraph({ install: ['npm', 'ci'], test: ['npm', 'test'] }));
    const commands = [
      created({ mode: 'dry_run', graph }),
      decided('task.start', 'allow'),
      ...ran('prepare-1-1'),
      ...ran('reproduce-1-1'),
      ...ran('author-1-1'),
    ];
    const { state } = given(...commands);
    expect(state.status).toBe('success');
    expect(state.runs.map(run => run.step)).toEqual(['prepare', 'reproduce', 'author']);
  });
  it('has nothing to publish where a lint command changes nothing', () => {
    const graph = lintGraph({ lint: ['npm', 'run', 'lint'] });
    given(created({ graph }), decided('task.start', 'allow'), ...ran('lint-1-1').slice(0, 2))
      .when(produced('lint-1-1'))
      .thenEvents('run.produced', 'run.finished', 'task.finished')
      .saying('task.finished', { outcome: 'success', reason: 'Nothing to change.' });
  });
});

describe('a gate is a command, the role that remedies it, and a bound', () => {
  const toLint = [...HISTORY.authored, ...ran('lint-1-1').slice(0, 2)];
  it('lets the linter work where lint is red', () => {
    given(...toLint)
      .when(produced('lint-1-1', {}, red))
      .thenEvents('run.produced', 'run.finished', 'run.queued')
      .saying('run.queued', {
        run: 'lint-1-2',
        purpose: 'remedy',
        executor: { kind: 'agent', role: 'linter' },
      });
  });
  it('runs the command again after the remedy', () => {
    given(...toLint, produced('lint-1-1', {}, red), ...changed('lint-1-2', 'd').slice(0, 3))
      .when(decided('patch.accept', 'allow', 'lint-1-2'))
      .thenEvents('policy.decided', 'run.finished', 'run.queued')
      .saying('run.queued', {
        run: 'lint-1-3',
        purpose: 'step',
        executor: { kind: 'command', command: 'lint' },
      });
  });
  it('lets the tester work where the tests are red after the change', () => {
    const toTest = [...HISTORY.authored, ...ran('lint-1-1'), ...ran('test-1-1').slice(0, 2)];
    given(...toTest)
      .when(produced('test-1-1', {}, red))
      .thenEvents('run.produced', 'run.finished', 'run.queued')
      .saying('run.queued', { run: 'test-1-2', executor: { kind: 'agent', role: 'tester' } });
  });
  it('stops at the bound', () => {
    const redAgain = (n: number) => [
      decided('run.start', 'allow', `lint-1-${n}`),
      started(`lint-1-${n}`),
      produced(`lint-1-${n}`, {}, red),
    ];
    given(
      ...HISTORY.authored,
      ...redAgain(1),
      ...changed('lint-1-2', 'd'),
      ...redAgain(3),
      ...changed('lint-1-4', 'e'),
      ...redAgain(5).slice(0, 2),
    )
      .when(produced('lint-1-5', {}, red))
      .thenEvents('run.produced', 'run.finished', 'task.finished')
      .saying('task.finished', {
        outcome: 'failure',
        reason: 'lint: `npm run lint` exited with 1.',
      });
  });
});

describe('retries are decided here', () => {
  const lost = { class: 'transport' as const, reason: 'The line was cut.', retryable: true };
  const attempt = (n: number) => [
    decided('run.start', 'allow', `author-1-${n}`),
    started(`author-1-${n}`),
    produced(`author-1-${n}`, {}, lost),
  ];
  it('tries again later', () => {
    given(...HISTORY.reproduced, ...attempt(1).slice(0, 2))
      .when(produced('author-1-1', {}, lost), { jitter: 0.5 })
      .thenEvents('run.produced', 'run.finished', 'run.queued')
      .saying('run.queued', { run: 'author-1-2', notBefore: '2026-11-21T10:00:02.000Z' });
  });
  it('gives up after three attempts', () => {
    given(...HISTORY.reproduced, ...attempt(1), ...attempt(2), ...attempt(3).slice(0, 2))
      .when(produced('author-1-3', {}, lost))
      .thenEvents('run.produced', 'run.finished', 'task.finished');
  });
  it('takes a run whose worker is gone for lost, and tries it again', () => {
    given(...HISTORY.admitted, ...ran('prepare-1-1').slice(0, 2))
      .when(started('prepare-1-1'))
      .thenEvents('run.finished', 'run.queued')
      .saying('run.finished', { class: 'lost' });
  });
  const failing = (kind: string, key = 'decide:task.start:task'): TaskCommand => ({
    ...{ type: 'fail_effect', key, class: kind, message: 'no' },
    ...{ retryable: true, retryAfterMs: 60_000 },
  });
  const failures = (kind: string, times: number) =>
    Array.from({ length: times }, () => failing(kind));
  const triedAgain = (...commands: TaskCommand[]) =>
    outcomeOf(created(), ...commands)
      .events.flatMap(({ type, data }) => (type === 'effect.failed' ? [data.retryAt !== null] : []))
      .at(-1);
  it('tries an effect again, the wait as GitHub asks or longer', () => {
    const limited = failing('rate_limit');
    given(created())
      .when(limited, { effectKey: 'decide:task.start:task' })
      .thenEvents('effect.failed')
      .saying('effect.failed', { failures: 1, retryAt: '2026-11-21T10:01:00.000Z' });
    given(created())
      .when(limited)
      .thenRefused(/settled already/);
  });
  it('gives an effect up in the end, later where GitHub is away, and waits for GitHub as often as it asks', () => {
    for (const [kind, { limit }] of [
      ['internal', EFFECT],
      ['server', OUTAGE],
      ['transport', OUTAGE],
      // The App may be installed again, but not for ever.
      ['not_installed', UNREACHABLE],
    ] as const)
      expect([
        triedAgain(...failures(kind, limit - 1)),
        triedAgain(...failures(kind, limit)),
      ]).toEqual([true, false]);
    expect(triedAgain(...failures('rate_limit', 100))).toBe(true);
  });
  it('counts for an effect, of each kind of failure, those alone', () => {
    const limited = [...failures('rate_limit', 20), ...failures('server', 20)];
    expect(triedAgain(...limited, ...failures('internal', EFFECT.limit - 1))).toBe(true);
    expect(triedAgain(...limited, ...failures('internal', EFFECT.limit))).toBe(false);
    const [first] = outcomeOf(created(), ...limited, ...failures('internal', 1)).events.slice(-1);
    expect(first?.data).toMatchObject({ failures: 41, retryAt: '2026-11-21T10:01:00.000Z' });
  });
  it('begins a run that could not begin once what it needs is there, as often as its effect is tried', () => {
    const run = 'prepare-1-1';
    const begun = [...HISTORY.admitted, decided('run.start', 'allow', run), started(run)];
    const away = failing('server', `attempt:${run}`);
    const waits = given(
      ...begun,
      ...Array.from({ length: 5 }, () => [away, started(run)]).flat(),
      away,
    );
    expect(waits.state.runs).toMatchObject([{ id: run, state: 'queued' }]);
    waits.when(started(run)).thenEvents('run.resumed');
    // Whoever resumes it may die as well.
    given(...begun, away, started(run))
      .when(started(run))
      .thenEvents('run.finished', 'run.queued')
      .saying('run.finished', { class: 'lost' });
    const tries = Array.from({ length: OUTAGE.limit }, () => [started(run), away]).flat();
    expect(given(...begun.slice(0, -1), ...tries).state).toMatchObject({ status: 'failure' });
  });
  it('ends the task visibly where policy can not be asked', () => {
    given(created())
      .when(
        {
          type: 'fail_effect',
          key: 'decide:task.start:task',
          class: 'forbidden',
          message: 'no access',
          retryable: false,
          retryAfterMs: null,
        },
        { effectKey: 'decide:task.start:task' },
      )
      .thenEvents('effect.failed', 'task.finished')
      .saying('task.finished', {
        outcome: 'failure',
        reason: 'Policy could not be asked: no access',
      });
  });
});

describe('publishing', () => {
  it('asks for the push, then for the pull request', () => {
    const run = 'publish-1-1';
    const start = given(...HISTORY.reviewed).when(decided('run.start', 'allow', run));
    expect(start.thenEvents('policy.decided', 'run.started').opens()).toEqual([
      `decide:branch.push:${run}`,
    ]);
    const push = given(...HISTORY.reviewed, decided('run.start', 'allow', run)).when(
      decided('branch.push', 'allow', run),
    );
    expect(push.thenEvents('policy.decided').opens()).toEqual([`push:${run}`]);
  });
  it('fails where GitHub refuses', () => {
    given(
      ...HISTORY.reviewed,
      decided('run.start', 'allow', 'publish-1-1'),
      decided('branch.push', 'allow', 'publish-1-1'),
    )
      .when({ type: 'refused', run: 'publish-1-1', reason: 'GH013' })
      .thenEvents('run.finished', 'task.finished')
      .saying('task.finished', { outcome: 'failure', reason: 'publish: GH013' });
  });
  it('makes the pull request ready once it asks to be merged', () => {
    const merge = given(...HISTORY.published).when(decided('run.start', 'allow', 'merge-1-1'));
    expect(merge.thenEvents('policy.decided', 'run.started').opens()).toEqual(['ready:merge-1-1']);
  });
});

describe('approval and merge', () => {
  const merge = 'merge-1-1';
  it('waits for a person where policy says so', () => {
    const ready = HISTORY.waiting.slice(0, -1);
    given(...ready)
      .when(decided('pr.merge', 'require_approval', merge))
      .thenEvents('policy.decided', 'approval.requested', 'run.waiting_approval')
      .saying('approval.requested', { head: sha('c'), approvers: ['a maintainer'], quorum: 1 });
  });
  it('asks once for the same head', () => {
    given(...HISTORY.waiting)
      .when(decided('pr.merge', 'require_approval', merge))
      .thenEvents('policy.decided');
  });
  it('answers a review that does not count, once', () => {
    const own = {
      review: 9,
      statement: 'review-9',
      by: MAINTAINER,
      counts: false,
      told: true,
      rule: 'separation',
    };
    const again = decided('pr.merge', 'require_approval', merge, {
      approvalSubject: approvalSubject('pr.merge', {}, judged(own)),
    });
    const first = given(...HISTORY.waiting)
      .when(again)
      .thenEvents('policy.decided', 'approval.refused');
    expect(first.opens()).toEqual(['answer:review-9-9']);
    given(...HISTORY.waiting, again)
      .when(again)
      .thenEvents('policy.decided');
  });
  it('tells a reviewer at once that an approval does not suffice', () => {
    const counted = given(...HISTORY.waiting).when(
      decided('pr.merge', 'require_approval', merge, {
        approvalSubject: approvalSubject('pr.merge', {}, judged({})),
      }),
    );
    counted.thenEvents('policy.decided', 'approval.confirmed');
    expect(counted.after().open.find(({ key }) => key.startsWith('answer:review-8'))).toMatchObject(
      {
        reply: {
          code: 'approval_counted',
          login: REVIEWER.login,
          suffices: false,
          approvers: ['a maintainer'],
        },
      },
    );
  });
  it('is told of a review, and asks policy again', () => {
    const signal = given(...HISTORY.waiting).when({
      type: 'signal',
      data: { signal: 'review', detail: 'submitted by rey', at: null, by: null, check: null },
    });
    expect(signal.thenEvents('pull.signaled').opens()).toEqual([`decide:pr.merge:${merge}`]);
  });
  it('goes on once approved, and merges when the check is seen to be green', () => {
    const allowed = given(...HISTORY.waiting)
      .when(
        decided('pr.merge', 'allow', merge, {
          approvalSubject: approvalSubject('pr.merge', {}, judged({})),
        }),
      )
      .thenEvents('policy.decided', 'approval.confirmed', 'approval.granted', 'run.resumed');
    expect(allowed.opens()).toEqual(['expire:approval-1']);
    const shown = given(...HISTORY.approved).when(greenCheck(sha('c')));
    expect(shown.thenEvents('surface.shown').opens()).toEqual([`merge:${merge}`]);
  });
  it('records who approved before they were asked, by the terms of the policy that asks', () => {
    const asked = [...HISTORY.published, decided('run.start', 'allow', merge), readied(merge)];
    const subject = approvalSubject('pr.merge', {}, judged({}));
    const terms = decision('pr.merge', 'require_approval', { quorum: 1, expiresHours: 4 });
    given(...asked)
      .when(decided('pr.merge', 'allow', merge, { approvalSubject: { ...subject, terms } }))
      .thenEvents('policy.decided', 'approval.requested', 'approval.confirmed', 'approval.granted')
      .saying('approval.requested', { holdsForHours: 4, quorum: 1, reasons: terms.reasons })
      .saying('approval.granted', { approval: 'approval-1', by: [REVIEWER], until: LATER });
    // What policy allows by itself rests on nobody.
    given(...asked)
      .when(decided('pr.merge', 'allow', merge, { approvalSubject: { ...subject, terms: null } }))
      .thenEvents('policy.decided');
  });
  it('has used its approval for one merge, however often that is tried', () => {
    const use: TaskCommand = {
      type: 'use',
      action: 'pr.merge',
      digest: approvalSubject('pr.merge').digest,
      effect: `merge:${merge}`,
      reviews: [8],
    };
    const used = given(...HISTORY.approved, use);
    // What was said before it began may be told while it is tried again.
    expect(used.when(greenCheck(sha('c'))).opens()).toEqual([]);
    const checks = reported('lint', 'green');
    expect(used.when(checks).opens()).not.toContain(`decide:pr.merge:${merge}`);
    expect(used.open).not.toContain('expire:approval-1');
    const blocked = used.when({
      type: 'merge_blocked',
      run: merge,
      because: blockedBy('github', 'Checks are missing.', null),
    });
    expect(blocked.opens()).toContain(`decide:pr.merge:${merge}`);
    // Given back, it ends in its time as before.
    expect(blocked.opens()).toContain('expire:approval-1');
    const expiry = blocked.after().open.find(({ key }) => key === 'expire:approval-1');
    expect(expiry?.notBefore).toBe(LATER);
  });
  it('goes on though policy was asked beside it, for which its approval is spent', () => {
    const review: TaskCommand = {
      type: 'signal',
      data: { signal: 'review', detail: '', at: null, by: null, check: null },
    };
    const use: TaskCommand = {
      type: 'use',
      action: 'pr.merge',
      digest: approvalSubject('pr.merge').digest,
      effect: `merge:${merge}`,
      reviews: [8],
    };
    const merging = given(...HISTORY.approved, greenCheck(sha('c')), review, use);
    const spent = decided('pr.merge', 'require_approval', merge);
    merging
      .when(spent, { effectKey: `decide:pr.merge:${merge}` })
      .thenRefused(/The merge is under way/);
    // What the merge itself is told holds.
    const { events } = merging.when(spent, { effectKey: `merge:${merge}` });
    expect(events.map(({ type }) => type)).toContain('policy.decided');
  });
  it('is asked for again where the approval no longer counts, in the words of the rule', () => {
    const reason = 'It expired: an approval holds for 24 hours.';
    given(...HISTORY.approved)
      .when(
        decided('pr.merge', 'require_approval', merge, {
          approvalSubject: approvalSubject(
            'pr.merge',
            {},
            judged({ counts: false, rule: 'expiry', reason }),
          ),
        }),
      )
      .saying('approval.voided', { approval: 'approval-1', by: [REVIEWER], reason })
      .saying('approval.requested', { approval: 'approval-2' });
  });
  it('does not merge on a check that is green on another head', () => {
    const shown = given(...HISTORY.approved).when(greenCheck(sha('e')));
    expect(shown.thenEvents('surface.shown').opens()).toEqual([]);
  });
  it('waits where our check can not be written, says so, and asks again later; no check is waited for twice', () => {
    const lost: TaskCommand = {
      ...{ type: 'fail_effect', key: 'show:check', class: 'forbidden', message: 'Not by this App' },
      ...{ retryable: false, retryAfterMs: null },
    };
    const waits = given(...HISTORY.approved).when(lost, { effectKey: 'show:check' });
    waits.thenEvents('effect.failed', 'merge.blocked').saying('merge.blocked', {
      reason: 'Our check could not be written: Not by this App.',
    });
    expect(waits.opens()).toContain(`decide:pr.merge:${merge}`);
    given(...HISTORY.approved, lost)
      .when(lost, { effectKey: 'show:check' })
      .thenEvents('effect.failed');
    // It stands, or nothing waits for it: the merge goes on, and so do people.
    for (const before of [[...HISTORY.approved, greenCheck(sha('c'))], HISTORY.waiting])
      given(...before)
        .when(lost, { effectKey: 'show:check' })
        .thenEvents('effect.failed');
  });
  it('waits while GitHub blocks, and asks again later', () => {
    const because = blockedBy('github', 'ci is pending', null);
    const command: TaskCommand = { type: 'merge_blocked', run: merge, because };
    const blocked = given(...HISTORY.approved).when(command);
    expect(blocked.thenEvents('merge.blocked').opens()).toEqual([
      `decide:pr.merge:${merge}`,
      'expire:approval-1',
    ]);
    // Policy still allows this head, so the check stays green; nothing is tried until it is asked again.
    const { state } = blocked.after();
    expect(state).toMatchObject({ mergeable: sha('c'), mergeWaits: true });
    const shown = given(...HISTORY.approved, command).when(greenCheck(sha('c')));
    expect(shown.opens()).toEqual([]);
  });
  it('waits for checks, and asks again no later than the wait ends', () => {
    const soon = '2026-11-21T10:00:00.500Z';
    const reason = 'It waits for checks: ci/jenkins.';
    const waits: TaskCommand = {
      type: 'merge_blocked',
      run: merge,
      because: awaiting(['ci/jenkins'], soon, reason),
    };
    const { state } = given(...HISTORY.approved)
      .when(waits)
      .saying('merge.blocked', { reason, retryAt: soon, checksUntil: soon })
      .after();
    expect(state).toMatchObject({ blocked: { reason }, checksUntil: soon });
    // A new head has a wait of its own.
    const moved = given(...HISTORY.approved, waits, { type: 'head_moved', to: sha('e') });
    expect(moved.state).toMatchObject({ checksUntil: null, waitsFor: [], mergeable: null });
  });
  const ask = `decide:pr.merge:${merge}`;
  const waits = decided('pr.merge', 'allow', merge, {
    approvalSubject: approvalSubject('pr.merge', {}, judged({})),
    awaits: awaiting(['Build', 'docs'], LATER),
  });
  it('looks again once all are green that it waits for, or one is red', () => {
    const waiting = given(...HISTORY.waiting, greenCheck(sha('c')), waits);
    expect(waiting.state).toMatchObject({ mergeable: sha('c'), waitsFor: ['Build', 'docs'] });
    expect(waiting.when(reported('lint', 'green')).opens()).toEqual([]);
    expect(waiting.when(reported('docs', 'red')).opens()).toEqual([ask]);
    expect(waiting.when(reported('build', 'green')).opens()).toEqual([]);
    const one = given(...HISTORY.waiting, waits, reported('build', 'green'));
    expect(one.when(reported('docs', 'green')).opens()).toEqual([ask]);
  });
  it('looks again at once where it is to wait for what turned green while policy was asked', () => {
    const build = reported('build', 'green');
    const retried = (...before: TaskCommand[]) =>
      given(...HISTORY.waiting, waits, build, ...before)
        .when(waits)
        .events.flatMap(({ type, data }) => (type === 'merge.blocked' ? [data.retryAt] : []));
    expect(retried()).toEqual([NOW]);
    // What GitHub says of it afterwards holds: that it is awaited still, or that it runs again.
    expect(retried(waits)).not.toEqual([NOW]);
    expect(retried(reported('Build', 'pending'))).not.toEqual([NOW]);
  });
  it('names what begins while it waits, once, and asks nothing because of that', () => {
    const build = reported('build', 'pending');
    const joined = given(...HISTORY.waiting, waits).when(reported('e2e', 'pending'));
    expect(joined.thenEvents('pull.signaled').opens()).not.toContain(ask);
    expect(joined.after().state).toMatchObject({
      waitsFor: ['Build', 'docs', 'e2e'],
      blocked: { reason: 'It waits for checks: Build, docs, e2e.' },
    });
    given(...HISTORY.waiting, waits)
      .when(build)
      .thenRefused(/Nothing else is waited for/);
    given(...HISTORY.waiting)
      .when(build)
      .thenRefused(/Nothing else is waited for/);
  });
  it('is asked about once more where a check begins while policy is asked', () => {
    const review: TaskCommand = {
      type: 'signal',
      data: { signal: 'review', detail: '', at: null, by: null, check: null },
    };
    const before = [...HISTORY.waiting, greenCheck(sha('c')), waits];
    const asked = given(...before, review).when(reported('e2e', 'pending'));
    // What is being asked goes on; its outcome, which may be from before, does not settle this.
    expect(asked.opens()).toEqual([ask]);
    expect(asked.after().open.find(({ key }) => key === ask)).toMatchObject({
      notBefore: null,
      lastNotBefore: '2026-11-21T10:00:02.000Z',
    });
  });
  it('is not concerned with checks of another head', () =>
    given(...HISTORY.approved)
      .when(reported('docs', 'green', sha('e')))
      .thenRefused(/not about the present head/));
  it('shows its check anew where somebody asks, and asks policy again', () => {
    const rerun: TaskCommand = { type: 'rerun', by: MAINTAINER, head: sha('c') };
    const again = given(...HISTORY.approved, greenCheck(sha('c'))).when(rerun);
    expect(again.thenEvents('check.rerequested').opens()).toEqual([`decide:pr.merge:${merge}`]);
    expect(again.after().state.surfaces.check).toBeUndefined();
    expect(again.after().open.map(({ key }) => key)).toContain('show:check');
    given(...HISTORY.approved)
      .when({ ...rerun, head: sha('e') })
      .thenRefused(/not about the present head/);
  });
  it('tries again what failed, and nothing that was canceled', () => {
    const rerun: TaskCommand = { type: 'rerun', by: MAINTAINER, head: sha('c') };
    const denied = decided('pr.merge', 'deny', merge);
    const retried = given(...HISTORY.waiting, denied).when(rerun);
    retried
      .thenEvents('check.rerequested', 'task.retried', 'approval.voided', 'run.queued')
      .saying('run.queued', { run: 'merge-1-2', step: 'merge', attempt: 2 });
    expect(retried.after().state).toMatchObject({ status: 'active', reason: '', finishedAt: null });
    // What its end was to clean up is left to its next end.
    expect(given(...HISTORY.waiting, denied).open).toContain('clean_up');
    expect(retried.after().open.map(({ key }) => key)).not.toContain('clean_up');
    given(...HISTORY.waiting, { type: 'cancel', by: steererOf(MAINTAINER), target })
      .when(rerun)
      .thenEvents('check.rerequested');
  });
  it('has the check of commits that have its work follow its own', () => {
    const about = { pull: 9, group: false, head: sha('d') };
    const found: TaskCommand = { type: 'work_found', about };
    const shown = given(...HISTORY.waiting, found).when(greenCheck(sha('c')));
    expect(shown.opens()).toEqual([`judge:${sha('d')}`]);
    given(...HISTORY.waiting, found)
      .when(found)
      .thenRefused(/known already/);
    // A newer head of the same pull request takes its place.
    const next: TaskCommand = { type: 'work_found', about: { ...about, head: sha('e') } };
    expect(given(...HISTORY.waiting, found, next).state.foundIn).toEqual([
      { ...about, head: sha('e') },
    ]);
  });
  it('has no pull requests take the place of a merge group', () => {
    const group = { pull: 2, group: true, head: sha('e') };
    const foundIn = (about: JudgedHead): TaskCommand => ({ type: 'work_found', about });
    const pulls = Array.from({ length: 25 }, (_, at) =>
      foundIn({ pull: 100 + at, group: false, head: `${at}`.padStart(40, '0') }),
    );
    const { state } = given(...HISTORY.waiting, foundIn(group), ...pulls);
    expect(state.foundIn[0]).toEqual(group);
    expect(state.foundIn.slice(1).map(({ pull }) => pull)).toEqual(
      Array.from({ length: 20 }, (_, at) => 105 + at),
    );
  });
  it('shows nothing anew where its work is found elsewhere', () => {
    const about = { pull: 9, group: true, head: sha('d') };
    const canceled: TaskCommand = { type: 'cancel', by: steererOf(MAINTAINER), target };
    const shows = (open: readonly { key: string; since: number }[]) =>
      open.filter(({ key }) => key.startsWith('show:')).map(({ key, since }) => [key, since]);
    const over = given(...HISTORY.waiting)
      .when(canceled)
      .after();
    const after = given(...HISTORY.waiting, canceled)
      .when({ type: 'work_found', about })
      .after();
    expect(shows(over.open)).not.toEqual([]);
    expect(shows(after.open)).toEqual(shows(over.open));
  });
  it('has no other check on its own pull request, of which GitHub may tell before it is recorded', () => {
    const own = { pull: 2, group: false, head: sha('c') };
    const found: TaskCommand = { type: 'work_found', about: own };
    const { state } = given(...HISTORY.waiting);
    expect(state.pull).toMatchObject({ number: own.pull });
    given(...HISTORY.waiting)
      .when(found)
      .thenRefused(/its own pull request/);
    const opens = HISTORY.waiting.findIndex(({ type }) => type === 'pull_opened');
    const early = [...HISTORY.waiting.slice(0, opens), found, ...HISTORY.waiting.slice(opens)];
    expect(given(...early).state.foundIn).toEqual([]);
  });
  it('ends with the merge', () => {
    const merged = given(...HISTORY.approved).when({
      type: 'merged',
      commit: sha('f'),
      head: sha('c'),
      by: 'gatehouse',
    });
    merged
      .thenEvents('pull.merged', 'run.finished', 'task.finished')
      .saying('task.finished', { outcome: 'success' });
    expect(merged.opens()).toEqual(['clean_up']);
  });
  it('ends where a person merges it', () => {
    given(...HISTORY.waiting)
      .when({ type: 'merged', commit: sha('f'), head: sha('c'), by: 'person' })
      .thenEvents('pull.merged', 'run.finished', 'task.finished');
  });
  it('is merged once', () =>
    given(...HISTORY.approved, {
      type: 'merged',
      commit: sha('f'),
      head: sha('c'),
      by: 'gatehouse',
    })
      .when({ type: 'merged', commit: sha('f'), head: sha('c'), by: 'person' })
      .thenRefused(/merged already/));
  it('waits where the pull request is closed, and ends where it stays so', () => {
    const closed = { type: 'pull_closed' as const, gone: [] };
    const waits = given(...HISTORY.waiting, closed);
    expect(waits.state.blocked).toMatchObject({
      obstacle: 'closed',
      reason: expect.stringMatching(/Reopen it/),
    });
    expect(waits.open).toContain(`decide:pr.merge:${merge}`);
    const reopened = waits.when(decided('pr.merge', 'require_approval', merge)).after();
    expect(reopened.state.blocked).toBeNull();
    const late = { now: '2026-11-28T10:00:00.000Z', jitter: 0.5, effect: null };
    expect(decider.decide(waits.state, closed, late)).toMatchObject({
      ok: true,
      events: [{ type: 'run.finished' }, { type: 'task.finished', data: { outcome: 'canceled' } }],
    });
  });
  describe('that conflicts with its base', () => {
    const conflict = (base: string, role: string | null = 'merger', head = 'c'): TaskCommand => ({
      type: 'merge_conflict',
      run: merge,
      base: { ref: 'main', sha: sha(base) },
      head: sha(head),
      files: ['a.js'],
      role,
    });
    const rework = `conflict-${sha('c')}-${sha('d')}`;

    it('has an agent merge it in a round of its own, from the base', () => {
      const asked = given(...HISTORY.waiting)
        .when(conflict('d'))
        .thenEvents('rework.requested', 'merge.blocked')
        .saying('rework.requested', { id: rework, merges: { ref: 'main', sha: sha('d') } })
        .saying('merge.blocked', { obstacle: 'conflict' });
      expect(asked.opens()).toContain(`decide:task.start:${rework}`);
      const begun = given(
        ...HISTORY.waiting,
        conflict('d'),
        decided('task.start', 'allow', null, { rework }),
      );
      expect(begun.state).toMatchObject({ round: 2, parent: sha('d'), mergesInto: sha('c') });
      expect(begun.open).toContain('decide:run.start:author-2-1');
    });
    it('is asked of an agent once for the same two commits, and three times in all', () => {
      given(...HISTORY.waiting, conflict('d'))
        .when(conflict('d'))
        .thenEvents('merge.blocked');
      given(...HISTORY.waiting, conflict('d'), conflict('e'), conflict('f'))
        .when(conflict('b'))
        .thenEvents('merge.blocked')
        .saying('merge.blocked', { reason: expect.stringMatching(/Merge main into it/) });
    });
    it('waits for people where no agent merges', () => {
      given(...HISTORY.waiting)
        .when(conflict('d', null))
        .thenEvents('merge.blocked')
        .saying('merge.blocked', {
          reason:
            'The branch conflicts with main in a.js. Merge main into it, and the work goes on.',
        });
    });
    it('is no news of a head that is not the present one', () =>
      given(...HISTORY.waiting)
        .when(conflict('d', 'merger', 'e'))
        .thenRefused(/moved since/));
  });
  it.each([
    [['gatehouse/issue-1'], /The branch gatehouse\/issue-1 was deleted: restore that and reopen/],
    [['release'], /The branch release was deleted: restore that and reopen/],
    [['gatehouse/issue-1', 'release'], /branches gatehouse\/issue-1 and release were deleted/],
  ])('says which of its branches have to be restored: %j', (gone, reason) => {
    given(...HISTORY.waiting)
      .when({ type: 'pull_closed', gone })
      .thenEvents('merge.blocked')
      .saying('merge.blocked', {
        obstacle: 'closed',
        reason: expect.stringMatching(reason),
      });
  });
  it('tells nobody that an approval is void where GitHub merged the base in', () => {
    const behind: TaskCommand = {
      type: 'merge_blocked',
      run: merge,
      because: blockedBy('behind', 'It is behind.', null),
    };
    const moved = given(...HISTORY.approved, behind).when({ type: 'head_moved', to: sha('e') });
    moved
      .thenEvents('approval.voided', 'head.moved')
      .saying('approval.voided', { was: sha('c'), head: sha('e'), by: [] });
    expect(moved.opens()).toEqual([`decide:pr.merge:${merge}`]);
  });
  it('voids the approval when somebody else pushes, and asks again', () => {
    const moved = given(...HISTORY.approved).when({ type: 'head_moved', to: sha('e') });
    moved
      .thenEvents('approval.voided', 'head.moved')
      .saying('approval.voided', { was: sha('c'), head: sha('e'), by: [REVIEWER] });
    expect(moved.opens()).toEqual(['answer:approval-1', `decide:pr.merge:${merge}`]);
    given(...HISTORY.approved)
      .when({ type: 'head_moved', to: sha('c') })
      .thenRefused(/where it was/);
  });
  it('voids a granted approval that no longer counts', () => {
    given(...HISTORY.approved)
      .when(decided('pr.merge', 'require_approval', merge))
      .thenEvents(
        'policy.decided',
        'approval.voided',
        'approval.requested',
        'run.waiting_approval',
      );
  });
  it('is told nothing of a head that is gone by then', () => {
    const moved = { type: 'head_moved' as const, to: sha('e') };
    for (const outcome of ['allow', 'deny', 'require_approval'] as const)
      given(...HISTORY.waiting, moved)
        .when(decided('pr.merge', outcome, merge))
        .thenRefused('The head has moved since policy was asked.');
    const now = approvalSubject('pr.merge', { head: sha('e') });
    given(...HISTORY.waiting, moved)
      .when(decided('pr.merge', 'allow', merge, { approvalSubject: now }))
      .thenEvents('policy.decided', 'run.resumed');
  });
  it('fails where policy denies the merge', () => {
    given(...HISTORY.waiting)
      .when(decided('pr.merge', 'deny', merge))
      .thenEvents('policy.decided', 'run.finished', 'task.finished');
  });
});

type Rework = Extract<TaskCommand, { type: 'rework' }>;

describe('rework on the same branch', () => {
  const comment = (id = 'g1'): Rework => ({
    type: 'rework',
    data: {
      id,
      origin: 'comment',
      role: 'remediator-comment',
      instructions: 'rename the option as well',
      by: REVIEWER,
      target: { kind: 'issue_comment', number: 2, id: 11 },
      check: null,
      threads: [],
      merges: null,
      caller: null,
      taint: [],
    },
  });
  const check = (id: number, head = sha('c')): Rework => ({
    type: 'rework',
    data: {
      id: `check-${id}`,
      origin: 'check',
      role: 'remediator-ci',
      instructions: 'The check "ci" fails.',
      by: null,
      target: null,
      check: { id, name: 'ci', head, reportedAs: 'check_run', output: null },
      threads: [],
      merges: null,
      caller: null,
      taint: [],
    },
  });
  const admit = (rework: string, outcome: 'allow' | 'deny' = 'allow') =>
    decided('task.start', outcome, null, { rework });

  it('is judged', () => {
    const asked = given(...HISTORY.waiting)
      .when(comment())
      .thenEvents('rework.requested');
    expect(asked.opens()).toEqual(['decide:task.start:g1']);
  });
  it('opens a round in place of the merge that waits', () => {
    given(...HISTORY.waiting, comment())
      .when(admit('g1'))
      .thenEvents('policy.decided', 'run.finished', 'round.opened', 'run.queued')
      .saying('run.finished', { run: 'merge-1-1', outcome: 'canceled' })
      .saying('round.opened', { round: 2, parent: sha('c') })
      .saying('run.queued', {
        run: 'author-2-1',
        executor: { kind: 'agent', role: 'remediator-comment' },
      });
  });
  it('voids what was asked about the run that it ends', () => {
    given(...HISTORY.published, decided('run.start', 'require_approval', 'merge-1-1'), comment())
      .when(admit('g1'))
      .thenEvents(
        ...['policy.decided' as const, 'approval.voided' as const, 'run.finished' as const],
        ...['round.opened' as const, 'run.queued' as const],
      )
      .saying('approval.voided', { approval: 'approval-1', reason: 'Round 2 begins.' });
  });
  it('waits until the round before it is published', () => {
    const busy = given(...HISTORY.reviewed, comment())
      .when(admit('g1'))
      .thenEvents('policy.decided');
    expect(busy.after().state.waitingReworks).toHaveLength(1);
  });
  it('is declined where policy denies it, with the reason in place', () => {
    const declined = given(...HISTORY.waiting, comment()).when(admit('g1', 'deny'));
    declined
      .thenEvents('policy.decided', 'rework.declined')
      .saying('rework.declined', { reason: 'task.start: deny' });
    expect(declined.opens()).toEqual(['answer:g1']);
  });
  const second = [
    ...HISTORY.approved,
    comment(),
    admit('g1'),
    ...changed('author-2-1', 'd'),
    ...ran('lint-2-1'),
    ...ran('test-2-1'),
    ...ran('review-2-1'),
    decided('run.start', 'allow', 'publish-2-1'),
    decided('branch.push', 'allow', 'publish-2-1'),
  ];
  it('waits with its push where its branch was deleted, and pushes once that is restored', () => {
    const gone = { type: 'pull_closed' as const, gone: ['gatehouse/issue-1'] };
    const waits = given(...second, gone);
    expect(waits.state).toMatchObject({
      blocked: { obstacle: 'closed', reason: expect.stringMatching(/was deleted: restore that/) },
      steps: { publish: { round: 2, status: 'active' } },
    });
    expect(waits.open).toContain('decide:branch.push:publish-2-1');
    const reopened = waits.when({
      type: 'signal',
      data: { signal: 'state', detail: 'open', at: null, by: null, check: null },
    });
    expect(reopened.opens()).toEqual(['decide:branch.push:publish-2-1']);
    const allowed = waits.when(decided('branch.push', 'allow', 'publish-2-1'));
    expect(allowed.opens()).toEqual(['push:publish-2-1']);
    const late = { now: '2026-11-28T10:00:00.000Z', jitter: 0.5, effect: null };
    expect(decider.decide(waits.state, gone, late)).toMatchObject({
      ok: true,
      events: [{ type: 'run.finished' }, { type: 'task.finished', data: { outcome: 'canceled' } }],
    });
  });
  it('has not used up what a person approved where its push had to wait', () => {
    const publish = 'publish-2-1';
    const used = given(
      ...second.slice(0, -1),
      decided('branch.push', 'require_approval', publish),
      decided('branch.push', 'allow', publish, {
        approvalSubject: approvalSubject('branch.push', {}, judged({})),
      }),
      {
        type: 'use',
        action: 'branch.push',
        digest: approvalSubject('branch.push').digest,
        effect: `push:${publish}`,
        reviews: [],
      },
    );
    const status = (state: { approvals: { status: string }[] }) => state.approvals.at(-1)?.status;
    expect(status(used.state)).toBe('used');
    const waits = used.when({ type: 'pull_closed', gone: ['gatehouse/issue-1'] }).after();
    expect(status(waits.state)).toBe('granted');
  });
  const pushedAgain: TaskCommand = {
    type: 'pushed',
    run: 'publish-2-1',
    branch: 'gatehouse/issue-1',
    sha: sha('e'),
    tree: sha('d'),
    was: sha('c'),
  };
  it('voids the approval with its push, answers in place, and asks again', () => {
    const pushed = given(...second).when(pushedAgain);
    pushed.thenEvents(
      'approval.voided',
      'branch.pushed',
      'run.finished',
      'step.skipped',
      'run.queued',
    );
    pushed.saying('run.queued', { run: 'merge-2-1' });
    expect(pushed.opens()).toEqual([
      'answer:approval-1',
      'answer:g1',
      'decide:run.start:merge-2-1',
    ]);
  });
  it('leaves the pull request as it was where the round fails', () => {
    const failing = given(
      ...HISTORY.waiting,
      comment(),
      admit('g1'),
      ...ran('author-2-1').slice(0, 2),
    )
      .when(produced('author-2-1'))
      .thenEvents('run.produced', 'run.finished', 'rework.declined', 'run.queued')
      .saying('run.queued', { run: 'merge-2-1' });
    expect(failing.after().state.status).toBe('active');
  });
  const byPerson = { type: 'merged', commit: sha('f'), head: sha('c'), by: 'person' } as const;
  it.each([
    ['is at work', [...HISTORY.waiting, comment(), admit('g1')], ['g1']],
    ['waits to be judged', [...HISTORY.waiting, comment()], ['g1']],
    ['waits for the round before it', [...second.slice(0, -2), comment('g2')], ['g1', 'g2']],
    ['that a check started', [...HISTORY.waiting, check(5), admit('check-5')], []],
    ['is pushed already', [...second, pushedAgain], []],
  ])('is told of a merge that came before it where it %s', (_, before, told) => {
    const merged = given(...before).when(byPerson);
    expect(merged.events.flatMap(e => (e.type === 'rework.declined' ? e.data.id : []))).toEqual(
      told,
    );
    expect(merged.after().state).toMatchObject({ status: 'success' });
    for (const id of told) expect(merged.opens()).toContain(`answer:${id}`);
  });
  it('is asked for once', () =>
    given(...HISTORY.waiting, comment())
      .when(comment())
      .thenRefused(/asked for already/));
  it('is started by a failing check of the present head only', () => {
    given(...HISTORY.waiting)
      .when(check(5))
      .thenEvents('rework.requested');
    given(...HISTORY.waiting)
      .when(check(5, sha('9')))
      .thenRefused(/not about the present head/);
    given(...HISTORY.waiting, check(5))
      .when(check(6))
      .thenRefused(/being worked on/);
  });
  it('needs the default branch to opt in to work that CI starts', () => {
    const config = { commands: {}, remediate: { ci: false } };
    const shy = HISTORY.waiting.map(command =>
      command.type === 'create' ? created({ config }) : command,
    );
    given(...shy)
      .when(check(5))
      .thenRefused(/does not opt in/);
  });
  const circumstance = { now: NOW, jitter: 0, effect: null };
  const output = `sha256:${'a'.repeat(64)}`;
  const printing = (id: number, head: string): Rework => {
    const asked = check(id, head);
    return {
      ...asked,
      data: { ...asked.data, check: asked.data.check && { ...asked.data.check, output } },
    };
  };
  const TOKEN = { kind: 'token', id: 'ci', project: 'nightly' } as const;
  /** By HTTP, or by a `repository_dispatch` of a person. */
  const call = (id: number, by: typeof REVIEWER | null = null): Rework => ({
    type: 'rework',
    data: {
      ...comment(`call-${id}`).data,
      ...{ origin: 'call', by, caller: by ? null : TOKEN, target: null },
    },
  });
  const following = (...asked: Rework[]) =>
    asked.reduce(
      (state, { data }) =>
        decider.evolve(state, { type: 'rework.requested', v: 4, data }, { seq: 99, at: NOW }),
      given(...HISTORY.waiting).state,
    );
  it.each([
    ['three rounds that checks started', [1, 2, 3].map(id => check(id, sha(`${id}`))), check(9)],
    ['three that calls asked for', [call(1), call(2), call(3)], call(9)],
    [
      'three of a call, a dispatch and a check',
      [call(1), call(2, REVIEWER), check(3, sha('3'))],
      check(9),
    ],
    ['a round that left the output as it was', [printing(1, sha('1'))], printing(9, sha('c'))],
  ])('stops after %s, with one summary, until a person asks for more', (_, rounds, next) => {
    const stops = decider.decide(following(...rounds), next, circumstance);
    expect(stops).toMatchObject({ ok: true, events: [{ type: 'remediation.stopped' }] });
    const stopped = { ...following(...rounds), remediationStopped: true };
    for (const more of [check(10), call(10), call(10, REVIEWER)])
      expect(decider.decide(stopped, more, circumstance)).toMatchObject({
        ok: false,
        refusal: { code: 'limit' },
      });
    const anew = following(...rounds, comment());
    expect(decider.decide(anew, next, circumstance)).toMatchObject({
      ok: true,
      events: [{ type: 'rework.requested' }],
    });
  });
  it('says in one comment that it stopped, and goes on once a person asks', () => {
    const rounds = given(...HISTORY.waiting, printing(1, sha('c'))).state;
    const elsewhere = { ...rounds, pull: rounds.pull && { ...rounds.pull, head: sha('d') } };
    const stops = decider.decide(elsewhere, printing(2, sha('d')), circumstance);
    const event = stops.ok ? stops.events[0] : undefined;
    if (event?.type !== 'remediation.stopped') throw new Error('it did not stop');
    const stamp = { seq: 99, at: NOW };
    const stopped = decider.evolve(elsewhere, event, stamp);
    expect(decider.react(stopped, event, stamp)).toContainEqual(
      expect.objectContaining({
        kind: 'reply',
        reply: expect.objectContaining({
          code: 'remediation_stopped',
          reason: expect.stringMatching(/the same output as on/),
        }),
      }),
    );
    const by = (data: Rework['data']) =>
      decider.evolve(stopped, { type: 'rework.requested', v: 4, data }, stamp).remediationStopped;
    expect(by(call(3, REVIEWER).data)).toBe(true);
    expect(by(comment().data)).toBe(false);
  });
  it('can not be asked of a graph that has no author', () => {
    const graph = lintGraph({ lint: ['npm', 'run', 'lint'] });
    given(created({ graph }), decided('task.start', 'allow'))
      .when(comment())
      .thenRefused(/takes no requests for changes/);
  });
});

describe('cancel', () => {
  it('cancels what runs and ends the task', () => {
    const canceled = given(...HISTORY.admitted, ...ran('prepare-1-1').slice(0, 2)).when({
      type: 'cancel',
      by: steererOf(MAINTAINER),
      target,
    });
    canceled
      .thenEvents('task.cancel_requested', 'run.finished', 'task.finished')
      .saying('run.finished', { run: 'prepare-1-1', outcome: 'canceled' });
    expect(canceled.after().open.some(effect => effect.key === 'attempt:prepare-1-1')).toBe(false);
  });
  it('is too late afterwards', () => {
    const gone = [
      ...HISTORY.admitted,
      { type: 'cancel' as const, by: steererOf(MAINTAINER), target },
    ];
    given(...gone)
      .when({ type: 'cancel', by: steererOf(MAINTAINER), target })
      .thenRefused(/has ended \(canceled\)/);
  });
});

it('says nothing about a run that is over', () => {
  given(...HISTORY.reproduced)
    .when(produced('prepare-1-1'))
    .thenRefused(/can't end/);
  given(...HISTORY.reproduced)
    .when(decided('run.start', 'allow', 'prepare-1-1'))
    .thenRefused(/is over/);
  given(...HISTORY.reproduced)
    .when(started('prepare-1-1'))
    .thenRefused(/can't start/);
});

it('quotes the policy that decided in the state', () => {
  const { folded } = outcomeOf(created(), {
    ...decided('task.start', 'allow'),
    decision: decision('task.start', 'allow'),
  } as never);
  expect(folded.state.decisions[0]).toMatchObject({
    seq: 2,
    action: 'task.start',
    policies: ['some-policy'],
  });
});
