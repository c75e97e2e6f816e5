/** The one use of an approval, against the real store. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Store } from '../../src/adapters/store/store.ts';
import { steererOf } from '../../src/core/actor.ts';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import { createHandle } from '../../src/engine/handle.ts';
import { useApproval } from '../../src/engine/perform/use-approval.ts';
import type { TaskContext } from '../../src/engine/task-context.ts';
import { openStore } from '../adapters/store/database.ts';
import {
  approvalSubject,
  created,
  greenCheck,
  HISTORY,
  MAINTAINER,
  outcomeOf,
  sha,
} from '../core/task/given.ts';
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

it('what was open as the task was paused is not asked about, and does not begin', async () => {
  const effect = { key: 'merge:merge-1-1', run: 'merge-1-1' };
  const pause = { type: 'pause', by: steererOf(MAINTAINER), target: null } as const;
  const use: TaskCommand = {
    ...{ type: 'use', action: 'pr.merge', digest, effect: effect.key, reviews: [8] },
  };
  const instead = async (...commands: TaskCommand[]) => {
    const { folded } = outcomeOf(...HISTORY.approved, greenCheck(sha('c')), ...commands);
    const deps = { now: () => Promise.reject(new Error('It asks.')) };
    const context = { deps, task: 't', folded, guard: null } as unknown as TaskContext;
    return useApproval(context, 'pr.merge', effect);
  };
  expect(await instead(pause)).toEqual({ instead: { type: 'performed', key: effect.key } });
  // One that has begun is let end.
  await expect(instead(use, pause)).rejects.toThrow('It asks.');
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
