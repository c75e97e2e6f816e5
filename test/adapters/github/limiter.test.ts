import { beforeEach, describe, expect, it } from 'vitest';
import { createLimiter, GITHUB_WINDOWS } from '../../../src/adapters/github/limiter.ts';
import { createOwnBudget } from '../../../src/adapters/github/own-budget.ts';
import { writeBudgetContract } from '../../contract/write-budget.ts';
import { openEnvironment } from './environment.ts';

writeBudgetContract('of one process', async () => ({
  writeBudget: createOwnBudget(),
  close: async () => undefined,
}));

describe("GitHub's windows", () => {
  let now: number;
  beforeEach(() => {
    now = 1_000_000;
  });
  const budget = () => {
    const { take } = createOwnBudget(() => now);
    return (name: string) => take(name, GITHUB_WINDOWS);
  };

  it('give 80 a minute and the time of a request, then say how long to wait', async () => {
    const take = budget();
    for (let n = 0; n < 80; n += 1) {
      expect(await take('a')).toBe(0);
      now += 100;
    }
    expect(await take('a')).toBe(75_000 - 8_000);
    expect(await take('b')).toBe(0);
    now += 67_000;
    expect(await take('a')).toBe(0);
    expect(await take('a')).toBe(100);
  });

  it('give 500 an hour', async () => {
    const take = budget();
    let given = 0;
    const started = now;
    while (given < 500) {
      const wait = await take('a');
      if (wait === 0) given += 1;
      else now += wait;
    }
    expect(await take('a')).toBe(3_615_000 - (now - started));
  });
});

describe('the limiter', () => {
  it('serves the lanes of an installation in turn', async () => {
    const opened = Promise.withResolvers<number>();
    const budget = { take: () => opened.promise, hold: async () => undefined };
    const limiter = createLimiter(budget);
    const served: string[] = [];
    const ask = (lane: string, name: string) =>
      limiter.admit(1, lane).then(() => void served.push(name));
    const all = [1, 2, 3].map(n => ask('busy', `busy ${n}`));
    all.push(ask('quiet', 'quiet 1'));
    opened.resolve(0);
    await Promise.all(all);
    expect(served).toEqual(['busy 1', 'busy 2', 'quiet 1', 'busy 3']);
    await ask('quiet', 'later');
    expect(served.at(-1)).toBe('later');
  });

  it('waits for a short while, and hands a long wait back', async () => {
    const waits = [5000, 0, 60_000, 0];
    const paused: number[] = [];
    const budget = { take: async () => waits.shift() ?? 0, hold: async () => undefined };
    const limiter = createLimiter(budget, {
      patienceMs: 20_000,
      pause: async ms => void paused.push(ms),
    });
    await limiter.admit(1, 'a');
    expect(paused).toEqual([5000]);
    await expect(limiter.admit(1, 'a')).rejects.toMatchObject({
      class: 'rate_limit',
      message: 'Writing to GitHub has to wait 60 s, to stay below its limits.',
      retryAfterMs: 60_000,
    });
    await expect(limiter.admit(1, 'a')).resolves.toBeUndefined();
    expect(paused).toEqual([5000]);
  });

  it('hands a broken store on, and serves the next', async () => {
    const answers = [Promise.reject(new Error('no store')), Promise.resolve(0)];
    const budget = { take: async () => (await answers.shift()) ?? 0, hold: async () => undefined };
    const limiter = createLimiter(budget);
    await expect(limiter.admit(1, 'a')).rejects.toThrow('no store');
    await expect(limiter.admit(1, 'a')).resolves.toBeUndefined();
  });
});

describe('on the local GitHub', () => {
  it('its limits are never met, and its silence is kept', async () => {
    const windows = [{ spanMs: 60_000, limit: 5 }];
    const environment = await openEnvironment({
      limits: { contentPerMinute: 100 },
      connect: { limiter: createLimiter(createOwnBudget(), { windows, patienceMs: 10 }) },
    });
    const issue = await environment.openIssue(environment.carol, 'Broken');
    const { facts, writes } = environment.gatehouse;
    const answer = (n: number) =>
      writes.reply(
        environment.repository,
        { kind: 'issue', number: issue },
        { code: 'help' },
        `key-${n}`,
      );
    for (let n = 1; n <= 5; n += 1) await answer(n);
    await expect(answer(6)).rejects.toMatchObject({ class: 'rate_limit', status: null });
    expect(await environment.comments(issue)).toHaveLength(5);
    // Reading goes on.
    expect((await facts.issue(environment.repository, issue)).number).toBe(issue);
    await environment.close();
  });

  it('what it asks for is told to the core, and kept', async () => {
    const environment = await openEnvironment();
    const issue = await environment.openIssue(environment.carol, 'Broken');
    const { writes } = environment.gatehouse;
    const answer = () =>
      writes.reply(environment.repository, { kind: 'issue', number: issue }, { code: 'help' }, 'k');
    environment.github.faults.api({
      match: 'issues/create-comment',
      status: 'secondary',
      retryAfter: 90,
    });
    await expect(answer()).rejects.toMatchObject({ class: 'rate_limit', retryAfterMs: 90_000 });
    await expect(answer()).rejects.toMatchObject({ class: 'rate_limit', status: null });
    expect(await environment.comments(issue)).toEqual([]);
    await environment.close();
  });
});
