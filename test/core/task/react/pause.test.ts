/** A paused task lets what works end, and begins nothing more. */
import { expect, it } from 'vitest';
import { steererOf } from '../../../../src/core/actor.ts';
import type { StepSpec } from '../../../../src/core/graph/graph.ts';
import { fixGraph } from '../../../../src/core/graph/graphs.ts';
import type { TaskCommand } from '../../../../src/core/task/decide/command.ts';
import { viewOf } from '../../../../src/core/task/views/view.ts';
import {
  approvalSubject,
  created,
  decided,
  given,
  greenCheck,
  HISTORY,
  judged,
  MAINTAINER,
  outcomeOf,
  posted,
  produced,
  ran,
  red,
  sha,
  started,
} from '../given.ts';

const target = { kind: 'issue_comment' as const, number: 1, id: 5 };
const pause: TaskCommand = { type: 'pause', by: steererOf(MAINTAINER), target };
const resume: TaskCommand = { type: 'resume', by: steererOf(MAINTAINER), target };
const cancel: TaskCommand = { type: 'cancel', by: steererOf(MAINTAINER), target };
const operator = { kind: 'operator' as const, name: 'root@host' };
/** What is open besides surfaces and replies. No command here settles what asked whether a run may start. */
function opened(...commands: TaskCommand[]): string[] {
  const { open, state } = outcomeOf(...commands).folded;
  const queued = state.runs.filter(run => run.state === 'queued').map(({ id }) => id);
  return open
    .filter(effect => effect.kind !== 'show' && effect.kind !== 'reply')
    .filter(effect => !('action' in effect) || effect.action !== 'task.start')
    .filter(
      effect =>
        !('action' in effect) || effect.action !== 'run.start' || queued.includes(effect.run ?? ''),
    )
    .map(({ key }) => key);
}
const running = [
  ...HISTORY.admitted,
  decided('run.start', 'allow', 'prepare-1-1'),
  started('prepare-1-1'),
];

it('lets what runs end, and begins what follows once it is resumed', () => {
  const paused = [...running, pause];
  expect(opened(...paused)).toEqual(['attempt:prepare-1-1']);
  expect(opened(...paused, produced('prepare-1-1'))).toEqual([]);
  given(...paused, produced('prepare-1-1'))
    .when(resume)
    .thenEvents('task.resumed');
  expect(opened(...paused, produced('prepare-1-1'), resume)).toEqual([
    'decide:run.start:reproduce-1-1',
  ]);
});

it('holds what was about to begin, whether policy was still being asked or had allowed it', () => {
  const allowed = [...HISTORY.admitted, decided('run.start', 'allow', 'prepare-1-1')];
  for (const before of [HISTORY.admitted, allowed]) {
    given(...before)
      .when(pause)
      .saying('task.paused', { holds: ['prepare-1-1'] });
    expect(opened(...before, pause)).toEqual([]);
    expect(opened(...before, pause, resume)).toEqual(['decide:run.start:prepare-1-1']);
  }
  // Its worker had taken it up when the pause came.
  given(...allowed, pause)
    .when(started('prepare-1-1'))
    .thenRefused('The task is paused.');
});

it('holds the next try of what failed while it was paused', () => {
  const reason = 'The provider is away.';
  const failed = { class: 'transport' as const, reason, retryable: true };
  const commands = [...running, pause, produced('prepare-1-1', {}, failed)];
  expect(opened(...commands)).toEqual([]);
  expect(opened(...commands, resume)).toEqual(['decide:run.start:prepare-1-2']);
});

it('ends by a failure that ends it anyway, and then is paused no more', () => {
  const { state } = given(...running, pause, produced('prepare-1-1', {}, red));
  expect(state).toMatchObject({ status: 'failure', paused: null });
});

it('does not merge what people approve meanwhile, and merges it once it is resumed', () => {
  const allow = decided('pr.merge', 'allow', 'merge-1-1', {
    approvalSubject: approvalSubject('pr.merge', {}, judged({})),
  });
  const approved = [...HISTORY.waiting, pause, allow, greenCheck(sha('c'))];
  expect(opened(...approved)).not.toContain('merge:merge-1-1');
  const resumed = [...approved, resume];
  expect(opened(...resumed)).toContain('decide:pr.merge:merge-1-1');
  expect(opened(...resumed, allow)).toContain('merge:merge-1-1');
});

it('lets a merge end that is under way', () => {
  const merging = [...HISTORY.approved, greenCheck(sha('c'))];
  expect(opened(...merging)).toContain('merge:merge-1-1');
  expect(opened(...merging, pause)).toContain('merge:merge-1-1');
});

