import { expect, it } from 'vitest';
import { NO_USAGE } from '../../src/core/agent-event.ts';
import { totalOf } from '../../src/core/spend.ts';

const spend = (...prices: (number | null)[]) => ({
  models: prices.map((nanoUsd, at) => ({
    provider: 'openai',
    model: `model-${at}`,
    calls: 1,
    usage: NO_USAGE,
    nanoUsd,
  })),
  work: { ms: 1_000, nanoUsd: null },
});

it('says what calls of models cost, as far as their prices are known', () => {
  for (const [spends, words] of [
    [[spend(1.2e9), spend(3e9)], '$4.20'],
    [[spend(1.2e9, null)], 'at least $1.20'],
    [[spend(null)], 'unpriced'],
    [[spend(0)], '$0.00'],
  ] as const)
    expect(totalOf(spends).words, words).toBe(words);
  expect(totalOf([spend(1e9, null)]).unpriced).toEqual(['openai/model-1']);
});

it('says nothing where no model was called', () => {
  expect(totalOf([spend()]).words).toBe('');
  expect(totalOf([]).words).toBe('');
});
