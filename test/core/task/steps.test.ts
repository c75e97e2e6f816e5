/** Steps with conditions, loops and answers to failure, and steps that work at the same time. */

import { describe, expect, it } from 'vitest';
import { steererOf } from '../../../src/core/actor.ts';
import type { Graph, StepSpec } from '../../../src/core/graph/graph.ts';
import { graphNamed } from '../../../src/core/graph/graphs.ts';
import { otherTryOf } from '../../../src/core/task/approvals/other-tries.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import { type DataOf, runOf } from '../../../src/core/task/state/state.ts';
import { viewOf } from '../../../src/core/task/views/view.ts';
import { unpassedByHead, unpassedByWork } from '../../../src/core/task/work/blocking-reviews.ts';
import { workAt } from '../../../src/core/task/work/step-state.ts';
import {
  changed,
  created,
  decided,
  given,
  MAINTAINER,
  produced,
  ran,
  red,
  sha,
  started,
  work,
} from './given.ts';

type Agent = Extract<StepSpec, { kind: 'agent' }>;
type Command = Extract<StepSpec, { kind: 'command' }>;

const author = (id: string, needs: string[] = [], more: Partial<Agent> = {}): StepSpec => ({
  kind: 'agent',
  id,
  purpose: 'change',
  role: 'author',
  needs,
  keepsChanges: true,
  ...more,
});
const review = (needs: string[], more: Partial<Agent> = {}): StepSpec => ({
  kind: 'agent',
  id: 'review',
  purpose: 'review',
  role: 'reviewer',
  needs,
  keepsChanges: false,
  ...more,
});
const gate = (id: string, needs: string[] = [], more: Partial<Command> = {}): StepSpec => ({
  kind: 'command',
  id,
  purpose: 'gate',
  command: 'test',
  needs,
  keepsChanges: false,
  remedy: null,
  ...more,
});
const publish = (needs: string[]): StepSpec => ({
  kind: 'builtin',
  id: 'publish',
  purpose: 'publish',
  needs,
});
const merge = (needs: string[]): StepSpec => ({
  kind: 'builtin',
  id: 'merge',
  purpose: 'merge',
  needs,
});

const graph = (...steps: StepSpec[]): Graph => ({ name: 'own', steps, reworkFrom: null });
const begun = (...steps: StepSpec[]) => [
  created({ graph: graph(...steps) }),
  decided('task.start', 'allow'),
];
const handing = (fields: Record<string, string | number | boolean>) => ({
  handover: { schema: 'review.v1', digest: `sha256:${'3'.repeat(64)}`, fields },
});
const runs = (state: { runs: { id: string }[] }) => state.runs.map(({ id }) => id);

describe('steps whose needs are settled work at the same time', () => {
  const steps = [gate('api'), gate('docs'), gate('test', ['api', 'docs'])];
  it('both begin, and what needs both waits for the slower', () => {
    expect(runs(given(...begun(...steps)).state)).toEqual(['api-1-1', 'docs-1-1']);
    const one = given(...begun(...steps), ...ran('docs-1-1'));
    expect([one.state.steps.docs?.status, one.state.steps.test?.status]).toEqual([
      'done',
      'waiting',
    ]);
  });
  it('one of them fails for good: the other is stopped, and the task ends', () => {
    given(...begun(...steps), decided('run.start', 'allow', 'docs-1-1'), started('docs-1-1'))
      .when(decided('run.start', 'deny', 'api-1-1'))
      .thenEvents('policy.decided', 'run.finished', 'run.finished', 'task.finished')
      .saying('run.finished', { run: 'docs-1-1', outcome: 'canceled' });
  });
});

describe('work that is not published', () => {
  it.each([
    ['no step does that', [author('api')], 'the graph has no step publish'],
    [
      'its step was skipped',
      [author('api'), { ...publish(['api']), when: 'touches("docs")' }],
      'the step publish was skipped',
    ],
  ])('is said where %s', (_, steps, why) => {
    const history = [...begun(...steps), ...changed('api-1-1', 'b')];
    const { reason, status } = given(...history).state;
    expect(status).toBe('success');
    expect(reason).toBe(`What it changed is not published: ${why}.`);
  });
  it('is not where nothing was changed', () => {
    expect(given(...begun(gate('api')), ...ran('api-1-1')).state.reason).toBe('');
  });
});

