/** When surfaces are shown, and when policy is asked again, after what happens on GitHub. */

import { describe, expect, it } from 'vitest';
import { steererOf } from '../../../../src/core/actor.ts';
import type { Surface } from '../../../../src/core/surface.ts';
import type { TaskCommand } from '../../../../src/core/task/decide/command.ts';
import { blockedBy } from '../../../../src/core/task/events/blocked.ts';
import { showing } from '../../../../src/core/task/react/surfaces.ts';
import type { DataOf } from '../../../../src/core/task/state/state.ts';
import {
  approvalSubject,
  awaiting,
  decided,
  given,
  greenCheck,
  HISTORY,
  judged,
  LATER,
  MAINTAINER,
  NOW,
  produced,
  REVIEWER,
  sha,
  started,
} from '../given.ts';

const merge = 'merge-1-1';
const ask = `decide:pr.merge:${merge}`;
const IN_2_S = '2026-11-21T10:00:02.000Z';
const IN_5_S = '2026-11-21T10:00:05.000Z';
const IN_20_S = '2026-11-21T10:00:20.000Z';
const IN_10_S = '2026-11-21T10:00:10.000Z';
const IN_A_MINUTE = '2026-11-21T10:01:00.000Z';

/** `digest`: of labels the names and numbers that they say. */
const shown = (surface: Surface, digest = 'd'): TaskCommand => ({
  type: 'record',
  event: {
    type: 'surface.shown',
    v: 1,
    data: {
      surface,
      id: 5,
      digest,
      head: surface === 'check' ? sha('c') : null,
      conclusion: null,
    },
  },
});
/** What is shown is settled as well, as by the effect that showed it. */
const allShown: TaskCommand[] = (['comment', 'check', 'pull'] as const).flatMap(surface => [
  shown(surface),
  { type: 'performed', key: `show:${surface}` },
]);

const cancel: TaskCommand = {
  type: 'cancel',
  by: steererOf(MAINTAINER),
  target: { kind: 'issue', number: 1 },
};

type Given = ReturnType<typeof given>;

/** When the effect is due that the command opens: the last opening counts; undefined where there is none. */
function due(before: Given, command: TaskCommand, key: string): string | null | undefined {
  const { version } = before.state;
  return before
    .when(command)
    .after()
    .open.find(effect => effect.key === key && effect.since > version)?.lastNotBefore;
}

const signal = (data: Partial<DataOf<'pull.signaled'>>): TaskCommand => ({
  type: 'signal',
  data: { signal: 'checks', detail: sha('c'), at: null, by: null, check: null, ...data },
});
const check = (name: string, green: boolean) =>
  signal({ check: { name, state: green ? 'green' : 'red' } });

