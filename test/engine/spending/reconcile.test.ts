import { describe, expect, test } from 'vitest';
import { NO_USAGE } from '../../../src/core/agent-event.ts';
import { disagreements } from '../../../src/engine/spending/reconcile.ts';

const used = (input: number, nanoUsd: number | null = null) => ({
  usage: { ...NO_USAGE, input, output: 100 },
  nanoUsd,
});

describe('what an agent says, beside what the gateway counted', () => {
  test.each([
    ['the same', used(900, 5_000), used(900, 5_000)],
    ['five percent more', used(950, 5_250), used(900, 5_000)],
    ['nothing', { usage: NO_USAGE, nanoUsd: null }, used(900, 5_000)],
    ['something where nothing was counted', used(900, 5_000), { usage: NO_USAGE, nanoUsd: 0 }],
    ['a price where none is known', used(900, 5_000), used(900, null)],
  ])('%s is no warning', (_, said, counted) => {
    expect(disagreements(said, counted)).toEqual([]);
  });

  test('more tokens than that', () => {
    expect(disagreements(used(1_100), used(900))).toEqual([
      {
        type: 'warning',
        message:
          "The agent says that it used 1,200 tokens; the gateway counted 1,000 tokens, which is 20 % apart. The gateway's count holds.",
      },
    ]);
  });

  test('less money than that', () => {
    const [warning, ...more] = disagreements(used(900, 900_000_000), used(900, 1_000_000_000));
    expect(more).toEqual([]);
    expect(warning).toMatchObject({
      message: expect.stringContaining('used $0.90; the gateway counted $1.00'),
    });
  });
});
