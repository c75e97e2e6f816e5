import { beforeEach, describe, expect, it } from 'vitest';
import { createOwnLimits } from '../../../../src/adapters/github/client/limits.ts';
import { createOwnQuotas } from '../../../../src/adapters/github/client/own-quotas.ts';
import { inClass } from '../../../../src/adapters/github/client/request-context.ts';
import {
  createWriteLimiter,
  GITHUB_WINDOWS,
} from '../../../../src/adapters/github/client/write-limiter.ts';
import type { RequestClass } from '../../../../src/core/request-class.ts';
import { quotasContract } from '../../../contract/quotas.ts';
import { openEnvironment } from '../environment.ts';

quotasContract('of one process', async () => ({
  quotas: createOwnQuotas(),
  close: async () => undefined,
}));

describe("GitHub's windows", () => {
  let now: number;
  beforeEach(() => {
    now = 1_000_000;
  });
  const budget = () => {
    const { take } = createOwnQuotas(() => now);
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

const to = (lane: string, is: RequestClass = 'merge') => ({ installation: 1, lane, is });

describe('the limiter', () => {
  it('serves the lanes of an installation in turn', async () => {
    const opened = Promise.withResolvers<number>();
    const limiter = createWriteLimiter({ take: () => opened.promise });
    const served: string[] = [];
    const ask = (lane: string, name: string) =>
      limiter.admit(to(lane)).then(() => void served.push(name));
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
    const quotas = { take: async () => waits.shift() ?? 0 };
    const limiter = createWriteLimiter(quotas, {
      pause: async ms => void paused.push(ms),
    });
    await limiter.admit(to('a'));
    expect(paused).toEqual([5000]);
    await expect(limiter.admit(to('a'))).rejects.toMatchObject({
      class: 'rate_limit',
      message: 'Writing to GitHub has to wait 60 s, to stay below its limits.',
      retryAfterMs: 60_000,
    });
    await expect(limiter.admit(to('a'))).resolves.toBeUndefined();
    expect(paused).toEqual([5000]);
  });

  it('keeps room for the merge, and lets it wait behind nothing else', async () => {
    const blocked = Promise.withResolvers<void>();
    const limiter = createWriteLimiter(createOwnQuotas(), {
      windows: [{ spanMs: 60_000, limit: 10 }],
      pause: () => blocked.promise,
      patienceMs: {
        merge: 90_000,
        approval: 90_000,
        answer: 90_000,
        surface: 90_000,
        rest: 90_000,
      },
    });
    const given: Partial<Record<RequestClass, number>> = {};
    for (const is of ['rest', 'surface', 'answer', 'approval', 'merge'] as const) {
      const all = Array.from({ length: 10 }, () =>
        limiter.admit(to('a', is)).then(() => {
          given[is] = (given[is] ?? 0) + 1;
        }),
      );
      // The rest of them wait for longer than anything that is counted here.
      await Promise.race([Promise.all(all), new Promise(setImmediate)]);
    }
    expect(given).toEqual({ rest: 4, surface: 3, answer: 1, approval: 1, merge: 1 });
  });

  it('hands a broken store on, and serves the next', async () => {
    const answers = [Promise.reject(new Error('no store')), Promise.resolve(0)];
    const limiter = createWriteLimiter({ take: async () => (await answers.shift()) ?? 0 });
    await expect(limiter.admit(to('a'))).rejects.toThrow('no store');
    await expect(limiter.admit(to('a'))).resolves.toBeUndefined();
  });
});

describe('on the local GitHub', () => {
  it('its limits are never met, and its silence is kept', async () => {
    const windows = [{ spanMs: 60_000, limit: 5 }];
    const writes = createWriteLimiter(createOwnQuotas(), { windows });
    const environment = await openEnvironment({
      limits: { contentPerMinute: 100 },
      connect: { limits: { ...createOwnLimits(), writes } },
    });
    const issue = await environment.openIssue(environment.carol, 'Broken');
    const { facts } = environment.gatehouse;
    const target = { kind: 'issue' as const, number: issue };
    const answer = (n: number) =>
      inClass('merge', () =>
        environment.gatehouse.writes.reply(
          environment.repository,
          target,
          { code: 'help' },
          `key-${n}`,
        ),
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