describe('a surface', () => {
  it('shows progress once a minute', () => {
    const start = decided('run.start', 'allow', 'prepare-1-1');
    const begun = given(...HISTORY.admitted)
      .when(start)
      .after();
    const first = begun.open.find(({ key }) => key === 'show:comment');
    expect(first).toMatchObject({ notBefore: null, lastNotBefore: IN_A_MINUTE });
    const told = given(...HISTORY.admitted, shown('comment'));
    expect(due(told, start, 'show:comment')).toBe(IN_A_MINUTE);
  });

  it('shows what an agent does while it works, the less often the longer that is', () => {
    const begin = (run: string) => [decided('run.start', 'allow', run), started(run)];
    const working = given(...HISTORY.reproduced, ...begin('author-1-1'));
    const asItStood: TaskCommand = { type: 'performed', key: 'show:comment' };
    for (const told of [shown('comment'), asItStood])
      expect(due(working, told, 'show:comment')).toBe(IN_A_MINUTE);
    // Of a command of the repository, and of nobody at work, there is nothing to show.
    const installing = given(...HISTORY.admitted, ...begin('prepare-1-1'));
    for (const before of [installing, given(...HISTORY.authored), given(...HISTORY.waiting)])
      for (const told of [shown('comment'), asItStood])
        expect(due(before, told, 'show:comment')).toBeUndefined();
    expect(due(working, shown('labels'), 'show:comment')).toBeUndefined();

    const pauseAfter = (minutes: number): number => {
      const startedAt = new Date(Date.parse(NOW) - minutes * 60_000).toISOString();
      const runs = working.state.runs.map(run => ({ ...run, startedAt }));
      const event = { type: 'effect.performed', v: 1, data: { key: 'show:comment' } } as const;
      const [comment] = showing({ ...working.state, runs }, event, { seq: 9, at: NOW });
      return (Date.parse(comment?.notBefore ?? '') - Date.parse(NOW)) / 60_000;
    };
    expect([1, 4, 8, 300].map(pauseAfter)).toEqual([1, 2, 4, 5]);
  });

  it('has nothing to show of the end of another task', () => {
    const end = { task: 'hook', at: 9, outcome: 'success', reason: '' } as const;
    const ended: TaskCommand = {
      type: 'task_ended',
      end: { ...end, pull: null, commit: null },
    };
    const waiting = given(...HISTORY.waiting, ...allShown);
    for (const surface of ['comment', 'check', 'pull'])
      expect(due(waiting, ended, `show:${surface}`)).toBeUndefined();
  });

  it('shows at once what people and the merge wait for', () => {
    const waiting = given(...HISTORY.waiting, ...allShown);
    const allow = decided('pr.merge', 'allow', merge, {
      approvalSubject: approvalSubject('pr.merge', {}, judged({})),
    });
    expect(due(waiting, allow, 'show:check')).toBeNull();
    expect(due(waiting, allow, 'show:comment')).toBe(IN_A_MINUTE);
    for (const surface of ['comment', 'check', 'pull'])
      expect(due(waiting, cancel, `show:${surface}`)).toBeNull();
  });

  it('is never green for longer than policy allows', () => {
    const green = given(...HISTORY.approved, greenCheck(sha('c')));
    const subject = approvalSubject('pr.merge', {}, judged({ counts: false }));
    const refuse = decided('pr.merge', 'require_approval', merge, { approvalSubject: subject });
    expect(due(green, refuse, 'show:check')).toBeNull();
    // Once it is green, what else is said of it can wait.
    const still = approvalSubject('pr.merge', {}, judged({}));
    const again = decided('pr.merge', 'allow', merge, { approvalSubject: still });
    expect(due(green, again, 'show:check')).toBe(IN_A_MINUTE);
  });

  it('says of a head that was pushed over soon, with what there is to say of the new one', () => {
    const push = (to: string): TaskCommand => ({ type: 'head_moved', to });
    const posted: TaskCommand = {
      type: 'record',
      event: { type: 'approval.posted', v: 1, data: { approval: 'approval-1', comment: 7 } },
    };
    const green = given(...HISTORY.approved, posted, greenCheck(sha('c')));
    expect(due(green, push(sha('e')), 'show:check')).toBe(IN_10_S);
    // People are asked anew in the same comment.
    expect(due(green, push(sha('e')), 'answer:settled-approval-1')).toBe(IN_5_S);
  });

  it('says what somebody has to mend, and what is new of another head, after less than progress', () => {
    const waiting = given(...HISTORY.waiting, ...allShown);
    const blocked = (because: ReturnType<typeof blockedBy>): TaskCommand => ({
      type: 'merge_blocked',
      run: merge,
      because,
    });
    const closed = blocked(blockedBy('closed', 'It is closed.', null));
    expect(due(waiting, closed, 'show:comment')).toBe(IN_20_S);
    const checks = blocked(awaiting(['ci'], LATER));
    expect(due(waiting, checks, 'show:comment')).toBe(IN_A_MINUTE);
    const moved: TaskCommand = { type: 'head_moved', to: sha('e') };
    expect(due(waiting, moved, 'show:check')).toBe(IN_10_S);
  });

  it('is not shown anew for what nobody sees', () => {
    const waiting = given(...HISTORY.waiting, ...allShown);
    for (const key of ['show:comment', 'show:check', 'show:pull'])
      expect(due(waiting, check('ci', true), key)).toBeUndefined();
  });

  it('has the label for people as well while it asks them a question', () => {
    const asking: TaskCommand[] = [
      ...HISTORY.reproduced,
      {
        type: 'choose',
        data: {
          ...{ run: 'author-1-1', adapter: 'simulated', version: '1', model: null, provider: null },
          ...{ reason: 'It is the only one.', skipped: [], others: 0 },
        },
      },
      decided('run.start', 'allow', 'author-1-1'),
      started('author-1-1'),
    ];
    const lost = produced('author-1-1', {}, { class: 'auth', reason: 'Why.', retryable: false });
    expect(due(given(...asking), lost, 'show:labels')).toBe(IN_2_S);
    const on = shown('labels', 'gatehouse:waiting-approval on 1');
    const labelled = given(...asking, lost, on, { type: 'performed', key: 'show:labels' });
    const retry: TaskCommand = { type: 'retry', by: steererOf(MAINTAINER), instructions: '' };
    expect(due(labelled, retry, 'show:labels')).toBe(IN_10_S);
  });
  it('has its labels put there soon, taken off later, and at the end at once', () => {
    const asked = given(...HISTORY.published, decided('run.start', 'allow', merge));
    const ask = decided('pr.merge', 'require_approval', merge);
    expect(due(asked, ask, 'show:labels')).toBe(IN_2_S);
    const on = shown('labels', 'gatehouse:waiting-approval on 1 2');
    const labelled = given(...HISTORY.waiting, on, { type: 'performed', key: 'show:labels' });
    const allow = decided('pr.merge', 'allow', merge, {
      approvalSubject: approvalSubject('pr.merge', {}, judged({})),
    });
    expect(due(labelled, allow, 'show:labels')).toBe(IN_10_S);
    expect(due(labelled, cancel, 'show:labels')).toBeNull();
  });
});