describe('work that is done at the same time', () => {
  const steps = [
    author('api'),
    author('web'),
    gate('test', ['api', 'web']),
    review(['web', 'api']),
    publish(['test', 'review']),
  ];
  const beside = [...begun(...steps), ...changed('api-1-1', 'b'), ...changed('web-1-1', 'c')];
  const joining = [...beside, decided('run.start', 'allow', 'test-1-1')];
  const conflict = {
    class: 'conflict' as const,
    reason: 'a.js (api and web)',
    retryable: false,
    merger: 'merger',
  };
  const accept = (run: string) => decided('patch.accept', 'allow', run);
  it('is joined once, before the first step that stands on it', () => {
    const { state, open } = given(...joining);
    expect(runs(state)).toEqual(['api-1-1', 'web-1-1', 'test-1-1']);
    expect(state.runs.at(-1)).toMatchObject({ purpose: 'join', basis: ['api-1-1', 'web-1-1'] });
    expect(open).toContain('join:test-1-1');
    const joined = given(...joining).when(produced('test-1-1', { work: work('d') }));
    expect(joined.thenEvents('run.produced').opens()).toEqual(['decide:patch.accept:test-1-1']);
    const after = given(...joining, produced('test-1-1', { work: work('d') }), accept('test-1-1'));
    expect(runs(after.state).slice(3)).toEqual(['test-1-2', 'review-1-1']);
    for (const step of ['test', 'review']) expect(workAt(after.state, step)?.tree).toBe(sha('d'));
  });
  it('is joined as it is judged: what policy denies ends the task', () =>
    given(...joining, produced('test-1-1', { work: work('d') }))
      .when(decided('patch.accept', 'deny', 'test-1-1'))
      .thenEvents('policy.decided', 'run.finished', 'task.finished'));
  it('that conflicts is settled by an agent twice at most, and then by people', () => {
    const failed = given(...joining).when(produced('test-1-1', {}, conflict));
    failed.thenEvents('run.produced', 'run.finished', 'run.queued').saying('run.queued', {
      run: 'test-1-2',
      purpose: 'join',
      executor: { kind: 'agent', role: 'merger' },
    });
    const once = [
      ...joining,
      produced('test-1-1', {}, conflict),
      ...ran('test-1-2'),
      decided('run.start', 'allow', 'test-1-3'),
      started('test-1-3'),
    ];
    given(...once, produced('test-1-3', { work: work('d') }))
      .when(accept('test-1-3'))
      .thenEvents('policy.decided', 'run.finished', 'run.queued', 'run.queued');
    const asked = given(...once).when(produced('test-1-3'));
    asked.thenEvents('run.produced', 'run.finished', 'task.asked').saying('task.asked', {
      question:
        'What the step test stands on could not be joined. a.js (api and web). simulated: The agent changed nothing.',
    });
    given(...once, produced('test-1-3'))
      .when({ type: 'retry', by: steererOf(MAINTAINER), instructions: 'Keep both.' })
      .thenEvents('task.retried', 'run.queued')
      .saying('run.queued', { purpose: 'join', executor: { kind: 'builtin', builtin: 'join' } });
  });
  it('that conflicts is for people where no role can settle it', () => {
    const { merger: _, ...alone } = conflict;
    given(...joining)
      .when(produced('test-1-1', {}, alone))
      .thenEvents('run.produced', 'run.finished', 'task.asked');
  });
  it('is joined anew once one of it was done again', () => {
    const back = { backTo: 'api', atMost: 1, when: null };
    const looping = [author('api'), author('web'), gate('test', ['api', 'web'], { loop: back })];
    const { state } = given(
      ...begun(...looping),
      ...changed('api-1-1', 'b'),
      ...changed('web-1-1', 'c'),
      decided('run.start', 'allow', 'test-1-1'),
      produced('test-1-1', { work: work('d') }),
      accept('test-1-1'),
      decided('run.start', 'allow', 'test-1-2'),
      started('test-1-2'),
      produced('test-1-2', {}, red),
    );
    // It goes on from the joined work, which contains that of the other: nothing is left to join.
    expect(state.steps.api?.works).toEqual(['test-1-1']);
    const again = given(
      ...begun(...looping),
      ...changed('api-1-1', 'b'),
      ...changed('web-1-1', 'c'),
      decided('run.start', 'allow', 'test-1-1'),
      produced('test-1-1', { work: work('d') }),
      accept('test-1-1'),
      decided('run.start', 'allow', 'test-1-2'),
      started('test-1-2'),
      produced('test-1-2', {}, red),
      ...changed('api-1-2', 'e'),
    );
    expect(again.state.runs.at(-1)).toMatchObject({ step: 'test', purpose: 'step' });
    expect(workAt(again.state, 'test')?.tree).toBe(sha('e'));
  });
  it('needs no join where nobody works on its tree', () => {
    const merging = [
      author('api'),
      author('web'),
      publish(['api', 'web']),
      merge(['publish', 'api']),
    ];
    const { state } = given(
      ...begun(...merging),
      ...changed('api-1-1', 'b'),
      ...changed('web-1-1', 'c'),
    );
    expect(state.runs.at(-1)).toMatchObject({ step: 'publish', purpose: 'join' });
  });
});

