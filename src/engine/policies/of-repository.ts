/** The rules of a repository, live from its default branch or its organisation's. */
import type { Repository } from '../../core/actor.ts';
import { createAnswerCache } from '../../core/bounds/bounded-cache.ts';
import type { Dependencies } from '../dependencies.ts';
import { readIsolated } from './isolated/read-rules.ts';
import { findRules, type RuleTexts } from './rule-files.ts';
import { type Rules, rulesOn } from './rules.ts';

type Needs = Pick<Dependencies, 'workspaces' | 'github' | 'policies'>;

/** `commit`: the head of the default branch, never a pull request's. */
export async function rulesOf(deps: Needs, repository: Repository, commit: string): Promise<Rules> {
  const texts = await textsOf(deps, repository, commit);
  return rulesOn(deps.policies, await readIsolated(texts, repository));
}

/** A file that the repository does not have is its organisation's, from the repository `.github`. */
export async function textsOf(
  deps: Pick<Needs, 'workspaces' | 'github'>,
  repository: Repository,
  commit: string,
): Promise<RuleTexts> {
  const own = await textsAt(deps, { repository, sha: commit }, null);
  if (own.config !== null && own.policy !== null) return own;
  const shared = await deps.github.facts.organization(repository);
  if (shared === null) return own;
  const { owner, name } = shared.repository;
  const theirs = await textsAt(deps, shared, `${owner}/${name}`);
  return { config: own.config ?? theirs.config, policy: own.policy ?? theirs.policy };
}

const lengthOf = (file: RuleTexts['config']): number =>
  file !== null && 'text' in file ? file.text.length : 0;

/** By repository, commit, and the name that the files get: what a commit holds never changes. */
const known = createAnswerCache<string, RuleTexts>(2_000, undefined, {
  of: ({ config, policy }) => lengthOf(config) + lengthOf(policy),
  most: 16 * 1024 * 1024,
});

function textsAt(
  { workspaces, github }: Pick<Needs, 'workspaces' | 'github'>,
  { repository, sha }: { repository: Repository; sha: string },
  from: string | null,
): Promise<RuleTexts> {
  return known.get(`${repository.id}@${sha} ${from}`, async () => {
    const source = { repository, remote: await github.facts.remote(repository, 'read') };
    return findRules({
      list: folder => workspaces.listFolder(source, sha, folder),
      read: (path, most) => workspaces.readFile(source, sha, path, most),
      from,
    });
  });
}
