/** Which pull requests have our check reported that lack it. */
import { expect, it } from 'vitest';
import type { Repository } from '../../../src/core/actor.ts';
import { GitHubFailure } from '../../../src/engine/ports/github.ts';
import { requiringOurs } from '../../../src/engine/reconcile/unreported-pulls.ts';
import { REPOSITORY } from '../github.ts';

/** The first was changed last. */
const pull = (number: number, base: string) => ({
  base,
  fork: false,
  event: { event: 'pull_request', payload: { number }, at: new Date(1_000_000 - number) },
});
const refused = new GitHubFailure('not_found', 'GET /branches/gone: Not Found', 404);
const down = new GitHubFailure('server', 'GET /branches/main: Bad Gateway', 502);

/** `requires`: whether each base requires it, or how asking for that fails. */
function reported(requires: Record<string, boolean | GitHubFailure>, bases: string[]) {
  const asked: string[] = [];
  const facts = {
    async requiresOurs(_repository: Repository, base: string) {
      asked.push(base);
      const answer = requires[base] ?? false;
      if (typeof answer === 'boolean') return answer;
      throw answer;
    },
  };
  const unreported = bases.map((base, index) => pull(index + 1, base));
  const found = requiringOurs(facts, REPOSITORY, unreported);
  return { found, asked };
}

it.each([
  ['where their base requires it', { main: true }, ['main', 'release', 'main'], [3, 1]],
  ['nowhere where none does', {}, ['main', 'release'], []],
  ['past a base that GitHub does not show', { gone: refused, main: true }, ['gone', 'main'], [2]],
])('they do %s', async (_, requires, bases, numbers) => {
  const { found, asked } = reported(requires, bases);
  expect((await found).map(({ event }) => event.payload)).toEqual(
    numbers.map(number => ({ number })),
  );
  // Each base is asked about once.
  expect(asked.toSorted()).toEqual([...new Set(bases)].toSorted());
});

it('are looked for again where GitHub is not well', async () => {
  await expect(reported({ main: down }, ['main']).found).rejects.toBe(down);
});
