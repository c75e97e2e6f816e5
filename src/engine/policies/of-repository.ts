/** The rules of a repository, live from its default branch or its organisation's. */
import type { Repository } from '../../core/actor.ts';
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

/** What a commit holds never changes. */
const known = new Map<string, RuleTexts>();
const MOST_KNOWN = 2_000;

export async function textsAt(
  { workspaces, github }: Pick<Needs, 'workspaces' | 'github'>,
  repository: Repository,
  commit: string,
): Promise<RuleTexts> {
  const key = `${repository.id}@${commit}`;
  const before = known.get(key);
  if (before) return before;
  const source = { repository, remote: github.facts.remote(repository, 'read') };
  const read = async (path: string) =>
    (await workspaces.readFile(source, commit, path))?.toString('utf8') ?? null;
  const texts = { config: await read(CONFIG_PATH), policy: await read(POLICY_PATH) };
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, texts);
  return texts;
}
