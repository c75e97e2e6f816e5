/** Every identity in every commit of a pull request: authors, committers, co-authors. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import type { ApprovalFacts } from '../../../core/approvals/facts.ts';
import type { Client } from '../client/client.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { SnapshotCommit } from '../snapshot/query.ts';
import { accountOf } from './account.ts';

type Contributor = ApprovalFacts['contributors'][number];
type Identity = SnapshotCommit['author'];

/** Our App's bot, and the address under which it commits. */
export type OwnAccount = { account: Account; email: string };

/**
 * Throws where GitHub does not list every commit. GraphQL names people alone: whose account another
 * author or committer is, such as an App or GitHub itself, is asked by REST.
 */
export async function readContributors(
  { octokit, repository, own }: { octokit: Client; repository: Repository; own: OwnAccount },
  pull: number,
  commits: readonly SnapshotCommit[],
): Promise<Contributor[]> {
  const named = (identity: Identity): Account | null =>
    personOf(identity) ?? (identity?.email === own.email ? own.account : null);
  const isNamed = ({ author, committer }: SnapshotCommit) => named(author) && named(committer);
  const accounts = commits.every(isNamed)
    ? new Map<string, CommitAccounts>()
    : await accountsByRest(octokit, repository, pull, commits.length);
  return commits.flatMap((commit): Contributor[] => {
    const { oid, author, committer, authors } = commit;
    const known = accounts.get(oid);
    if (!known && !isNamed(commit)) throw new Error(`GitHub did not list the commit ${oid}`);
    // The first of GitHub's list is the author.
    const others = authors.nodes.slice(1);
    return [
      by(oid, 'author', known ? known.author : named(author), author),
      by(oid, 'committer', known ? known.committer : named(committer), committer),
      ...others.map(other =>
        by(oid, 'co-author', personOf(other) ?? fromNoreply(other.email ?? ''), other),
      ),
    ];
  });
}

const by = (
  commit: string,
  as: Contributor['as'],
  account: Account | null,
  identity: Identity,
): Contributor => ({
  commit,
  as,
  account,
  name: identity?.name ?? '',
  email: identity?.email ?? '',
});

const personOf = (identity: Identity): Account | null =>
  identity?.user
    ? { id: identity.user.databaseId, login: identity.user.login, type: 'User' }
    : null;

type CommitAccounts = Record<'author' | 'committer', Account | null>;

const User = z.looseObject({ id: z.number().int(), login: z.string(), type: z.string() });

/** By commit. */
async function accountsByRest(
  octokit: Client,
  repository: Repository,
  pull: number,
  expected: number,
): Promise<Map<string, CommitAccounts>> {
  const commits = await octokit.paginate(octokit.rest.pulls.listCommits, {
    ...repositoryPath(repository),
    pull_number: pull,
    per_page: 100,
  });
  // GitHub lists 250 at most.
  if (commits.length !== expected) throw new Error('GitHub did not list every commit');
  const account = (user: unknown) => accountOf(User.nullish().catch(null).parse(user));
  return new Map(
    commits.map(({ sha, author, committer }) => [
      sha,
      { author: account(author), committer: account(committer) },
    ]),
  );
}

/** GitHub's own address for an account names its id. */
function fromNoreply(email: string): Account | null {
  const match = /^(\d+)\+([^@\s]+)@users\.noreply\.[a-z0-9.-]+$/i.exec(email);
  const [, id, login] = match ?? [];
  if (!id || !login) return null;
  return { id: Number(id), login, type: login.endsWith('[bot]') ? 'Bot' : 'User' };
}
