import { describe, expect, it } from 'vitest';
import { inClass } from '../../../../src/adapters/github/client/request-context.ts';
import { createRequestLimiter } from '../../../../src/adapters/github/client/request-limiter.ts';
import type { RequestsLeft } from '../../../../src/core/request-class.ts';
import { openEnvironment } from '../environment.ts';

const CORE = { installation: 1, resource: 'core' } as const;
const NOW = Date.parse('2026-11-28T12:00:00Z');

/** What GitHub answers: so many are left, until `resetMs` from now by its own clock. */
const headers = (remaining: number, resetMs = 3_600_000, clockMs = 0) => ({
  date: new Date(NOW + clockMs).toUTCString(),
  'x-ratelimit-limit': '5000',
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String((NOW + clockMs + resetMs) / 1000),
});

function limiterWith(standing: { left: RequestsLeft | null; heldMs: number }) {
  const told: (RequestsLeft | null)[] = [];
  let now = NOW;
  const advance = (ms: number) => {
    now += ms;
  };
  const limiter = createRequestLimiter(
    {
      share: async (_name, left) => {
        told.push(left);
        const heldMs = Math.max(0, NOW + standing.heldMs - now);
        return { left: standing.left ?? left, heldMs };
      },
      hold: async () => undefined,
      all: async () => [],
    },
    { now: () => now, pause: async ms => advance(ms) },
  );
  return { limiter, told, advance, elapsed: () => now - NOW };
}

describe('requests', () => {
  it('are kept for what is more urgent once few are left, by the headers of any answer', async () => {
    const { limiter } = limiterWith({ left: null, heldMs: 0 });
    (await limiter.admit(CORE, 'rest'))(headers(1_000));
    await expect(limiter.admit(CORE, 'rest')).rejects.toMatchObject({
      class: 'rate_limit',
      status: null,
      retryAfterMs: 300_000,
      message: expect.stringMatching(/1000 of 5000 requests are left/),
    });
    (await limiter.admit(CORE, 'merge'))(headers(0));
    await expect(limiter.admit(CORE, 'merge')).rejects.toMatchObject({ class: 'rate_limit' });
    // Points of GraphQL are counted apart.
    await limiter.admit({ ...CORE, resource: 'graphql' }, 'rest');
  });

  it('on their way count, and answers in any order say the least', async () => {
    const { limiter } = limiterWith({ left: null, heldMs: 0 });
    const [first, second] = [
      await limiter.admit(CORE, 'merge'),
      await limiter.admit(CORE, 'merge'),
    ];
    second(headers(2));
    first(headers(3));
    const third = await limiter.admit(CORE, 'merge');
    await limiter.admit(CORE, 'merge');
    await expect(limiter.admit(CORE, 'merge')).rejects.toMatchObject({ class: 'rate_limit' });
    third(headers(2));
    await limiter.admit(CORE, 'merge');
  });

  it('the hour is the one of GitHub, whatever this machine thinks of the time', async () => {
    const { limiter, advance } = limiterWith({ left: null, heldMs: 0 });
    (await limiter.admit(CORE, 'merge'))(headers(0, 600_000, 7_200_000));
    await expect(limiter.admit(CORE, 'merge')).rejects.toMatchObject({ class: 'rate_limit' });
    advance(600_000);
    await limiter.admit(CORE, 'merge');
  });

  it('a window that ends after an hour is none of GitHub, and stops nobody for years', async () => {
    const { limiter } = limiterWith({ left: null, heldMs: 0 });
    (await limiter.admit(CORE, 'merge'))(headers(0, 400 * 86_400_000));
    (await limiter.admit(CORE, 'merge'))(headers(0));
    await expect(limiter.admit(CORE, 'merge')).rejects.toMatchObject({ class: 'rate_limit' });
  });

  it('what other processes were told holds here, and what is told here is shared', async () => {
    const { limiter, told, advance } = limiterWith({
      left: { limit: 5_000, remaining: 900, resetMs: 3_600_000 },
      heldMs: 0,
    });
    await expect(limiter.admit(CORE, 'rest')).rejects.toMatchObject({ class: 'rate_limit' });
    (await limiter.admit(CORE, 'merge'))(headers(800));
    advance(1_000);
    await limiter.admit(CORE, 'merge');
    expect(told).toMatchObject([null, { limit: 5_000, remaining: 800 }]);
  });

  it('a short silence is waited for, a long one is handed back', async () => {
    const short = limiterWith({ left: null, heldMs: 4_000 });
    await short.limiter.admit(CORE, 'merge');
    expect(short.elapsed()).toBe(4_000);
    const long = limiterWith({ left: null, heldMs: 60_000 });
    await expect(long.limiter.admit(CORE, 'merge')).rejects.toMatchObject({
      retryAfterMs: 60_000,
    });
  });

  it('a server without limits limits nothing', async () => {
    const { limiter } = limiterWith({ left: null, heldMs: 0 });
    (await limiter.admit(CORE, 'rest'))({ 'x-ratelimit-remaining': '0' });
    await limiter.admit(CORE, 'rest');
  });
});

describe('on the local GitHub', () => {
  it('the last requests of the hour are for the merge', async () => {
    const environment = await openEnvironment({ limits: { perHour: 60 } });
    const { facts } = environment.gatehouse;
    const ask = () => facts.tag(environment.repository, 'none');
    for (const refused of [false, true]) {
      let asked = 0;
      const all = async () => {
        for (; asked < 60; asked += 1) await ask();
      };
      const failure = refused
        ? await inClass('merge', all).catch((error: unknown) => error)
        : await all().catch((error: unknown) => error);
      expect(failure).toMatchObject({ class: 'rate_limit', status: null });
      expect(asked).toBeGreaterThan(0);
    }
    await environment.close();
  });
});