const step = { kind: 'builtin' as const, id: 'release', purpose: 'release' as const, needs: [] };
const fix = fixGraph({
  install: ['npm', 'ci'],
  lint: ['npm', 'run', 'lint'],
  test: ['npm', 'test'],
});
const deploy: StepSpec = {
  ...{ kind: 'builtin', id: 'deploy', purpose: 'deploy', environment: 'live' },
  needs: ['merge'],
};
const merged: TaskCommand = {
  type: 'merged',
  commit: sha('d'),
  head: sha('c'),
  by: 'gatehouse',
};
/** A task that is to let the deployment of others go ahead, and one that is to deploy what it merged. */
const BEFORE = {
  release: [
    created({ graph: { name: 'release', reworkFrom: null, steps: [step] } }),
    decided('task.start', 'allow'),
  ],
  deploy: [
    created({ graph: { ...fix, steps: [...fix.steps, deploy] } }),
    ...HISTORY.approved.slice(1),
    merged,
  ],
};

it.each(['deploy', 'release'] as const)('does not %s what people approve meanwhile', purpose => {
  const run = `${purpose}-1-1`;
  const allow = decided('deploy', 'allow', run, {
    approvalSubject: approvalSubject('deploy', {}, judged({})),
  });
  const asked = [
    ...BEFORE[purpose],
    decided('run.start', 'allow', run),
    decided('deploy', 'require_approval', run),
  ];
  const approved = [...asked, pause, allow];
  expect(opened(...approved)).not.toContain(`${purpose}:${run}`);
  expect(opened(...approved, resume)).toContain(`decide:deploy:${run}`);
  expect(opened(...approved, resume, allow)).toContain(`${purpose}:${run}`);
  // What is under way is let end, and is not asked about anew.
  const { digest } = approvalSubject('deploy');
  const use: TaskCommand = {
    type: 'use',
    action: 'deploy',
    digest,
    effect: `${purpose}:${run}`,
    reviews: [],
  };
  const begun = [...asked, allow, use, pause];
  expect(opened(...begun)).toContain(`${purpose}:${run}`);
  expect(opened(...begun, resume)).not.toContain(`decide:deploy:${run}`);
});

it('is canceled like any other', () => {
  given(...running, pause)
    .when(cancel)
    .thenEvents('task.cancel_requested', 'run.finished', 'task.finished');
});

it('is said in place and by its surfaces, also where the shell paused it', () => {
  const { folded } = outcomeOf(...running, pause);
  expect(folded.open).toContainEqual(
    expect.objectContaining({ target, reply: { code: 'paused', running: ['prepare'] } }),
  );
  expect(viewOf('t', folded)).toMatchObject({
    paused: true,
    reason: 'Paused by mona: nothing more begins until `/agent resume`.',
  });
  const byShell = outcomeOf(...running, { ...pause, by: operator, target: null }).folded;
  expect(byShell.open.filter(({ kind }) => kind === 'reply')).toEqual([]);
  expect(viewOf('t', byShell).reason).toMatch(/^Paused by an operator: /);
  const resumed = outcomeOf(...running, pause, resume).folded;
  expect(resumed.open).toContainEqual(expect.objectContaining({ reply: { code: 'resumed' } }));
  expect(viewOf('t', resumed)).toMatchObject({ paused: false, reason: '' });
});

it('refuses what is not so', () => {
  given(...running, pause)
    .when(pause)
    .thenRefused('It is paused already, by mona.');
  given(...running)
    .when(resume)
    .thenRefused('It is not paused.');
  given(...HISTORY.admitted, cancel)
    .when(pause)
    .thenRefused(/has ended/);
});

it('asks people as always, and goes on with what they answered once it is resumed', () => {
  const before = [...HISTORY.admitted, ...ran('prepare-1-1'), ...ran('reproduce-1-1')];
  const asking = [...before, pause];
  expect(opened(...asking)).toEqual([]);
  expect(opened(...asking, resume)).toEqual(['decide:run.start:author-1-1']);
});

it('asks once what could not be asked while the conversation was locked', () => {
  const ask = 'answer:ask-approval-1';
  const isAsked = (...commands: TaskCommand[]) =>
    outcomeOf(...commands).folded.open.some(({ key }) => key === ask);
  const locked: TaskCommand = {
    type: 'fail_effect',
    key: ask,
    class: 'forbidden',
    message: 'It is locked.',
    retryable: false,
    retryAfterMs: null,
  };
  const unlocked: TaskCommand = {
    type: 'signal',
    data: { signal: 'state', detail: 'unlocked', at: null, by: null, check: null },
  };
  expect(isAsked(...HISTORY.waiting)).toBe(true);
  expect(isAsked(...HISTORY.waiting, locked)).toBe(false);
  for (const again of [[pause, resume], [unlocked]]) {
    expect(isAsked(...HISTORY.waiting, locked, ...again)).toBe(true);
    expect(isAsked(...HISTORY.waiting, locked, posted('approval-1', 7), ...again)).toBe(false);
  }
});
