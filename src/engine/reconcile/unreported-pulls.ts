/** Pull requests on which our check is required and missing, as the events that have it reported. */
import type { Repository } from '../../core/actor.ts';
import { type GitHubFacts, GitHubFailure } from '../ports/github.ts';
import type { MissedEvent, UnreportedPull } from '../ports/github-record.ts';

/** Of the pull requests of one repository that lack our check, those whose base requires it. */
export async function requiringOurs(
  facts: Pick<GitHubFacts, 'requiresOurs'>,
  repository: Repository,
  unreported: readonly UnreportedPull[],
): Promise<MissedEvent[]> {
  const required = new Map<string, boolean>();
  for (const base of new Set(unreported.map(pull => pull.base)))
    required.set(base, await unlessRefused(facts.requiresOurs(repository, base)));
  return unreported.filter(({ base }) => required.get(base)).map(({ event }) => event);
}

/** What GitHub does not show us requires nothing of us; what may pass by itself is asked again. */
const unlessRefused = (asked: Promise<boolean>): Promise<boolean> =>
  asked.catch((error: unknown) => {
    if (error instanceof GitHubFailure && error.lasting) return false;
    throw error;
  });
