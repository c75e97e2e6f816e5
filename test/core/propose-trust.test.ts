/** Which level of trust a record proposes, with its reason in one sentence. */
import { expect, it } from 'vitest';
import { proposeTrust } from '../../src/core/propose-trust.ts';

type Trust = 'T0' | 'T1' | 'T2' | 'T3';
const good = { runs: 20, succeeded: 18, denied: 0, interventions: 2 };
const proposed = (trust: Trust, over: Partial<typeof good> = {}, readOnly = false) => {
  const { from, to, because } = proposeTrust({ trust, readOnly }, { ...good, ...over });
  return `${from} ${to} ${because}`;
};

it.each([
  [
    {},
    'T2',
    'T3',
    'The work of 18 of 20 runs stood, policy denied nothing, and people stepped in 2 times.',
  ],
  [{ runs: 19 }, 'T2', 'T2', 'A higher level takes 20 runs, and it has 19.'],
  [
    { succeeded: 17 },
    'T2',
    'T2',
    'The work of 17 of 20 runs stood, and a higher level takes 9 of 10.',
  ],
  [
    { interventions: 3 },
    'T1',
    'T1',
    'People stepped in 3 times in 20 runs, and a higher level takes at most 1 of 10.',
  ],
  [
    {},
    'T3',
    'T3',
    'The work of 18 of 20 runs stood, policy denied nothing, and T3 is the highest level.',
  ],
  [{ denied: 1 }, 'T3', 'T2', 'Policy denied something to it in 20 runs.'],
  [{ runs: 1, succeeded: 1, denied: 2 }, 'T1', 'T0', 'Policy denied 2 things to it in 1 run.'],
  [
    { denied: 1 },
    'T0',
    'T0',
    'Policy denied something to it in 20 runs, and T0 is the lowest level.',
  ],
  [
    { runs: 5, succeeded: 2 },
    'T2',
    'T1',
    'The work of 2 of 5 runs stood, which is less than half.',
  ],
  [{ runs: 4, succeeded: 0 }, 'T2', 'T2', 'A higher level takes 20 runs, and it has 4.'],
] as const)('%o at %s: %s', (over, from, to, because) => {
  expect(proposed(from, over)).toBe(`${from} ${to} ${because}`);
});

it('a role whose changes are dropped is never raised, and may be lowered', () => {
  expect(proposed('T1', {}, true)).toBe(
    'T1 T1 A role whose changes are dropped needs no higher level.',
  );
  expect(proposed('T1', { denied: 1 }, true)).toMatch(/^T1 T0 /);
});
