import { describe, expect, test } from 'vitest';
import { createPrices } from '../../../src/adapters/prices/prices.ts';
import { NO_USAGE } from '../../../src/core/agent-event.ts';

const usual = createPrices(new Map());
const million = (of: Partial<typeof NO_USAGE>) => ({ ...NO_USAGE, ...of });

describe('the usual prices', () => {
  test.each([
    ['openai', 'gpt-5', { input: 1_000_000 }, 1.25],
    ['openai', 'gpt-5', { cached: 1_000_000 }, 0.125],
    ['openai', 'gpt-5', { output: 1_000_000 }, 10],
    ['anthropic', 'claude-sonnet-4-5', { input: 1_000, cacheWrite: 1_000 }, 0.003 + 0.00375],
    ['gemini', 'gemini-2.5-flash', { output: 1_000_000 }, 2.5],
  ])('%s/%s', (provider, name, usage, usd) => {
    expect(usual.priceOf({ provider, name }, million(usage))).toBe(Math.round(usd * 1e9));
  });

  test.each([
    ['openai', 'a-model-of-our-own'],
    ['somebody', 'gpt-5'],
  ])('%s/%s has none', (provider, name) => {
    expect(usual.priceOf({ provider, name }, million({ input: 1 }))).toBeNull();
  });

  test('reasoning is part of the output', () => {
    const model = { provider: 'openai', name: 'gpt-5' };
    const output = million({ output: 100 });
    expect(usual.priceOf(model, { ...output, reasoning: 60 })).toBe(usual.priceOf(model, output));
  });
});

describe("the operator's own prices", () => {
  const price = { input: 2, cached: 0.2, cacheWrite: 2.5, output: 8 };
  const own = createPrices(new Map([['openai/gpt-5', price]]));

  test('say whose they are, and the usual ones their version', () => {
    expect(own.sourceOf({ provider: 'openai', name: 'gpt-5' })).toBe('settings');
    expect(own.sourceOf({ provider: 'openai', name: 'o3' })).toMatch(
      /^genai-prices \d+\.\d+\.\d+$/,
    );
  });

  test('go before the usual ones', () => {
    const usage = { input: 1_000, cached: 500, cacheWrite: 200, output: 100, reasoning: 10 };
    const nano = 1_000 * 2_000 + 500 * 200 + 200 * 2_500 + 100 * 8_000;
    expect(own.priceOf({ provider: 'openai', name: 'gpt-5' }, usage)).toBe(nano);
    expect(own.priceOf({ provider: 'openai', name: 'gpt-5-mini' }, usage)).not.toBeNull();
  });

  test('may be nothing, which is a price', () => {
    const free = createPrices(
      new Map([['openai/local', { input: 0, cached: 0, cacheWrite: 0, output: 0 }]]),
    );
    expect(free.priceOf({ provider: 'openai', name: 'local' }, million({ output: 9 }))).toBe(0);
  });
});
