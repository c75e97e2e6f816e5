import { readCommit } from '../git/commits.ts';
import type { GitHub } from '../github.ts';
import { accountNodeId, simpleUser } from '../present/account.ts';
import { commitNodeId } from '../present/commit.ts';
import { repositoryPage } from '../present/repository.ts';
import { refusal } from '../rest/errors.ts';
import { accountByEmail, accountById } from '../world/accounts.ts';
import type { Repository } from '../world/repositories.ts';

// Fields that cost something are functions: graphql-js calls those that the query asks for.

export interface Slice {
  readonly first?: number;
  readonly last?: number;
  readonly after?: string;
}

/** A connection over a list; the cursor is the place in it. */
export function connection<T>(items: readonly T[], { first, last, after }: Slice) {
  if (first === undefined && last === undefined) {
    throw refusal(
      422,
      'You must provide a `first` or `last` value to properly paginate the connection.',
    );
  }
  const start = after === undefined || after === null ? 0 : Number(after) + 1;
  const rest = items.slice(start);
  const nodes = last === undefined || last === null ? rest.slice(0, first) : rest.slice(-last);
  const from = last === undefined || last === null ? start : items.length - nodes.length;
  return {
    nodes,
    totalCount: items.length,
    pageInfo: {
      hasNextPage: from + nodes.length < items.length,
      hasPreviousPage: from > 0,
      startCursor: nodes.length ? String(from) : null,
      endCursor: nodes.length ? String(from + nodes.length - 1) : null,
    },
  };
}

export function accountObject(github: GitHub, id: number) {
  const account = accountById(github, id);
  const { html_url, avatar_url } = simpleUser(github, account);
  return {
    __typename: account.type,
    id: accountNodeId(account),
    databaseId: account.id,
    // Here, unlike in REST, a bot's login has no suffix.
    login: account.login.replace(/\[bot\]$/, ''),
    name: account.name,
    url: html_url,
    avatarUrl: avatar_url,
  };
}

export async function commitObject(github: GitHub, repository: Repository, sha: string) {
  const commit = await readCommit(repository.directory, sha);
  const person = (identity: { name: string; email: string; date: string }) => {
    const account = accountByEmail(github, identity.email);
    const { name, email, date } = identity;
    return {
      name,
      email,
      date,
      user: account?.type === 'User' ? accountObject(github, account.id) : null,
    };
  };
  return {
    __typename: 'Commit',
    id: commitNodeId(repository, sha),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    message: commit.message,
    messageHeadline: commit.message.split('\n')[0] ?? '',
    author: person(commit.author),
    committer: person(commit.committer),
    authors: (args: Slice) =>
      connection(
        [commit.author, ...coAuthors(commit.message, commit.author.date)].map(person),
        args,
      ),
    committedDate: commit.committer.date,
    signature: github.world.signedCommits.has(sha)
      ? { __typename: 'GpgSignature', isValid: true, email: commit.committer.email }
      : null,
    url: `${repositoryPage(github, repository)}/commit/${sha}`,
  };
}

function coAuthors(message: string, date: string) {
  const trailers = message.matchAll(/^Co-authored-by: (.+?) <(.+?)>$/gim);
  return [...trailers].map(([, name = '', email = '']) => ({ name, email, date }));
}
