/** When an effect is due that several events open. */
import { expect, it } from 'vitest';
import type { Decider } from '../../src/core/decider.ts';
import type { StoredEvent } from '../../src/core/event.ts';
import { foldEvent, foldStart } from '../../src/core/fold.ts';

const SOON = '2026-11-21T10:00:05.000Z';
const LATER = '2026-11-21T10:00:09.000Z';
type Opening = { type: 'opened'; notBefore?: string };
type Failure = { type: 'effect.failed' };

const decider: Decider<null, never, Opening | Failure> = {
  initial: null,
  decide: () => ({ ok: true, events: [] }),
  evolve: () => null,
  react: (_, event) => (event.type === 'opened' ? [{ ...event, kind: 'clean_up', key: 'k' }] : []),
  ends: () => false,
};

/** What is open after these events; an event may settle the opening by an earlier one. */
function openAfter(...events: ((Opening | Failure) & { settles?: number })[]) {
  let folded = foldStart(decider.initial, 'genesis');
  for (const [index, { settles, ...event }] of events.entries()) {
    const stored: StoredEvent = {
      stream: { kind: 'task', id: 't' },
      seq: index + 1,
      at: '2026-11-21T10:00:00.000Z',
      type: event.type,
      v: 1,
      data: { key: 'k', class: 'internal', failures: 12, retryAt: LATER },
      actor: { kind: 'gatehouse' },
      correlation: {},
      settles: settles === undefined ? null : { key: 'k', since: settles },
      prev: folded.hash,
      hash: `${index + 1}`,
    };
    folded = foldEvent(decider, folded, stored, event);
  }
  return folded.open;
}
const dueAfter = (...events: Parameters<typeof openAfter>) =>
  openAfter(...events).map(({ notBefore }) => notBefore);

it('is due as its earliest opening asks, so that a stream of events starves nothing', () => {
  expect(
    dueAfter({ type: 'opened', notBefore: SOON }, { type: 'opened', notBefore: LATER }),
  ).toEqual([SOON]);
});

it('once it was performed for an older opening, is due as the later one asks', () => {
  const first: Opening = { type: 'opened', notBefore: SOON };
  const meanwhile: Opening = { type: 'opened', notBefore: LATER };
  // The event that settles opens it as well, as most outcomes do; it asks for the same delay.
  expect(dueAfter(first, meanwhile, { ...meanwhile, settles: 1 })).toEqual([LATER]);
});

it('has not failed before, once it was performed for an older opening', () => {
  const opened: Opening = { type: 'opened' };
  const failed: Failure = { type: 'effect.failed' };
  expect(openAfter(opened, failed, opened)).toMatchObject([
    { failures: 12, failuresOf: { ours: 1 } },
  ]);
  const [effect] = openAfter(opened, failed, opened, { ...opened, settles: 1 });
  expect(effect).toMatchObject({ failures: 0 });
  expect(effect).not.toHaveProperty('failuresOf');
});
