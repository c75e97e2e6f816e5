/** Stacked pull requests: each is based on the branch of the one below it, and the lowest on the stack's base. */
import type { GitHub } from '../github.ts';
import { isPullRequest, type PullRequest } from './pulls.ts';
import type { Repository } from './repositories.ts';

export function stackPulls(github: GitHub, repository: Repository, numbers: readonly number[]) {
  const pulls = numbers.map(number => {
    const issue = repository.issues.get(number);
    if (!issue || !isPullRequest(issue)) throw new Error(`no pull request ${number}`);
    return issue;
  });
  pulls.forEach(({ number, pull }, at) => {
    const below = pulls[at - 1]?.pull.headRef;
    if (below !== undefined && pull.baseRef !== below)
      throw new Error(`#${number} is not based on ${below}`);
  });
  const stack = {
    id: github.nextId(),
    base: pulls[0]?.pull.baseRef ?? '',
    size: numbers.length,
    numbers,
    createdAt: github.timestamp(),
  };
  for (const [at, { pull }] of pulls.entries()) pull.stack = { ...stack, position: at + 1 };
}

/** What is merged with it: the open ones below it from the bottom, and itself. */
export function mergedTogether(repository: Repository, issue: PullRequest): PullRequest[] {
  const { stack } = issue.pull;
  if (!stack) return [issue];
  return inStack(repository, stack.numbers.slice(0, stack.position)).filter(
    ({ state }) => state === 'open',
  );
}

export const inStack = (repository: Repository, numbers: readonly number[]): PullRequest[] =>
  numbers.flatMap(number => {
    const issue = repository.issues.get(number);
    return issue && isPullRequest(issue) ? [issue] : [];
  });
