import { readCommit } from '../git/commits.ts';
import type { GitHub } from '../github.ts';
import { commitNodeId } from '../present/commit.ts';
import { repositoryPage } from '../present/repository.ts';
import type { Actor } from '../rest/actor.ts';
import { accountByEmail } from '../world/accounts.ts';
import type { Repository } from '../world/repositories.ts';
import { accountObject } from './accounts.ts';
import { rollupObject } from './checks.ts';
import { connection, type Slice } from './connection.ts';

// Fields that cost something are functions: graphql-js calls those that the query asks for.

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
    statusCheckRollup: (_: unknown, { actor }: { actor: Actor }) =>
      rollupObject({ github, actor }, repository, sha),
    url: `${repositoryPage(github, repository)}/commit/${sha}`,
  };
}

function coAuthors(message: string, date: string) {
  const trailers = message.matchAll(/^Co-authored-by: (.+?) <(.+?)>$/gim);
  return [...trailers].map(([, name = '', email = '']) => ({ name, email, date }));
}
