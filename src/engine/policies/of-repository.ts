/** The rules of a repository, live from its default branch or its organisation's. */
import type { Repository } from '../../core/actor.ts';
import { createAnswerCache } from '../../core/bounded-cache.ts';
import type { Dependencies } from '../dependencies.ts';
import { CONFIG_PATH, POLICY_PATH, type Rules, type RuleTexts, readRules } from './rules.ts';

type Needs = Pick<Dependencies, 'workspaces' | 'github' | 'policies'>;

/** `commit`: the head of the default branch, never a pull request's. */
export async function rulesOf(deps: Needs, repository: Repository, commit: string): Promise<Rules> {
  return readRules(deps.policies, await textsOf(deps, repository, commit));
}

/** A file that the repository does not have is its organisation's, from the repository `.github`. */
export async function textsOf(
  deps: Pick<Needs, 'workspaces' | 'github'>,
  repository: Repository,
  commit: string,
): Promise<RuleTexts> {
  const own = await textsAt(deps, repository, commit);
  if (own.config !== null && own.policy !== null) return own;
  const shared = await deps.github.facts.organization(repository);
  if (shared === null) return own;
  const theirs = await textsAt(deps, shared.repository, shared.sha);
  return { config: own.config ?? theirs.config, policy: own.policy ?? theirs.policy };
}

/** By repository and commit: what a commit holds never changes. */
const known = createAnswerCache<string, RuleTexts>(2_000);

function textsAt(
  { workspaces, github }: Pick<Needs, 'workspaces' | 'github'>,
  repository: Repository,
  commit: string,
): Promise<RuleTexts> {
  return known.get(`${repository.id}@${commit}`, async () => {
    const source = { repository, remote: github.facts.remote(repository, 'read') };
    const read = async (path: string) =>
      (await workspaces.readFile(source, commit, path))?.toString('utf8') ?? null;
    return { config: await read(CONFIG_PATH), policy: await read(POLICY_PATH) };
  });
}
