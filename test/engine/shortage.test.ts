import { expect, it } from 'vitest';
import { renderCheck } from '../../src/adapters/github/surfaces/check.ts';
import { shortageOf, shortages } from '../../src/engine/shortage.ts';
import { aView } from '../adapters/github/view.ts';

const NOW = new Date('2026-11-28T12:00:00Z');
const left = (remaining: number) => ({ limit: 5_000, remaining, resetMs: 3_600_000 });

it.each([
  [4_000, 0, []],
  [
    1_200,
    0,
    [
      '1,200 of 5,000 requests to GitHub are left until 13:00 UTC: what is least urgent comes later.',
    ],
  ],
  [
    0,
    90_000,
    [
      'GitHub asks for silence until 12:01 UTC.',
      '0 of 5,000 requests to GitHub are left until 13:00 UTC: merges, approvals, work and answers, what is shown and what is least urgent come later.',
    ],
  ],
])('%i left, silent for %i ms', (remaining, heldMs, said) => {
  expect(shortages('core', { left: left(remaining), heldMs }, NOW)).toEqual(said);
});

it('of an installation names both kinds, and a silence once', async () => {
  const budget = (remaining: number, heldMs: number) => ({
    share: async () => ({ left: left(remaining), heldMs }),
    hold: async () => undefined,
    all: async () => [],
  });
  expect(await shortageOf(budget(5_000, 0), 1, NOW)).toBeNull();
  expect(await shortageOf(budget(1_000, 60_000), 1, NOW)).toBe(
    "GitHub asks for silence until 12:01 UTC. 1,000 of 5,000 requests to GitHub are left until 13:00 UTC: what is least urgent comes later. 1,000 of 5,000 points of GitHub's GraphQL are left until 13:00 UTC: what is least urgent comes later.",
  );
});

it('stands on the check run that is written meanwhile', () => {
  const shortage = 'GitHub asks for silence until 12:01 UTC.';
  expect(renderCheck(aView({ shortage })).summary).toContain(shortage);
  expect(renderCheck(aView()).summary).not.toContain('GitHub asks');
});
