/** The contract of every ledger: no cap is passed, nothing is forgotten, and every spend is told. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_USAGE } from '../../src/core/agent-event.ts';
import { type Caps, NO_AMOUNT, type ScopeKind, Unit } from '../../src/core/budget.ts';
import type { Spent } from '../../src/core/spend.ts';
import type { Ledger, LedgerScope, ReserveRequest } from '../../src/engine/ports/ledger.ts';

const MODEL = { provider: 'openai', name: 'large' };

/** A call of a model: its input, the output that it may have, and what a token of it costs. */
const call = (
  scopes: LedgerScope[],
  { input = 10, ...of }: Partial<ReserveRequest> & { input?: number } = {},
): ReserveRequest => ({
  by: { task: 'task', run: randomUUID() },
  scopes,
  model: MODEL,
  prices: 'settings',
  fixed: { calls: 1, tokens: input, nanoUsd: 100, ms: 0 },
  each: { calls: 0, tokens: 1, nanoUsd: 5, ms: 0 },
  want: 20,
  ...of,
});

const spent = (input: number, output: number, of: Partial<Spent> = {}): Spent => ({
  calls: 1,
  usage: { ...NO_USAGE, input, output },
  nanoUsd: input * 10 + output * 5,
  ms: 0,
  ...of,
});

const scope = (kind: ScopeKind, caps: Caps = {}): LedgerScope => ({
  kind,
  key: `${kind}:${randomUUID()}`,
  caps,
});

