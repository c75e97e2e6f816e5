/**
 * Merging in the background: the way that GitHub recommends, and the only one for stacked pull
 * requests. Enterprise Server does not have it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Merged } from '../../../engine/ports/merging.ts';
import type { Client } from '../client/client.ts';
import { oneLine, orNull } from '../client/failure.ts';

type PullPath = { owner: string; repo: string; pull_number: number };

type How = {
  sha: string;
  merge_action: 'default' | 'merge_queue';
  /** The queue has its own. */
  merge_method?: 'merge' | 'squash' | 'rebase';
};

/** What we can't read, or a status that GitHub adds one day, has not ended. */
const AsyncResult = z
  .looseObject({
    status: z.string(),
    details: z.looseObject({
      message: z.string().nullish(),
      sha: z.string().nullish(),
      uuid: z.string().nullish(),
      expected_head_sha: z.string().nullish(),
    }),
  })
  .catch({ status: 'unknown', details: {} });
type AsyncResult = z.infer<typeof AsyncResult>;

/** Milliseconds between looks at what became of it: a quarter of a minute in all. */
export const LOOKS: readonly number[] = [100, 200, 400, 800, 1_500, 3_000, 4_000, 5_000];

/**
 * Asks for it and follows it to its end; null where GitHub does not know the endpoint. Asked again
 * while it is under way (this process may have ended meanwhile), GitHub names the request that it has.
 */
export async function mergeAsync(
  client: Client,
  pull: PullPath,
  how: How,
  looks: readonly number[] = LOOKS,
): Promise<Merged | null> {
  const begun = await orNull(ask(client, pull, how));
  if (begun === null) return null;
  const { uuid, expected_head_sha: head } = begun.details;
  if (begun.status === 'merged') return BEFORE;
  if (!uuid) return ended(begun) ?? STILL;
  const last = await follow(client, { ...pull, uuid }, looks);
  // What became of a request for another head says nothing about this one.
  return (head === how.sha && last && ended(last)) || STILL;
}

/** Whoever did that: the pull request tells who it was. */
const BEFORE: Merged = { outcome: 'blocked', reason: 'It was merged already.' };

const STILL: Merged = {
  outcome: 'blocked',
  reason: 'GitHub is merging it in the background, and is not done yet.',
};

/** It answers 400 and 409 with as much as 202: why it can't be merged, and the request that it has. */
async function ask(client: Client, pull: PullPath, how: How): Promise<AsyncResult> {
  const { data } = await client.request(
    'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge-async',
    { ...pull, ...how, request: { expects: [400, 409] } },
  );
  return AsyncResult.parse(data);
}

/** The last that was heard of it; null where GitHub does not know it any more. */
async function follow(
  client: Client,
  request: PullPath & { uuid: string },
  looks: readonly number[],
): Promise<AsyncResult | null> {
  let last: AsyncResult | null = null;
  for (const pause of looks) {
    await sleep(pause);
    const look = client.request(
      'GET /repos/{owner}/{repo}/pulls/{pull_number}/merge-async/{uuid}',
      request,
    );
    const answer = await orNull(look);
    if (answer === null) return null;
    last = AsyncResult.parse(answer.data);
    if (ended(last)) break;
  }
  return last;
}

/** Null where it is still under way. */
function ended({ status, details }: AsyncResult): Merged | null {
  switch (status) {
    case 'merged':
      return details.sha ? { outcome: 'merged', commit: details.sha, by: 'gatehouse' } : null;
    case 'enqueued':
      return { outcome: 'queued', reason: 'GitHub has put it into its merge queue.' };
    case 'failed':
      return {
        outcome: 'blocked',
        reason: oneLine(details.message ?? '') || 'GitHub gave no reason.',
      };
    default:
      return null;
  }
}
