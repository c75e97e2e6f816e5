/** The stacks of pull requests of a repository. */

import { nodeId } from '../present/links.ts';
import { repositoryUrl } from '../present/repository.ts';
import { isPullRequest, type Stack } from '../world/pulls.ts';
import { inStack } from '../world/stacks.ts';
import type { Reply, RepositoryCall } from './call.ts';
import { paginate } from './pagination.ts';

export function listStacks(call: RepositoryCall): Reply {
  const { pull_request } = call.query;
  const found = new Map<number, Stack>();
  for (const issue of call.repository.issues.values()) {
    const stack = isPullRequest(issue) ? issue.pull.stack : null;
    if (stack && (pull_request === undefined || stack.numbers.includes(Number(pull_request))))
      found.set(stack.id, stack);
  }
  return paginate(call, [...found.values()], page => page.map(stack => stackJson(call, stack)));
}

function stackJson({ github, repository }: RepositoryCall, stack: Stack) {
  const pulls = inStack(repository, stack.numbers);
  return {
    id: stack.id,
    number: stack.id,
    node_id: nodeId('PRS', stack.id),
    url: `${repositoryUrl(github, repository)}/stacks/${stack.id}`,
    base: { ref: stack.base },
    open: pulls.some(({ state }) => state === 'open'),
    created_at: stack.createdAt,
    pull_requests: pulls.map(({ number, state, pull }) => ({
      number,
      state,
      draft: pull.draft,
      merged_at: pull.mergedAt,
      head: { ref: pull.headRef, sha: pull.headSha },
    })),
  };
}