export function ledgerContract(
  name: string,
  open: () => Promise<{
    ledger: Ledger;
    expire(id: string): Promise<void>;
    close(): Promise<void>;
  }>,
): void {
  describe(`ledger: ${name}`, () => {
    let ledger: Ledger;
    let expire: (id: string) => Promise<void>;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ ledger, expire, close } = await open());
    });
    afterAll(() => close());

    const granted = async (request: ReserveRequest) => {
      const answer = await ledger.reserve(request);
      if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer.reached)}`);
      return answer;
    };

    test('reserves in every scope, and settles by what it came to', async () => {
      const scopes = (['run', 'task', 'lineage', 'repository', 'day'] as const).map(kind =>
        scope(kind),
      );
      const reserved = await granted(call(scopes));
      expect(reserved.parts).toBe(20);
      for (const { key } of scopes)
        expect(await ledger.standing(key)).toEqual({
          reserved: { calls: 1, tokens: 30, nanoUsd: 200, ms: 0 },
          spent: NO_AMOUNT,
        });
      await ledger.settle(reserved, spent(11, 4));
      for (const { key } of scopes)
        expect(await ledger.standing(key)).toEqual({
          reserved: NO_AMOUNT,
          spent: { calls: 1, tokens: 15, nanoUsd: 130, ms: 0 },
        });
      const [first, second] = scopes.map(({ key }) => key);
      await ledger.settle(await granted(call(scopes.slice(1, 2))), spent(11, 4));
      const keys = [first ?? '', second ?? '', 'repository:0:2020-01'];
      expect((await ledger.standings(keys, 9)).map(({ key }) => key)).toEqual([second, first]);
      expect(await ledger.standings(keys, 1)).toEqual([
        {
          key: second,
          reserved: NO_AMOUNT,
          spent: { calls: 2, tokens: 30, nanoUsd: 260, ms: 0 },
        },
      ]);
    });

    test('tells each call of a run: that it is at work, its first byte, and what it came to', async () => {
      const by = { task: 'task', run: randomUUID() };
      const first = await granted(call([scope('task')], { by }));
      const free = await granted(call([scope('task')], { by }));
      const unsent = await granted(call([scope('task')], { by }));
      await ledger.settle(first, spent(11, 4), 120);
      await ledger.settle(unsent, spent(0, 0, { calls: 0 }));
      const [now, ended, ...others] = await ledger.calls(by, 10);
      expect(others).toEqual([]);
      expect(now).toMatchObject({ to: null, firstByteMs: null });
      expect(ended).toMatchObject({
        provider: 'openai',
        model: 'large',
        to: expect.any(Date),
        firstByteMs: 120,
        usage: { input: 11, output: 4 },
        nanoUsd: 130,
        isLost: false,
      });
      await ledger.settle(free, spent(1, 0, { nanoUsd: null }));
      expect(await ledger.calls(by, 1)).toMatchObject([{ nanoUsd: null, firstByteMs: null }]);
    });

    test.each([
      ['calls', 1],
      ['tokens', 40],
      ['nanoUsd', 299],
      ['ms', 15],
    ] as const)('a cap on %s refuses what does not fit, and names itself', async (unit, cap) => {
      const capped = scope('task', { [unit]: cap });
      const scopes = [scope('run'), capped, scope('day')];
      const each = { calls: 0, tokens: 1, nanoUsd: 5, ms: unit === 'ms' ? 1 : 0 };
      await granted(call(scopes, { want: unit === 'ms' ? 15 : 20, each }));
      const again = await ledger.reserve(call(scopes, { each, input: 11 }));
      expect(again).toEqual({ ok: false, reached: { scope: 'task', unit, cap } });
      // A refusal takes nothing in any scope.
      const { reserved } = await ledger.standing(scopes[2]?.key ?? '');
      expect(reserved.calls).toBe(1);
    });

    test('of what is wanted, as much is given as there is room for', async () => {
      const capped = scope('lineage', { tokens: 25 });
      const first = await granted(call([scope('run'), capped]));
      expect(first.parts).toBe(15);
      await ledger.settle(first, spent(10, 3));
      const second = await granted(call([scope('run'), capped], { input: 5 }));
      expect(second.parts).toBe(7);
    });

    test('of many at once no cap is passed, and no block of it stays unused', async () => {
      const capped = scope('repository', { tokens: 1_000 });
      const block = { fixed: { calls: 1, tokens: 30, nanoUsd: 0, ms: 0 }, want: 10 };
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => ledger.reserve(call([scope('run'), capped], block))),
      );
      const { reserved } = await ledger.standing(capped.key);
      expect(reserved.tokens).toBeLessThanOrEqual(1_000);
      expect(1_000 - reserved.tokens).toBeLessThan(31);
      expect(answers.filter(({ ok }) => ok)).toHaveLength(reserved.calls);
    });

    test('the time of a worker is reserved and settled like anything else', async () => {
      const capped = scope('task', { ms: 1_000 });
      const time = {
        model: null,
        fixed: NO_AMOUNT,
        each: { calls: 0, tokens: 0, nanoUsd: 2, ms: 1 },
        want: 5_000,
      };
      const by = { task: randomUUID(), run: 'author-1-1' };
      const reserved = await granted(call([capped], { ...time, by }));
      expect(reserved.parts).toBe(1_000);
      await ledger.settle(reserved, { calls: 0, usage: NO_USAGE, nanoUsd: 800, ms: 400 });
      const [of] = await ledger.spentBy(by.task);
      expect(of?.spend).toEqual({ models: [], work: { ms: 400, nanoUsd: 800 } });
    });

    test('a price that is not known is never a price of nothing', async () => {
      const by = { task: randomUUID(), run: 'author-1-1' };
      const unpriced = { by, prices: null };
      const other = { by, model: { provider: 'openai', name: 'small' } };
      for (const nanoUsd of [null, 70])
        await ledger.settle(
          await granted(call([scope('run')], unpriced)),
          spent(1, 1, { nanoUsd }),
        );
      await ledger.settle(await granted(call([scope('run')], other)), spent(1, 1));
      const [of] = await ledger.spentBy(by.task);
      expect(of?.spend.models).toEqual([
        {
          ...{ provider: 'openai', model: 'large', calls: 2, nanoUsd: null },
          usage: { ...NO_USAGE, input: 2, output: 2 },
        },
        {
          ...{ provider: 'openai', model: 'small', calls: 1, nanoUsd: 15 },
          usage: { ...NO_USAGE, input: 1, output: 1 },
        },
      ]);
    });

    test('what a lost worker had reserved is settled by what was counted last, once', async () => {
      const by = { task: randomUUID(), run: 'author-1-1' };
      const day = scope('day');
      const silent = await granted(call([day], { by }));
      const counted = await granted(call([day], { by }));
      await ledger.renew([{ id: counted.id, spent: spent(12, 7) }]);
      await expire(silent.id);
      expect(await ledger.settleExpired()).toBeGreaterThan(0);
      await ledger.settleLost(by);
      await ledger.settleLost(by);
      const standing = await ledger.standing(day.key);
      // The input of a call that was about to be sent counts, whatever became of it.
      expect(standing).toEqual({
        reserved: NO_AMOUNT,
        spent: { calls: 2, tokens: 10 + 19, nanoUsd: 100 + 155, ms: 0 },
      });
      // The worker was not gone after all: what the call came to beyond that is added.
      // Whoever does not know whether that was written says it again.
      for (let times = 0; times < 2; times += 1) await ledger.settle(counted, spent(12, 9));
      expect((await ledger.standing(day.key)).spent.tokens).toBe(10 + 21);
      await Promise.all([1, 2].map(() => ledger.settle(counted, spent(12, 11))));
      expect((await ledger.standing(day.key)).spent.tokens).toBe(10 + 23);
    });

    test('a reservation that is renewed does not expire', async () => {
      const reserved = await granted(call([scope('run')]));
      await expire(reserved.id);
      await ledger.renew([{ id: reserved.id, spent: spent(10, 0) }]);
      const before = await ledger.settleExpired();
      expect(before).toBe(0);
      await ledger.settle(reserved, spent(10, 0));
    });

    test('spends are named until they are told', async () => {
      const by = { task: randomUUID(), run: 'author-1-1' };
      const mine = async () => (await ledger.untold(null)).filter(({ task }) => task === by.task);
      const open = await granted(call([scope('run')], { by }));
      const first = await granted(call([scope('run')], { by }));
      await ledger.settle(first, spent(1, 1));
      expect(await mine()).toEqual([]);
      await ledger.settle(open, spent(1, 1));
      expect(await mine()).toEqual([by]);
      expect(await ledger.untold(by)).not.toContainEqual(by);
      const [of] = await ledger.spentBy(by.task, by.run);
      expect(of?.isTold).toBe(false);
      await ledger.told(by, of?.until ?? 0);
      expect(await mine()).toEqual([]);
      expect(await ledger.spentBy(by.task)).toMatchObject([{ ...of, isTold: true }]);
    });

    test('a scope without a cap is only counted', async () => {
      const open = scope('day');
      for (let at = 0; at < 3; at += 1) await granted(call([open], { want: 1_000_000 }));
      const { reserved } = await ledger.standing(open.key);
      expect(Unit.options.map(unit => reserved[unit] > 0)).toEqual([true, true, true, false]);
    });
  });
}
