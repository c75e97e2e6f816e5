/** Stacked pull requests: merging one merges all that lie below it, which nobody approved with it. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { Merged } from '../../../engine/ports/merging.ts';
import type { Client } from '../client/client.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';

/** Our place in a stack, where 1 is the bottom. Octokit's types do not have it yet. */
const Stacked = z.looseObject({
  stack: z.looseObject({ position: z.number().int().optional() }).nullish(),
});

const StackedPull = z.looseObject({
  number: z.number().int(),
  state: z.string(),
  merged_at: z.string().nullish(),
});
type StackedPull = z.infer<typeof StackedPull>;

/** From the bottom; merged ones stay in it, and so do those that were closed without that. */
const Stacks = z.array(z.looseObject({ pull_requests: z.array(StackedPull) }));

/** Null where nothing lies below it that is not merged. */
export async function stackedOn(
  client: Client,
  repository: Repository,
  pull: { number: number },
): Promise<Merged | null> {
  const { stack } = Stacked.parse(pull);
  const position = stack?.position ?? 1;
  if (position === 1) return null;
  const below = await unmergedBelow(client, repository, pull.number);
  const count = below?.length ?? position - 1;
  if (count === 0) return null;
  const others = count === 1 ? 'another pull request' : `${count} other pull requests`;
  return {
    outcome: 'blocked',
    reason: `It is stacked on ${others}, and merging it would merge what nobody approved here. ${remedyFor(below ?? [])}`,
  };
}

/** The work of one that was given up is in the commits of all above it. */
function remedyFor(below: readonly StackedPull[]): string {
  const closed = below.find(({ state }) => state === 'closed');
  return closed
    ? `#${closed.number} below it was closed without being merged: reopen that, or take this one out of the stack and base it on another branch.`
    : 'Merge what lies below it first.';
}

/** Null where GitHub does not say what is in the stack. */
async function unmergedBelow(
  client: Client,
  repository: Repository,
  number: number,
): Promise<StackedPull[] | null> {
  const answer = await orNull(
    client.request('GET /repos/{owner}/{repo}/stacks', {
      ...repositoryPath(repository),
      pull_request: number,
    }),
  );
  const pulls = Stacks.parse(answer?.data ?? [])[0]?.pull_requests ?? [];
  const at = pulls.findIndex(pull => pull.number === number);
  return at < 0 ? null : pulls.slice(0, at).filter(({ merged_at }) => !merged_at);
}
