/** What GitHub answered, or that it did not, as a problem of the request that needed it. */
import { GitHubFailure, NotInstalled } from '../engine/ports/github.ts';
import { RemoteAway } from '../engine/ports/workspace.ts';
import type { HttpProblem } from './problem.ts';

/** Why GitHub did not do what a request needs, by its API or by git; null: the error is another one. */
export function gitHubFailureIn(error: unknown): GitHubFailure | null {
  if (error instanceof GitHubFailure) return error;
  return error instanceof RemoteAway
    ? new GitHubFailure('transport', 'The repository can not be fetched: git gets no answer.', null)
    : null;
}

/** What GitHub does not do now may be done when the same request comes again. */
export function gitHubProblem(failure: GitHubFailure): HttpProblem {
  if (failure.class === 'not_found')
    return {
      ...UNUSABLE,
      message: `GitHub has no such thing: ${failure.message}`,
      next: 'Change what the request names, and send it again.',
    };
  if (failure instanceof NotInstalled)
    return {
      ...UNUSABLE,
      message: `GitHub does not let the App in there: ${failure.message}`,
      next: 'Install the App on the repository, or lift its suspension, and send it again.',
    };
  if (failure.refused)
    return {
      ...UNUSABLE,
      message: `GitHub refuses what the request needs: ${failure.message}`,
      next: 'Change what GitHub names, there or in the request, and send it again.',
    };
  const seconds = Math.ceil((failure.retryAfterMs ?? 30_000) / 1000);
  return {
    status: 503,
    title: 'GitHub does not answer',
    code: 'github_unavailable',
    message: failure.message,
    next: 'Send the same request again later; a call with a key, with the same key.',
    headers: { 'retry-after': String(seconds) },
  };
}

const UNUSABLE = { status: 422, title: 'The request was refused', code: 'unusable' };
