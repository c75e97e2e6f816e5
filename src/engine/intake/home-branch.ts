/** The head of the default branch, from which a repository's rules are read. */
import type { Repository } from '../../core/actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { GitHubFailure } from '../ports/github.ts';

type GitHubFacts = Dependencies['github']['facts'];

/** `null`: the repository is empty, so that it has none. */
export async function homeBranch(
  facts: Pick<GitHubFacts, 'defaultBranch'>,
  repository: Repository,
): Promise<Awaited<ReturnType<GitHubFacts['defaultBranch']>> | null> {
  try {
    return await facts.defaultBranch(repository);
  } catch (error) {
    if (error instanceof GitHubFailure && error.class === 'empty') return null;
    throw error;
  }
}
