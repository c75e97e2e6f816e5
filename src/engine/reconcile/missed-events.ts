/**
 * What no delivery brought: labels and commands that still stand on GitHub, what became of our open
 * pull requests, and those of others that lack our check. Each is stored as the delivery that it would
 * have been, under a GUID made of what it is about, unless a delivery about it was followed already.
 */
import type { PollMemory } from './choose-repositories.ts';
import type { Poll } from './leader-lease.ts';
import { type LookParts, lookThroughAll } from './look-through.ts';

/** A delivery gets this long to come by itself. */
const GRACE_MS = 60_000;
const MOST_TASKS = 10_000;

/** Remembers how far back each repository was looked through, and what it was like then. */
export function findMissedEvents(parts: LookParts & { graceMs: number | undefined }): Poll {
  const { github, graceMs = GRACE_MS } = parts;
  const memory: PollMemory = { polls: 0, looked: new Map(), postponed: new Set() };
  return async signal => {
    let found = 0;
    const pulls = await openPulls(parts);
    for await (const installed of github.record.installations())
      found += await lookThroughAll(parts, { installed, memory, pulls, graceMs, signal });
    memory.polls += 1;
    return found;
  };
}

/**
 * Looks once through an installation that we are let into again: of what people did there meanwhile no
 * delivery comes. `only`: these of its repositories.
 */
export async function findMissedWhileShutOut(
  parts: LookParts,
  installation: number,
  only: readonly number[] | null,
): Promise<number> {
  let found = 0;
  const pulls = await openPulls(parts);
  const memory: PollMemory = { polls: 0, looked: new Map(), postponed: null };
  const { signal } = new AbortController();
  for await (const { repositories, ...where } of parts.github.record.installations(installation)) {
    const chosen = repositories.filter(({ id }) => only?.includes(id) ?? true);
    const installed = { ...where, repositories: chosen };
    found += await lookThroughAll(parts, { installed, memory, pulls, graceMs: 0, signal });
  }
  return found;
}

async function openPulls({ tasks }: LookParts): Promise<Map<number, number[]>> {
  const numbers = new Map<number, number[]>();
  for (const { repositoryId, pull } of await tasks.list({ open: true, limit: MOST_TASKS }))
    if (pull !== null) numbers.set(repositoryId, [...(numbers.get(repositoryId) ?? []), pull]);
  return numbers;
}
