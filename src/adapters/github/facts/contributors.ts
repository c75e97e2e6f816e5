/** Every identity in every commit of a pull request: authors, committers, co-authors. */
import { z } from 'zod';
import type { Account, Repository } from '../../../core/actor.ts';
import type { ApprovalFacts } from '../../../core/approvals/facts.ts';
import type { Client } from '../client.ts';
import { repositoryPath } from '../repository-path.ts';
import { accountOf } from './account.ts';

type Contributor = ApprovalFacts['contributors'][number];

/** Throws where not every commit, or not every author of one, could be read. */
export async function readContributors(
  octokit: Client,
  repository: Repository,
  pull: number,
  expected: number,
): Promise<Contributor[]> {
  const path = repositoryPath(repository);
  const [commits, named] = await Promise.all([
    octokit.paginate(octokit.rest.pulls.listCommits, {
      ...path,
      pull_number: pull,
      per_page: 100,
    }),
    coAuthors(octokit, repository, pull),
  ]);
  // GitHub lists 250 at most.
  if (commits.length !== expected) throw new Error('GitHub did not list every commit');
  return commits.flatMap(({ sha, commit, author, committer }): Contributor[] => {
    const others = named.get(sha);
    if (!others) throw new Error(`GitHub did not list the authors of ${sha}`);
    const by = (as: 'author' | 'committer', account: unknown, name: string | undefined) => ({
      commit: sha,
      as,
      account: accountOf(User.nullish().catch(null).parse(account)),
      name: name ?? '',
    });
    return [
      by('author', author, commit.author?.name),
      by('committer', committer, commit.committer?.name),
      ...others.map(({ account, name }) => ({
        commit: sha,
        as: 'co-author' as const,
        account,
        name,
      })),
    ];
  });
}

const User = z.looseObject({ id: z.number().int(), login: z.string(), type: z.string() });

const QUERY = `query ($owner: String!, $name: String!, $pull: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $pull) {
      commits(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { commit {
          oid
          authors(first: 50) {
            pageInfo { hasNextPage }
            nodes { name email user { databaseId login } }
          }
        } }
      }
    }
  }
}`;

const CommitAuthors = z.looseObject({
  repository: z.looseObject({
    pullRequest: z.looseObject({
      commits: z.looseObject({
        pageInfo: z.looseObject({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
        nodes: z.array(
          z.looseObject({
            commit: z.looseObject({
              oid: z.string(),
              authors: z.looseObject({
                pageInfo: z.looseObject({ hasNextPage: z.boolean() }),
                nodes: z.array(
                  z.looseObject({
                    name: z.string().nullable(),
                    email: z.string().nullable(),
                    user: z
                      .looseObject({ databaseId: z.number().int(), login: z.string() })
                      .nullable(),
                  }),
                ),
              }),
            }),
          }),
        ),
      }),
    }),
  }),
});

/** By commit: everyone named besides the author, who is the first of GitHub's list. */
async function coAuthors(
  octokit: Client,
  repository: Repository,
  pull: number,
): Promise<Map<string, { account: Account | null; name: string }[]>> {
  const found = new Map<string, { account: Account | null; name: string }[]>();
  let after: string | null = null;
  do {
    const { owner, name } = repository;
    const answer: unknown = await octokit.graphql(QUERY, { owner, name, pull, after });
    const { nodes, pageInfo } = CommitAuthors.parse(answer).repository.pullRequest.commits;
    for (const { commit } of nodes) {
      if (commit.authors.pageInfo.hasNextPage) throw new Error('too many authors of one commit');
      found.set(
        commit.oid,
        commit.authors.nodes.slice(1).map(({ name: gitName, email, user }) => ({
          account: user
            ? { id: user.databaseId, login: user.login, type: 'User' as const }
            : fromNoreply(email ?? ''),
          name: gitName ?? '',
        })),
      );
    }
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

/** GraphQL knows no bots; GitHub's own address for an account names its id. */
function fromNoreply(email: string): Account | null {
  const match = /^(\d+)\+([^@\s]+)@users\.noreply\.[a-z0-9.-]+$/i.exec(email);
  const [, id, login] = match ?? [];
  if (!id || !login) return null;
  return { id: Number(id), login, type: login.endsWith('[bot]') ? 'Bot' : 'User' };
}