describe('what GitHub tells of a pull request', () => {
  const waiting = (names: string[]) =>
    given(
      ...HISTORY.published,
      decided('run.start', 'allow', merge),
      { type: 'record', event: { type: 'pull.readied', v: 1, data: { run: merge } } },
      decided('pr.merge', 'require_approval', merge, { awaits: awaiting(names, LATER) }),
    );
  const names = Array.from({ length: 20 }, (_, index) => `ci ${index}`);

  it('is gathered for two seconds, but for what people say', () => {
    const none = waiting([]);
    const head = signal({ signal: 'head', detail: sha('e'), at: NOW, by: REVIEWER });
    expect(due(none, head, ask)).toBe(IN_2_S);
    expect(due(none, signal({ signal: 'state', detail: 'closed' }), ask)).toBe(IN_2_S);
    expect(due(none, signal({}), ask)).toBe(IN_2_S);
    expect(due(none, check('ci', true), ask)).toBe(IN_2_S);
    expect(due(none, signal({ signal: 'review', detail: 'submitted by rey' }), ask)).toBeNull();
  });

  it('is asked about once where twenty checks end, and people are waited for', () => {
    let task = waiting(names);
    expect(task.state.waitsFor).toEqual(names);
    const commands: TaskCommand[] = [];
    for (const name of names.slice(0, -1)) {
      expect(due(task, check(name, true), ask)).toBe(IN_A_MINUTE);
      commands.push(check(name, true));
      task = given(
        ...HISTORY.waiting,
        decided('pr.merge', 'require_approval', merge, { awaits: awaiting(names, LATER) }),
        ...commands,
      );
    }
    expect(task.state.waitsFor).toEqual(['ci 19']);
    expect(due(task, check('ci 19', false), ask)).toBe(IN_2_S);
    expect(due(task, check('ci 19', true), ask)).toBe(IN_2_S);
  });

  it('is asked about at once where it is the last check that the merge waits for', () => {
    const allowed = decided('pr.merge', 'allow', merge, {
      approvalSubject: approvalSubject('pr.merge', {}, judged({})),
      awaits: awaiting(['ci 0', 'ci 1'], LATER),
    });
    const task = given(...HISTORY.waiting, allowed);
    expect(due(task, check('ci 0', true), ask)).toBeUndefined();
    const last = given(...HISTORY.waiting, allowed, check('ci 0', true));
    expect(due(last, check('ci 1', true), ask)).toBeNull();
  });
});
