/** A backlog: what may start when, what people may do to it, and how it ends. */
import { describe, expect, it } from 'vitest';
import { steererOf } from '../../../src/core/actor.ts';
import { type BacklogCommand, backlog } from '../../../src/core/backlog/decider.ts';
import { planOf } from '../../../src/core/backlog/file.ts';
import { stuckOn } from '../../../src/core/backlog/next.ts';
import { evolve } from '../../../src/core/backlog/state.ts';
import { waitOf } from '../../../src/core/backlog/waits.ts';
import { stillWaits } from '../../../src/core/hooks/backlog-notice.ts';
import { NOW, testsOf } from '../given-when-then.ts';

const { given } = testsOf('backlog', backlog);

const DIGEST = `sha256:${'a'.repeat(64)}`;
const MONA = { id: 1, login: 'mona' };
const task = (id: string, needs: string[] = [], over = {}) => ({ id, title: id, needs, ...over });

function create(tasks: object[], over: object = {}, asks = false): BacklogCommand {
  const file = { title: 'Billing', tasks, ...over } as Parameters<typeof planOf>[0];
  return {
    type: 'create',
    data: {
      repository: { id: 42, owner: 'acme', name: 'library', installation: 7 },
      requester: { kind: 'person', ...MONA },
      source: { kind: 'submitted' },
      tracking: 5,
      plan: planOf(file),
      digest: DIGEST,
      asks,
    },
  };
}
const started = (item: string, attempt = 1): BacklogCommand => ({
  type: 'item_started',
  item,
  attempt,
  task: `${item}-${attempt}`,
});
const ended = (
  item: string,
  outcome: 'success' | 'failure' | 'canceled' = 'success',
  {
    attempt = 1,
    at = 9,
    commit = 'c0ffee',
    pull = 7,
  }: { attempt?: number; at?: number; commit?: string | null; pull?: number | null } = {},
): BacklogCommand => ({
  type: 'item_ended',
  item,
  end: {
    task: `${item}-${attempt}`,
    at,
    outcome,
    reason: outcome === 'success' ? '' : 'It is red.',
    pull,
    commit: outcome === 'success' ? commit : null,
  },
});
const by = steererOf(MONA);

/** schema → api → docs, and web beside them. */
const CHAIN = [task('schema'), task('api', ['schema']), task('docs', ['api']), task('web')];

describe('what starts', () => {
  it('is independent at once, and dependent after the merge of what it needs', () => {
    const begun = given(create(CHAIN));
    expect(begun.open).toEqual(['start:1:schema:1', 'start:1:web:1', 'show_backlog']);
    given(create(CHAIN), started('schema'))
      .when(ended('schema'))
      .thenEvents('item.ended', 'item.queued')
      .saying('item.queued', { item: 'api', attempt: 1 });
    given(create(CHAIN), started('web')).when(ended('web')).thenEvents('item.ended');
  });

  it('is no more than there is room for, in all, of a group and for a service', () => {
    const four = ['a', 'b', 'c', 'd'];
    const most = (over: object, with_ = {}) =>
      given(
        create(
          four.map(id => task(id, [], with_)),
          over,
        ),
      ).state.items.filter(({ isActive }) => isActive).length;
    expect(most({ concurrency: 3 })).toBe(3);
    expect(most({ limits: { groups: { db: 1 } } }, { group: 'db' })).toBe(1);
    expect(most({ service: 'api', limits: { services: { api: 2 } } })).toBe(2);
    given(
      create(
        four.map(id => task(id, [])),
        { concurrency: 1 },
      ),
      started('a'),
    )
      .when(ended('a'))
      .saying('item.queued', { item: 'b' });
  });

  it('is nothing before a person said yes to the plan', () => {
    const asked = given(create(CHAIN, {}, true));
    expect(asked.open).toEqual(['show_backlog']);
    asked
      .when({ type: 'accept', by: MONA, digest: DIGEST })
      .thenEvents('backlog.started', 'item.queued', 'item.queued');
    asked
      .when({ type: 'cancel', by, item: null })
      .saying('backlog.finished', { outcome: 'canceled' });
    given(create(CHAIN, {}, true), { type: 'accept', by: MONA, digest: DIGEST })
      .when({ type: 'accept', by: MONA, digest: DIGEST })
      .thenRefused('any more');
  });

  it('is nothing while it is paused; what runs ends', () => {
    const paused = [create(CHAIN), started('schema'), { type: 'pause', by } as const];
    given(...paused)
      .when(ended('schema'))
      .thenEvents('item.ended');
    given(...paused, ended('schema'))
      .when({ type: 'resume', by })
      .thenEvents('backlog.resumed', 'item.queued');
    given(create(CHAIN)).when({ type: 'resume', by }).thenRefused('Nothing is paused');
  });
});

