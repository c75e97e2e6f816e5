/** Pull requests on which our check is required and missing, as the events that have it reported. */
import type { Repository } from '../../core/actor.ts';
import { type GitHubFacts, GitHubFailure } from '../ports/github.ts';
import type { UnreportedPull } from '../ports/github-record.ts';

/**
 * Of the pull requests of one repository that lack our check, those whose base requires it. Those on which
 * nothing has changed for the longest time come first: whoever pushes again and again comes last.
 */
export async function requiringOurs(
  facts: Pick<GitHubFacts, 'requiresOurs'>,
  repository: Repository,
  unreported: readonly UnreportedPull[],
): Promise<UnreportedPull[]> {
  const required = new Map<string, boolean>();
  for (const base of new Set(unreported.map(pull => pull.base)))
    required.set(base, await unlessRefused(facts.requiresOurs(repository, base)));
  return unreported
    .filter(({ base }) => required.get(base))
    .toSorted((one, other) => Number(one.event.at) - Number(other.event.at));
}

/** What GitHub does not show us requires nothing of us; what may pass by itself is asked again. */
const unlessRefused = (asked: Promise<boolean>): Promise<boolean> =>
  asked.catch((error: unknown) => {
    if (error instanceof GitHubFailure && error.lasting) return false;
    throw error;
  });
