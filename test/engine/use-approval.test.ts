/** The one use of an approval, against the real store. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Store } from '../../src/adapters/store/store.ts';
import { createHandle } from '../../src/engine/handle.ts';
import { openStore } from '../adapters/store/database.ts';
import { approvalSubject, created, HISTORY } from '../core/task/given.ts';
import { beginTask } from './begin.ts';

let store: Awaited<ReturnType<typeof openStore>>;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const { digest } = approvalSubject('pr.merge');
const usesOf = async (log: Store['log'], id: string) =>
  (await Array.fromAsync(log.read({ kind: 'task', id }))).filter(e => e.type === 'approval.used');

it('a race of 50 uses executes once', async () => {
  await beginTask(store.log, 'race', HISTORY.approved);
  const stream = { kind: 'task' as const, id: 'race' };
  let executed = 0;
  const racers = Array.from({ length: 50 }, async (_, n) => {
    // Each a process of its own, as far as the store can tell.
    const handle = createHandle({
      redact: text => text,
      log: store.log,
      clock: { now: () => new Date() },
      random: () => 0.5,
      appended: async () => {},
    });
    const used = await handle({
      stream,
      command: { type: 'use', action: 'pr.merge', digest, effect: `merge:${n}`, reviews: [8] },
      actor: { kind: 'gatehouse' },
    });
    if (used.ok) executed += 1;
    return used.ok ? '' : used.refusal.message;
  });
  const reasons = (await Promise.all(racers)).filter(reason => reason !== '');
  expect(executed).toBe(1);
  expect(reasons).toHaveLength(49);
  expect(new Set(reasons)).toEqual(
    new Set(['This approval was used already: each is good for one use.']),
  );
  expect(await usesOf(store.log, 'race')).toHaveLength(1);
});

it('nothing is used once the lease of the effect is over', async () => {
  // Another issue: one open task stands on each.
  const approved = [created({ issue: 2 }), ...HISTORY.approved.slice(1)];
  await beginTask(store.log, 'fenced', approved);
  const epoch = (await store.leases.acquire('effect:fenced', 'worker-1', 60_000))?.epoch ?? null;
  await store.leases.release('effect:fenced', epoch ?? 0);
  const handle = createHandle({
    redact: text => text,
    log: store.log,
    clock: { now: () => new Date() },
    random: () => 0.5,
    appended: async () => {},
  });
  const used = await handle({
    stream: { kind: 'task', id: 'fenced' },
    command: { type: 'use', action: 'pr.merge', digest, effect: 'merge:1', reviews: [8] },
    actor: { kind: 'gatehouse' },
    fence: { lease: 'effect:fenced', epoch: epoch ?? 0 },
  });
  expect(used).toMatchObject({ ok: false, refusal: { code: 'fenced' } });
  expect(await usesOf(store.log, 'fenced')).toEqual([]);
});
