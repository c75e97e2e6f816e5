/** Whether a base was set back: what GitHub says of two commits holds, and that it has none of them may pass. */
import { expect, it } from 'vitest';
import type { Client } from '../../../../src/adapters/github/client/client.ts';
import { isRewound } from '../../../../src/adapters/github/snapshot/rewound.ts';
import { GitHubFailure } from '../../../../src/engine/ports/github.ts';

const REPOSITORY = { id: 4711, owner: 'acme', name: 'library', installation: 7 };

/** A GitHub that gives one answer after the other; `null`: it does not have the commits. */
function comparing(answers: (string | null)[]): { client: Client; left: () => number } {
  const compareCommitsWithBasehead = async () => {
    const status = answers.shift() ?? null;
    if (status === null) throw new GitHubFailure('not_found', 'There is none.', 404);
    return { data: { status } };
  };
  const client = { rest: { repos: { compareCommitsWithBasehead } } } as unknown as Client;
  return { client, left: () => answers.length };
}

it('a passing 404 counts once', async () => {
  const { client } = comparing([null, 'ahead']);
  const ask = () => isRewound(client, REPOSITORY, 'a'.repeat(40), 'b'.repeat(40));
  expect([await ask(), await ask(), await ask()]).toEqual([true, false, false]);
});

it('what was compared is not asked again', async () => {
  const { client, left } = comparing(['diverged', 'ahead']);
  const ask = () => isRewound(client, REPOSITORY, 'c'.repeat(40), 'd'.repeat(40));
  expect([await ask(), await ask()]).toEqual([true, true]);
  expect(left()).toBe(1);
});
