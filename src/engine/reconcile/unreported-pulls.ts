/** Pull requests on which our check is required and missing, as the events that have it reported. */
import type { Repository } from '../../core/actor.ts';
import { type GitHubFacts, GitHubFailure } from '../ports/github.ts';
import type { GitHubRecord, MissedEvent } from '../ports/github-record.ts';

export async function unreportedPulls(
  facts: Pick<GitHubFacts, 'requiresOurs'>,
  record: Pick<GitHubRecord, 'unreported'>,
  repository: Repository,
): Promise<MissedEvent[]> {
  const found = await unlessRefused(record.unreported(repository), []);
  const required = new Map<string, boolean>();
  for (const base of new Set(found.map(pull => pull.base)))
    required.set(base, await unlessRefused(facts.requiresOurs(repository, base), false));
  return found.filter(({ base }) => required.get(base)).map(({ event }) => event);
}

/** What GitHub does not show us, we report nothing on; what may pass by itself is asked again. */
const unlessRefused = <T>(asked: Promise<T>, otherwise: T): Promise<T> =>
  asked.catch((error: unknown) => {
    if (error instanceof GitHubFailure && error.lasting) return otherwise;
    throw error;
  });
