import { resolveCommit } from '../git/command.ts';
import type { GitHub } from '../github.ts';
import { readNodeId } from '../present/links.ts';
import type { Actor } from '../rest/actor.ts';
import { authorize, type Permission } from '../rest/call.ts';
import { refusal } from '../rest/errors.ts';
import { rate } from '../rest/limits.ts';
import type { Comment, Issue } from '../world/issues.ts';
import { movedRepository } from '../world/moves.ts';
import {
  isPullRequest,
  type PullRequest,
  type Review,
  type ReviewComment,
} from '../world/pulls.ts';
import { findRepository, type Repository } from '../world/repositories.ts';
import type { Role } from '../world/roles.ts';
import { accountObject } from './accounts.ts';
import { commitObject } from './commits.ts';
import type { Cost } from './cost.ts';
import { repositoryObject } from './repositories.ts';
import { commentObject, issueObject, pullObject, reviewObject } from './threads.ts';

export interface Context {
  readonly github: GitHub;
  readonly actor: Actor;
  /** What the query that is being answered costs. */
  readonly cost: Cost;
}

export function repository(
  { owner, name }: { owner: string; name: string },
  { github, actor }: Context,
) {
  const found = findRepository(github, owner, name) ?? movedRepository(github, owner, name);
  const missing = () =>
    refusal(404, `Could not resolve to a Repository with the name '${owner}/${name}'.`);
  if (!found) throw missing();
  permit({ github, actor }, found, ['metadata:read'], 'read', missing);
  return repositoryObject(github, found);
}

/** How much of the hour's points is left, this query already counted. */
export function rateLimit(_: unknown, { github, actor, cost }: Context) {
  const { limit, used, remaining, reset } = rate(github, actor, 'graphql');
  const resetAt = `${new Date(reset * 1000).toISOString().slice(0, 19)}Z`;
  return { cost: cost.points, nodeCount: cost.nodes, limit, used, remaining, resetAt };
}

export function viewer(_: unknown, { github, actor }: Context) {
  if (actor.kind === 'user') return accountObject(github, actor.user.id);
  if (actor.kind === 'installation')
    return {
      ...accountObject(github, actor.app.botUser.id),
      // Elsewhere in GraphQL a bot's login has no such end.
      login: actor.app.botUser.login,
      __typename: 'User',
    };
  throw refusal(401, 'Requires authentication');
}

/** What a node id names, once the actor may see its repository. */
export type Found =
  | { readonly kind: 'pull'; readonly repository: Repository; readonly issue: PullRequest }
  | { readonly kind: 'issue'; readonly repository: Repository; readonly issue: Issue }
  | { readonly kind: 'comment'; readonly repository: Repository; readonly comment: Comment }
  | {
      readonly kind: 'review';
      readonly repository: Repository;
      readonly issue: PullRequest;
      readonly review: Review;
    }
  | {
      readonly kind: 'reviewComment';
      readonly repository: Repository;
      readonly issue: PullRequest;
      readonly comment: ReviewComment;
    }
  | { readonly kind: 'repository'; readonly repository: Repository };

export function findNode(
  context: Context,
  id: string,
  permissions: readonly Permission[],
  role: Role = 'read',
): Found {
  const missing = () => refusal(404, `Could not resolve to a node with the global id of '${id}'`);
  const read = readNodeId(id);
  const found = read && search(context.github, read.kind, Number(read.key));
  if (!found) throw missing();
  permit(context, found.repository, permissions, role, missing);
  return found;
}

function search(github: GitHub, kind: string, key: number): Found | undefined {
  for (const repository of github.world.repositories.values()) {
    if (kind === 'R' && repository.id === key) return { kind: 'repository', repository };
    for (const issue of repository.issues.values()) {
      if (kind === 'I' && issue.id === key && !issue.pull)
        return { kind: 'issue', repository, issue };
      const comment = kind === 'IC' && issue.comments.find(candidate => candidate.id === key);
      if (comment) return { kind: 'comment', repository, comment };
      if (!isPullRequest(issue)) continue;
      if (kind === 'PR' && issue.pull.id === key) return { kind: 'pull', repository, issue };
      const review = kind === 'PRR' && issue.pull.reviews.find(candidate => candidate.id === key);
      if (review) return { kind: 'review', repository, issue, review };
      const line =
        (kind === 'PRRC' || kind === 'PRRT') &&
        issue.pull.reviewComments.find(candidate => candidate.id === key);
      if (line) return { kind: 'reviewComment', repository, issue, comment: line };
    }
  }
  return undefined;
}

export async function node({ id }: { id: string }, context: Context) {
  const { github } = context;
  const read = readNodeId(id);
  if (
    read &&
    ['U', 'BOT', 'O'].includes(read.kind) &&
    github.world.accounts.has(Number(read.key))
  ) {
    return accountObject(github, Number(read.key));
  }
  if (read?.kind === 'C') {
    const [repositoryId, sha = ''] = read.key.split(':');
    const repository = github.world.repositories.get(Number(repositoryId));
    if (repository && (await resolveCommit(repository.directory, sha))) {
      permit(context, repository, ['contents:read'], 'read', () => refusal(404, 'Not found'));
      return commitObject(github, repository, sha);
    }
  }
  const found = findNode(context, id, ['metadata:read']);
  switch (found.kind) {
    case 'repository':
      return repositoryObject(github, found.repository);
    case 'issue':
      return issueObject(github, found.repository, found.issue);
    case 'pull':
      return pullObject(github, found.repository, found.issue);
    case 'comment':
      return commentObject(github, found.repository, found.comment);
    case 'review':
      return reviewObject(github, found.repository, found.issue, found.review);
    case 'reviewComment':
      return {
        __typename: 'PullRequestReviewComment',
        id,
        databaseId: found.comment.id,
        body: found.comment.body,
        isMinimized: found.comment.minimized !== null,
      };
  }
}

/** In the order of their ids; for one that can't be found there is an error, and null in its place. */
export const nodes = ({ ids }: { ids: string[] }, context: Context) =>
  ids.map(id => node({ id }, context));

/** As REST does; only the words differ. */
export function permit(
  { github, actor }: Pick<Context, 'github' | 'actor'>,
  repository: Repository,
  permissions: readonly Permission[],
  role: Role,
  missing: () => Error,
): void {
  try {
    authorize(github, actor, repository, permissions, role);
  } catch (error) {
    if ((error as { status?: number }).status === 404) throw missing();
    throw error;
  }
}