describe('a condition', () => {
  const touching = (touched: DataOf<'run.produced'>['touched']) => [
    ...begun(
      author('author'),
      gate('site', ['author'], { when: 'touches("docs")' }),
      review(['site']),
    ),
    ...ran('author-1-1', { work: work('b'), touched }),
  ];
  const accept = decided('patch.accept', 'allow', 'author-1-1');
  it('that holds lets the step work', () => {
    given(...touching({ docs: 'some' }))
      .when(accept)
      .thenEvents('policy.decided', 'run.finished', 'run.queued')
      .saying('run.queued', { run: 'site-1-1' });
  });
  it('that does not hold skips it, and what stands on it goes on with the work', () => {
    const skipped = given(...touching({ docs: 'none' })).when(accept);
    skipped
      .thenEvents('policy.decided', 'run.finished', 'step.skipped', 'run.queued')
      .saying('step.skipped', { step: 'site', reason: 'It works only when touches("docs")' })
      .saying('run.queued', { run: 'review-1-1' });
    expect(workAt(skipped.after().state, 'review')?.tree).toBe(sha('b'));
  });
  it('asks what an earlier step has handed over, and how it ended', () => {
    const steps = [
      review([]),
      gate('audit', ['review'], { when: 'steps.review.blocking > 1' }),
      gate('told', ['audit'], { when: 'steps.audit.outcome == "skipped" and labels has "bug"' }),
    ];
    const { state } = given(...begun(...steps), ...ran('review-1-1', handing({ blocking: 1 })));
    expect(runs(state)).toEqual(['review-1-1', 'told-1-1']);
    const more = given(...begun(...steps), ...ran('review-1-1', handing({ blocking: 2 })));
    expect(runs(more.state)).toEqual(['review-1-1', 'audit-1-1']);
  });
  it('that lets nothing work ends the task, in whichever order its steps stand', () => {
    const steps = [
      gate('last', ['first'], { when: 'steps.first.outcome == "success"' }),
      gate('first', [], { when: 'labels has "none"' }),
    ];
    const { state } = given(...begun(...steps));
    expect([state.status, state.steps.last?.status]).toEqual(['success', 'skipped']);
  });
  it('is sound, or the task is refused', () => {
    for (const [when, problem] of [
      ['steps.later.ok', /asks about "later", on which it does not stand/],
      ['touches(docs)', /the condition of "a" can't be read/],
    ] as const)
      given()
        .when(created({ graph: graph(gate('a', [], { when }), gate('later', ['a'])) }))
        .thenRefused(problem);
  });
});

describe('a loop', () => {
  const back = { backTo: 'author', atMost: 2, when: 'steps.review.blocking > 0' };
  const steps = [
    author('author'),
    gate('test', ['author']),
    review(['test'], { loop: back }),
    publish(['review']),
  ];
  const once = [
    ...begun(...steps),
    ...changed('author-1-1', 'b'),
    ...ran('test-1-1'),
    ...ran('review-1-1', handing({ blocking: 1 })),
  ];
  const twice = [
    ...once,
    ...changed('author-1-2', 'c'),
    ...ran('test-1-2'),
    ...ran('review-1-2', handing({ blocking: 1 })),
  ];
  it('sends the work back to the earlier step, which goes on from it', () => {
    const { state } = given(...once);
    expect(state.runs.at(-1)).toMatchObject({ id: 'author-1-2', state: 'queued' });
    expect(state.steps.author).toMatchObject({ sentBackBy: 'review-1-1', status: 'active' });
    expect(workAt(state, 'author')?.tree).toBe(sha('b'));
    expect(state.steps.test?.status).toBe('waiting');
  });
  it('goes on where it is satisfied, with the last work', () => {
    const { state } = given(
      ...once,
      ...changed('author-1-2', 'c'),
      ...ran('test-1-2'),
      ...ran('review-1-2', handing({ blocking: 0 })),
    );
    expect(state.runs.at(-1)).toMatchObject({ id: 'publish-1-1' });
    expect(workAt(state, 'publish')?.tree).toBe(sha('c'));
  });
  it('goes back only so often: after that the step has failed', () => {
    const last = given(
      ...twice,
      ...changed('author-1-3', 'd'),
      ...ran('test-1-3'),
      ...ran('review-1-3', handing({ blocking: 1 })).slice(0, 2),
    ).when(produced('review-1-3', handing({ blocking: 1 })));
    last.thenEvents('run.produced', 'run.finished', 'task.finished').saying('task.finished', {
      outcome: 'failure',
      reason:
        'review: It has sent the work back to author 2 times, and still: steps.review.blocking > 0. Done.',
    });
  });
  describe('as often as it may', () => {
    const review3 = review(['test'], { loop: back, onFailure: 'ask_human' });
    const spent = [
      ...begun(author('author'), gate('test', ['author']), review3, publish(['review'])),
      ...twice.slice(2),
      ...changed('author-1-3', 'd'),
      ...ran('test-1-3'),
      ...ran('review-1-3', handing({ blocking: 1 })).slice(0, 2),
    ];
    const blocks: TaskCommand = {
      ...produced('review-1-3', handing({ blocking: 2 })),
      found: ['src/a.js:3: It throws.', 'src/b.js: It leaks.'],
    } as TaskCommand;
    const retry: TaskCommand = {
      type: 'retry',
      by: steererOf(MAINTAINER),
      instructions: 'Close it.',
    };
    it('asks people by what it finds, and says where the change is', () =>
      given(...spent)
        .when(blocks)
        .saying('task.asked', {
          question:
            'The step review failed. simulated: It has sent the work back to author 2 times, and still finds:\n- src/a.js:3: It throws.\n- src/b.js: It leaks.\n\n`/agent override`, with why, publishes the change as it is; its merge then takes a person who approves it.\n\nThe change is not published: the console shows it, and `gatehouse artifacts TASK --to FOLDER` writes it.',
        }));
    it('is tried again where it sends the work back to, with what a person says', () => {
      const again = given(...spent, blocks).when(retry);
      again
        .thenEvents('step.sent_back', 'task.retried', 'run.queued')
        .saying('run.queued', { run: 'author-1-4' });
      const { state } = again.after();
      expect(state.question).toBeNull();
      expect(state.steps.author).toMatchObject({ sentBackBy: 'review-1-3', status: 'active' });
      expect(state.steps.review).toMatchObject({ loops: 0, status: 'waiting' });
      expect(workAt(state, 'author')?.tree).toBe(sha('d'));
      expect(otherTryOf(state, runOf(state, 'author-1-4'))?.instructions).toBe('Close it.');
    });
    describe('and a person has it published as it is', () => {
      const override: TaskCommand = {
        type: 'override',
        by: MAINTAINER,
        because: 'Callers close it.',
      };
      const past = given(...spent, blocks).when(override);
      it('goes on with the work, and nobody is asked any more', () => {
        past
          .thenEvents('step.overridden', 'run.queued')
          .saying('step.overridden', {
            step: 'review',
            run: 'review-1-3',
            by: MAINTAINER,
            because: 'Callers close it.',
          })
          .saying('run.queued', { run: 'publish-1-1' });
        const { state } = past.after();
        expect(state.question).toBeNull();
        expect(workAt(state, 'publish')?.tree).toBe(sha('d'));
      });
      it('is known to policy by the role whose review it did not pass, as long as that is the last word', () => {
        const { state } = past.after();
        expect(unpassedByWork(state)).toEqual(['reviewer']);
        expect(unpassedByWork(given(...once).state)).toEqual(['reviewer']);
        const passes = [...changed('author-1-2', 'c'), ...ran('test-1-2')];
        const passed = given(...once, ...passes, ...ran('review-1-2', handing({ blocking: 0 })));
        expect(unpassedByWork(passed.state)).toEqual([]);
        // Of what was published nothing is known before anything was.
        expect(unpassedByHead(state)).toEqual([]);
      });
      it('is shown with who did, and why', () =>
        expect(
          viewOf('t', past.after()).runs.find(({ run }) => run === 'review-1-3')?.detail,
        ).toMatch(/^mona goes past it: Callers close it\. It has sent the work back/));
      it('is refused where no review asks, and once it is done', () => {
        given(...twice)
          .when(override)
          .thenRefused('no review waits');
        given(...spent, blocks, override)
          .when(override)
          .thenRefused('no review waits');
      });
    });
    it('goes back as often once more', () => {
      const further = (n: number, tree: string) => [
        ...changed(`author-1-${n}`, tree),
        ...ran(`test-1-${n}`),
        ...ran(`review-1-${n}`, handing({ blocking: 1 })),
      ];
      const once = [...spent, blocks, retry, ...further(4, 'e'), ...further(5, 'f')];
      expect(given(...once).state.runs.at(-1)?.id).toBe('author-1-6');
      expect(given(...once, ...further(6, '1')).state.question?.text).toMatch(
        /back to author 2 times/,
      );
    });
    it('and is a red command: the work goes back, and not to the command alone', () => {
      const fails = (n: number, tree: string) => [
        ...changed(`author-1-${n}`, tree),
        decided('run.start', 'allow', `test-1-${n}`),
        started(`test-1-${n}`),
        produced(`test-1-${n}`, {}, red),
      ];
      const loop = { backTo: 'author', atMost: 1, when: null };
      given(
        ...begun(author('author'), gate('test', ['author'], { loop })),
        ...fails(1, 'b'),
        ...fails(2, 'c'),
      )
        .when(retry)
        .thenEvents('step.sent_back', 'task.retried', 'run.queued')
        .saying('run.queued', { run: 'author-1-3' });
    });
    it('and has a remedy: an agent works for it again', () => {
      const remedied = gate('test', ['author'], { remedy: { role: 'tester', bound: 1 } });
      const fails = (run: string) => [
        decided('run.start', 'allow', run),
        started(run),
        produced(run, {}, red),
      ];
      const { state } = given(
        ...begun(author('author'), remedied),
        ...changed('author-1-1', 'b'),
        ...fails('test-1-1'),
        ...changed('test-1-2', 'c'),
        ...fails('test-1-3'),
        retry,
        ...fails('test-1-4'),
      );
      expect(state.runs.at(-1)).toMatchObject({ id: 'test-1-5', purpose: 'remedy' });
    });
  });
  it('begins anew to count the tries of what works again', () => {
    const lost = { class: 'transport' as const, reason: 'gone', retryable: true };
    const { state } = given(
      ...twice,
      decided('run.start', 'allow', 'author-1-3'),
      started('author-1-3'),
      produced('author-1-3', {}, lost),
    );
    expect(state.runs.at(-1)).toMatchObject({ id: 'author-1-4', state: 'queued' });
  });
  it('without a condition goes back where a command is red', () => {
    const { state } = given(
      ...begun(author('author'), gate('test', ['author'], { loop: { ...back, when: null } })),
      ...changed('author-1-1', 'b'),
      decided('run.start', 'allow', 'test-1-1'),
      started('test-1-1'),
      produced('test-1-1', {}, red),
    );
    expect(runs(state)).toEqual(['author-1-1', 'test-1-1', 'author-1-2']);
    expect(state.steps.test?.loops).toBe(1);
  });
  it('stops what works at the same time on what is done anew', () => {
    const beside = [author('author'), review(['author'], { loop: back }), gate('test', ['author'])];
    const { state } = given(
      ...begun(...beside),
      ...changed('author-1-1', 'b'),
      ...ran('review-1-1', handing({ blocking: 1 })),
    );
    expect(state.runs.find(({ id }) => id === 'test-1-1')?.state).toBe('canceled');
    expect(runs(state).at(-1)).toBe('author-1-2');
  });
  it.each<[string, StepSpec[], RegExp]>([
    [
      'to a step that it does not need',
      [author('author'), review([], { loop: back })],
      /on which it does not stand/,
    ],
    ['to nobody', [review([], { loop: back })], /goes back to "author", which does not exist/],
    [
      'of an agent without a condition',
      [author('author'), review(['author'], { loop: { ...back, when: null } })],
      /says when it goes back/,
    ],
    [
      'over a push',
      [author('author'), publish(['author']), review(['author'], { loop: back })],
      /let "publish" need "review"/,
    ],
  ])('%s is refused', (_, unsound, problem) =>
    given()
      .when(created({ graph: graph(...unsound) }))
      .thenRefused(problem),
  );
});

describe('a step that has failed', () => {
  const failing = (more: Partial<Command>, then: StepSpec[] = []) => [
    ...begun(gate('test', [], more), ...then),
    decided('run.start', 'allow', 'test-1-1'),
    started('test-1-1'),
  ];
  const fails = produced('test-1-1', {}, red);
  it('ends the task', () =>
    given(...failing({}))
      .when(fails)
      .thenEvents('run.produced', 'run.finished', 'task.finished'));
  it('is gone over: what stands on it sees that it failed', () => {
    const next = gate('told', ['test'], { when: 'steps.test.outcome == "failure"' });
    given(...failing({ onFailure: 'continue' }, [next]))
      .when(fails)
      .thenEvents('run.produced', 'run.finished', 'step.skipped', 'run.queued')
      .saying('run.queued', { run: 'told-1-1' });
  });
  it('is tried again with the wait that it asks for, as often as it may be', () => {
    const again = given(...failing({ onFailure: 'retry', attempts: 2, backoffSeconds: 60 }));
    again
      .when(fails, { jitter: 0.5 })
      .thenEvents('run.produced', 'run.finished', 'run.queued')
      .saying('run.queued', { run: 'test-1-2', notBefore: '2026-11-21T10:01:00.000Z' });
    given(
      ...failing({ onFailure: 'retry', attempts: 2 }),
      fails,
      decided('run.start', 'allow', 'test-1-2'),
      started('test-1-2'),
    )
      .when(produced('test-1-2', {}, red))
      .thenEvents('run.produced', 'run.finished', 'task.finished');
  });
  it.each<StepSpec>([
    review([], { onFailure: 'continue' }),
    gate('test', [], { onFailure: 'continue' }),
    author('author', [], { onFailure: 'continue' }),
  ])('of the kind $kind, purpose $purpose, ends the task where policy denies it', step => {
    given(...begun(step))
      .when(decided('run.start', 'deny', `${step.id}-1-1`))
      .thenEvents('policy.decided', 'run.finished', 'task.finished');
  });
  it.each<StepSpec>([review([], { ofHook: true }), gate('test', [], { ofHook: true })])(
    'of a hook, of the kind $kind, holds nothing up, whatever denies or fails it',
    step => {
      const history = begun(step, gate('next', [step.id]));
      const run = `${step.id}-1-1`;
      given(...history)
        .when(decided('run.start', 'deny', run))
        .thenEvents('policy.decided', 'run.finished', 'step.skipped', 'run.queued');
      const reached = { scope: 'task' as const, unit: 'tokens' as const, cap: 1000 };
      const spent = { class: 'budget' as const, reason: 'Its cap is reached.', retryable: false };
      given(...history, decided('run.start', 'allow', run), started(run))
        .when(Object.assign(produced(run, {}, spent), { reached: { reached, checkpoint: null } }))
        .saying('run.queued', { run: 'next-1-1' });
    },
  );
  it('of implement that hands no review over leaves none to be shown', () => {
    const shown = graphNamed('implement', {}).steps.find(({ id }) => id === 'show-review');
    if (!shown) throw new Error('implement shows its review');
    const history = [
      ...begun(review([], { onFailure: 'continue' }), { ...shown, needs: ['review'] }),
      decided('run.start', 'allow', 'review-1-1'),
      started('review-1-1'),
    ];
    const ended = given(...history).when(produced('review-1-1', {}, red));
    expect(ended.after().state).toMatchObject({
      status: 'success',
      steps: { 'show-review': { status: 'skipped' } },
    });
    given(...history)
      .when(produced('review-1-1', handing({ blocking: 0 }), red))
      .saying('run.queued', { run: 'show-review-1-1' });
  });
  it.each(['fix', 'remedy'] as const)(
    'of %s shows what its review found, and nothing where that is nothing',
    name => {
      const shown = graphNamed(name, {}).steps.find(({ id }) => id === 'show-review');
      if (!shown) throw new Error(`${name} shows its review`);
      const begins = begun(
        review([]),
        { ...shown, needs: ['review'] },
        gate('last', ['show-review']),
      );
      const [silent, told] = [0, 1].map(findings =>
        given(...begins, ...ran('review-1-1', handing({ findings, blocking: 0 }))),
      );
      expect(silent?.state.steps['show-review']?.status).toBe('skipped');
      const show = 'show-review-1-1';
      expect(told?.state.runs.at(-1)?.id).toBe(show);
      // Where it can't be shown, the rest goes on.
      const history = [...begins, ...ran('review-1-1', handing({ findings: 1, blocking: 0 }))];
      const denied = [decided('run.start', 'allow', show), decided('issue.comment', 'deny', show)];
      expect(given(...history, ...denied).state.runs.at(-1)?.id).toBe('last-1-1');
    },
  );
  it('is not tried again where policy says no', () =>
    given(...begun(gate('test', [], { onFailure: 'retry' })))
      .when(decided('run.start', 'deny', 'test-1-1'))
      .thenEvents('policy.decided', 'run.finished', 'task.finished'));
  it('asks people, and is tried again when they say so', () => {
    const asked = given(...failing({ onFailure: 'ask_human' })).when(fails);
    asked.thenEvents('run.produced', 'run.finished', 'task.asked').saying('task.asked', {
      question: 'The step test failed. simulated: `npm run lint` exited with 1.',
    });
    given(...failing({ onFailure: 'ask_human' }), fails)
      .when({ type: 'retry', by: steererOf(MAINTAINER), instructions: 'Now it is there.' })
      .thenEvents('task.retried', 'run.queued');
  });
  it('asks people, while what others wait for beside it still stands', () => {
    const beside = failing({ onFailure: 'ask_human' }, [gate('beside')]);
    const waits = decided('run.start', 'require_approval', 'beside-1-1');
    given(...beside, waits, fails)
      .when({ type: 'retry', by: steererOf(MAINTAINER), instructions: '' })
      .thenEvents('task.retried', 'run.queued');
  });
});

describe('the task ends when its graph has', () => {
  const steps = [
    author('author'),
    publish(['author']),
    merge(['publish']),
    gate('smoke', ['merge']),
  ];
  const merging = [
    ...begun(...steps),
    ...changed('author-1-1', 'b'),
    decided('run.start', 'allow', 'publish-1-1'),
    decided('branch.push', 'allow', 'publish-1-1'),
    {
      type: 'pushed' as const,
      run: 'publish-1-1',
      branch: 'gatehouse/issue-1',
      sha: sha('c'),
      tree: sha('b'),
      was: null,
    },
    decided('pr.open', 'allow', 'publish-1-1'),
    {
      type: 'pull_opened' as const,
      run: 'publish-1-1',
      number: 2,
      nodeId: 'PR_2',
      head: sha('c'),
    },
    decided('run.start', 'allow', 'merge-1-1'),
  ];
  const merged = (by: 'gatehouse' | 'person') => ({
    type: 'merged' as const,
    commit: sha('d'),
    head: sha('c'),
    by,
  });
  it('goes on after our merge', () => {
    const after = given(...merging).when(merged('gatehouse'));
    after
      .thenEvents('pull.merged', 'run.finished', 'run.queued')
      .saying('run.queued', { run: 'smoke-1-1' });
    expect(given(...merging, merged('gatehouse'), ...ran('smoke-1-1')).state.status).toBe(
      'success',
    );
  });
  it("goes on after a person's merge, in place of what waited", () => {
    const waiting = [...merging, decided('pr.merge', 'require_approval', 'merge-1-1')];
    given(...waiting)
      .when(merged('person'))
      .thenEvents('pull.merged', 'run.finished', 'step.skipped', 'run.queued')
      .saying('run.queued', { run: 'smoke-1-1' });
  });
  it('takes no further round after the merge', () => {
    given(...merging, merged('gatehouse'))
      .when({
        type: 'rework',
        data: {
          id: 'c9',
          origin: 'comment',
          role: 'author',
          instructions: 'More.',
          by: MAINTAINER,
          target: null,
          check: null,
          threads: [],
          merges: null,
          caller: null,
          taint: [],
        },
      })
      .thenRefused(/takes no requests for changes|is merged/);
  });
  it('skips the merge of what was never published, because nothing was changed', () => {
    const tidy = gate('tidy', [], { purpose: 'change', keepsChanges: true });
    const also = gate('also', ['tidy'], { purpose: 'change', keepsChanges: true });
    const { state } = given(
      ...begun(tidy, also, publish(['also']), merge(['publish'])),
      ...ran('tidy-1-1'),
      ...ran('also-1-1'),
    );
    expect([state.status, state.steps.merge?.status]).toEqual(['success', 'skipped']);
  });
});