describe('an end', () => {
  it('is taken once, and one of before its start is recorded comes again', () => {
    given(create(CHAIN)).when(ended('schema')).thenRefused('not recorded yet');
    given(create(CHAIN), { type: 'cancel', by, item: null })
      .when(ended('schema', 'canceled'))
      .thenRefused('not recorded yet');
    const over = given(create(CHAIN), started('schema'), ended('schema'));
    over.when(ended('schema')).thenRefused('known already');
    over.when(started('schema')).thenRefused('started already');
    over.when(ended('nothing')).thenRefused('known already');
  });

  it('with a pull request that nobody merged is not done: what needs it would start without it', () => {
    const unmerged = ended('schema', 'success', { commit: null });
    const { state } = given(create(CHAIN), started('schema'), unmerged);
    expect(state.items.map(({ status }) => status)).toEqual([
      'failed',
      'waiting',
      'waiting',
      'starting',
    ]);
    expect(state.items[0]?.reason).toMatch(/^Its pull request #7 is not merged/);
  });

  it('of before, which does not say that nobody merged it, is done as it was', () => {
    const { state } = given(create(CHAIN), started('schema'));
    const { events } = given(create(CHAIN), started('schema')).when(
      ended('schema', 'success', { commit: null }),
    );
    const [now] = events.filter(({ type }) => type === 'item.ended');
    if (now?.type !== 'item.ended') throw new Error('it did not end');
    expect(now.data.unmerged).toBe(true);
    const { item, end } = now.data;
    const before = { ...now, data: { item, end } };
    const stamp = { seq: state.version + 1, at: NOW };
    expect(evolve(state, before, stamp).items[0]).toMatchObject({ status: 'done', reason: '' });
  });

  it('without a pull request is done as well: there was nothing to change', () => {
    const { state } = given(
      create(CHAIN),
      started('schema'),
      ended('schema', 'success', { commit: null, pull: null }),
    );
    expect(state.items.map(({ status }) => status)).toEqual([
      'done',
      'starting',
      'waiting',
      'starting',
    ]);
  });

  it('of a task that was tried again by itself counts', () => {
    given(create(CHAIN), started('schema'), ended('schema', 'failure'))
      .when(ended('schema', 'success', { at: 20 }))
      .saying('item.queued', { item: 'api' });
  });
});

describe('what failed', () => {
  const failed = [create(CHAIN.slice(0, 3)), started('schema'), ended('schema', 'failure')];

  it('holds what needs it, until somebody has it tried again by a new task', () => {
    const { state } = given(...failed);
    expect(stuckOn(state).map(({ id }) => id)).toEqual(['schema']);
    const again = given(...failed).when({ type: 'retry', by, item: 'schema' });
    again.thenEvents('item.retried', 'item.queued').saying('item.queued', { attempt: 2 });
    expect(again.opens()).toEqual(['start:1:schema:2', 'show_backlog']);
    given(...failed)
      .when({ type: 'retry', by, item: null })
      .saying('item.retried', { item: 'schema' });
    given(...failed)
      .when({ type: 'retry', by, item: 'docs' })
      .thenRefused('"docs" is waiting');
    given(...failed)
      .when({ type: 'retry', by, item: 'doc' })
      .thenRefused('no item "doc"');
    given(...failed, { type: 'retry', by, item: 'schema' }, started('schema', 2))
      .when(ended('schema', 'success', { at: 30 }))
      .thenRefused('known already');
  });

  it('could not be started: for good where trying was given up', () => {
    const refused = {
      type: 'item_refused',
      item: 'schema',
      attempt: 1,
      reason: 'Archived.',
    } as const;
    const { state } = given(create(CHAIN), refused);
    expect(state.items[0]).toMatchObject({
      status: 'failed',
      reason: 'Archived.',
      isActive: false,
    });
    const fault = {
      type: 'fail_effect',
      key: 'start:1:schema:1',
      class: 'not_found',
      message: 'No issue.',
      retryAfterMs: null,
    } as const;
    const key = { effectKey: 'start:1:schema:1' };
    given(create(CHAIN))
      .when({ ...fault, retryable: true }, key)
      .thenEvents('effect.failed');
    given(create(CHAIN))
      .when({ ...fault, retryable: false }, key)
      .thenEvents('effect.failed', 'item.refused');
  });
});

describe('cancel', () => {
  it('of one takes with it what needs it, and stops its task', () => {
    const canceled = given(create(CHAIN), started('schema')).when({
      type: 'cancel',
      by,
      item: 'schema',
    });
    canceled
      .thenEvents('item.canceled', 'item.canceled', 'item.canceled')
      .saying('item.canceled', { item: 'docs', with: 'schema' });
    expect(canceled.opens()).toEqual(['stop:schema-1', 'show_backlog']);
    given(create(CHAIN)).when({ type: 'cancel', by, item: 'x' }).thenRefused('no item "x"');
  });

  it('of one whose task is being made stops it once it is there', () => {
    const made = given(create(CHAIN), { type: 'cancel', by, item: 'schema' }).when(
      started('schema'),
    );
    expect(made.opens()).toEqual(['stop:schema-1', 'show_backlog']);
    const refused = { type: 'item_refused', item: 'schema', attempt: 1, reason: 'Busy.' } as const;
    const { state } = given(create(CHAIN), { type: 'cancel', by, item: 'schema' }, refused);
    expect(state.items[0]).toMatchObject({ status: 'canceled', isActive: false });
  });

  it('comes too late for what was merged meanwhile', () => {
    const { state } = given(
      create(CHAIN),
      started('schema'),
      { type: 'cancel', by, item: 'schema' },
      ended('schema'),
    );
    expect(state.items[0]?.status).toBe('merged');
  });

  it('of all ends the backlog once its tasks have ended', () => {
    const all = [
      create(CHAIN.slice(0, 2)),
      started('schema'),
      { type: 'cancel', by, item: null } as const,
    ];
    given(...all)
      .when(ended('schema', 'canceled'))
      .thenEvents('item.ended', 'backlog.finished')
      .saying('backlog.finished', { outcome: 'canceled' });
    given(...all)
      .when({ type: 'retry', by, item: 'schema' })
      .thenRefused('still being stopped');
  });

  it('of a task by itself holds what needs it, and can be followed by a retry', () => {
    const gone = [create(CHAIN.slice(0, 2)), started('schema'), ended('schema', 'canceled')];
    expect(stuckOn(given(...gone).state).map(({ id }) => id)).toEqual(['schema']);
    given(...gone)
      .when({ type: 'retry', by, item: 'schema' })
      .saying('item.queued', { attempt: 2 });
    given(...gone)
      .when({ type: 'cancel', by, item: 'schema' })
      .thenEvents('item.canceled', 'backlog.finished');
  });
});

it('ends with the last merge, with a retrospective; another one may follow on the same issue', () => {
  const one = [create([task('a'), task('b')]), started('a'), started('b'), ended('a')];
  const end = given(...one).when(ended('b'));
  end
    .thenEvents('item.ended', 'backlog.finished')
    .saying('backlog.finished', { outcome: 'success' });
  expect(end.opens()).toEqual(['answer:end-1', 'show_backlog']);
  given(...one)
    .when(create(CHAIN))
    .thenRefused('A backlog is open here');
  const again = given(...one, ended('b')).when(create([task('a')]));
  again.thenEvents('backlog.created', 'backlog.started', 'item.queued');
  // Its tasks are others than those of the backlog before.
  expect(again.opens()).toContain('start:10:a:1');
});

describe('people', () => {
  const team = {
    name: 'team',
    by: 'repository',
    on: ['backlog_waits', 'backlog_ended'],
    webhook: 'chat',
  };
  const hooked = (asks: boolean, tasks: object[] = CHAIN.slice(0, 2)): BacklogCommand => {
    const made = create(tasks, {}, asks);
    if (made.type !== 'create') throw new Error('a backlog begins with its creation');
    const hooks = [team as NonNullable<typeof made.data.hooks>[number]];
    return { ...made, data: { ...made.data, hooks } };
  };
  const failed = [hooked(false), started('schema'), ended('schema', 'failure')];

  it('are asked about the plan, and about what keeps the rest from going on, until they decide', () => {
    expect(waitOf(given(create(CHAIN, {}, true)).state)).toMatchObject({
      reason: 'Nothing begins before a person says yes to its plan of 4 items.',
      event: 1,
    });
    expect(waitOf(given(create(CHAIN)).state)).toBeNull();
    const stuck = given(...failed);
    expect(waitOf(stuck.state)).toEqual({
      reason: 'Nothing goes on before people decide about schema.',
      since: NOW,
      event: stuck.state.last.seq,
    });
    const paused: BacklogCommand = { type: 'pause', by };
    expect(waitOf(given(...failed, paused).state)).toBeNull();
    expect(waitOf(given(...failed, { type: 'retry', by, item: null }).state)).toBeNull();
    const gone = given(...failed, { type: 'cancel', by, item: null }).state;
    expect([gone.status, waitOf(gone)]).toEqual(['canceled', null]);
  });

  it('are told so by the hooks that it began with, once for each wait, and of its end', () => {
    expect(given(hooked(true)).open).toContain('notify:repository/team:backlog_waits:1');
    expect(given(hooked(false)).open).not.toContainEqual(expect.stringMatching(/^notify/));
    const waits = given(...failed).open.filter(key => key.startsWith('notify'));
    expect(waits).toEqual(['notify:repository/team:backlog_waits:5']);
    const ends = given(...failed).when({ type: 'cancel', by, item: null });
    expect(ends.opens()).toContain('notify:repository/team:backlog_ended:9');
    const notice = {
      moment: 'backlog_waits',
      about: '5',
      of: null,
      outcome: '',
      reason: '',
    } as const;
    expect(stillWaits(given(...failed).state, notice)).toBe(true);
    expect(stillWaits(ends.after().state, notice)).toBe(false);
  });

  it('say yes to the plan that they saw', () => {
    const other = `sha256:${'b'.repeat(64)}`;
    given(create(CHAIN, {}, true))
      .when({ type: 'accept', by: MONA, digest: other })
      .thenRefused('another one by now');
  });
});
