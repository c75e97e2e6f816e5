import { branchTip } from '../git/branches.ts';
import { resolveCommit } from '../git/command.ts';
import type { GitHub } from '../github.ts';
import { refusal } from '../rest/errors.ts';
import type { Issue } from '../world/issues.ts';
import { isPullRequest } from '../world/pulls.ts';
import type { Repository } from '../world/repositories.ts';
import { branchObject, repositoryFields } from './branches.ts';
import { commitObject } from './commits.ts';
import { connection, type Slice } from './connection.ts';
import { issueObject, pullObject, pullState } from './threads.ts';

interface Order {
  readonly orderBy?: { field: 'COMMENTS' | 'CREATED_AT' | 'UPDATED_AT'; direction: 'ASC' | 'DESC' };
}

/** Without an order GitHub lists the oldest first. */
function inOrder<I extends Issue>(issues: readonly I[], { orderBy }: Order): I[] {
  const { field = 'CREATED_AT', direction = 'ASC' } = orderBy ?? {};
  const keyOf = ({ comments, createdAt, updatedAt }: I) =>
    field === 'COMMENTS'
      ? comments.length
      : Date.parse(field === 'UPDATED_AT' ? updatedAt : createdAt);
  const ascending = issues.toSorted((a, b) => keyOf(a) - keyOf(b));
  return direction === 'ASC' ? ascending : ascending.reverse();
}

export function repositoryObject(github: GitHub, repository: Repository) {
  const refObject = async (name: string) => {
    const sha = await branchTip(repository, name);
    return sha ? branchObject(github, repository, name, sha) : null;
  };
  return {
    ...repositoryFields(github, repository),
    defaultBranchRef: () => refObject(repository.defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) =>
      refObject(qualifiedName.replace(/^refs\/heads\//, '')),
    object: async ({ oid, expression }: { oid?: string; expression?: string }) => {
      const sha = await resolveCommit(repository.directory, oid ?? expression ?? '');
      return sha ? commitObject(github, repository, sha) : null;
    },
    pullRequest: ({ number }: { number: number }) => {
      const issue = repository.issues.get(number);
      if (!issue || !isPullRequest(issue))
        throw refusal(404, `Could not resolve to a PullRequest with the number of ${number}.`);
      return pullObject(github, repository, issue);
    },
    pullRequests: (
      args: Slice & Order & { states?: string[]; headRefName?: string; baseRefName?: string },
    ) => {
      const pulls = [...repository.issues.values()]
        .filter(isPullRequest)
        .filter(issue => !args.states || args.states.includes(pullState(issue)))
        .filter(issue => !args.headRefName || issue.pull.headRef === args.headRefName)
        .filter(issue => !args.baseRefName || issue.pull.baseRef === args.baseRefName);
      return connection(
        inOrder(pulls, args).map(issue => pullObject(github, repository, issue)),
        args,
      );
    },
    issues: (args: Slice & Order) => {
      const issues = [...repository.issues.values()].filter(issue => !isPullRequest(issue));
      return connection(
        inOrder(issues, args).map(issue => issueObject(github, repository, issue)),
        args,
      );
    },
    issue: ({ number }: { number: number }) => {
      const issue = repository.issues.get(number);
      if (!issue || issue.pull)
        throw refusal(404, `Could not resolve to an Issue with the number of ${number}.`);
      return issueObject(github, repository, issue);
    },
  };
}
