/** Stacked pull requests: merging one merges all that lie below it, which nobody approved with it. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';

import type { Merged } from '../../../engine/ports/merging.ts';

import type { Client } from '../client.ts';
import { orNull } from '../failure.ts';
import { repositoryPath } from '../repository-path.ts';

/** Our place in a stack, where 1 is the bottom. Octokit's types do not have it yet. */
const Stacked = z.looseObject({
  stack: z.looseObject({ position: z.number().int().optional() }).nullish(),
});

/** From the bottom; merged ones stay in it. */
const Stacks = z.array(
  z.looseObject({
    pull_requests: z.array(z.looseObject({ number: z.number().int(), state: z.string() })),
  }),
);

/** Null where nothing that is open lies below it. */
export async function stackedOn(
  client: Client,
  repository: Repository,
  pull: { number: number },
): Promise<Merged | null> {
  const { stack } = Stacked.parse(pull);
  const position = stack?.position ?? 1;
  if (position === 1) return null;
  const below = (await openBelow(client, repository, pull.number)) ?? position - 1;
  return below === 0
    ? null
    : {
        outcome: 'blocked',
        reason: `It is stacked on ${below === 1 ? 'another pull request' : `${below} other pull requests`}, and merging it would merge what nobody approved here. Merge what lies below it first.`,
      };
}

/** Null where GitHub does not say what is in the stack. */
async function openBelow(
  client: Client,
  repository: Repository,
  number: number,
): Promise<number | null> {
  const answer = await orNull(
    client.request('GET /repos/{owner}/{repo}/stacks', {
      ...repositoryPath(repository),
      pull_request: number,
    }),
  );
  const pulls = Stacks.parse(answer?.data ?? [])[0]?.pull_requests ?? [];
  const at = pulls.findIndex(pull => pull.number === number);
  return at < 0 ? null : pulls.slice(0, at).filter(({ state }) => state !== 'closed').length;
}
