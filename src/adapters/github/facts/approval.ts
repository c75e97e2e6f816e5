/**
 * Everything the approval rules look at, live. Whatever could not be read whole makes the facts
 * incomplete, and incomplete facts never approve.
 */
import type { Repository } from '../../../core/actor.ts';
import { type ApprovalFacts, Review, type Role } from '../../../core/approvals/facts.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { accountOf } from './account.ts';
import { readContributors } from './contributors.ts';
import { roles } from './role.ts';

type Person = { id: number; login: string };

export async function readApproval(
  clients: Clients,
  app: AppIdentity,
  repository: Repository,
  number: number,
  requester: Person | null,
): Promise<ApprovalFacts> {
  const octokit = clients(repository, 'facts');
  const where = { owner: repository.owner, repo: repository.name, pull_number: number };
  const { data: pull } = await octokit.rest.pulls.get(where);
  const commits = await whole(readContributors(octokit, repository, number, pull.commits), []);
  const reviews = await whole(readReviews(), []);
  const found = await whole(rolesOf(reviews.value), {});
  const { data: after } = await octokit.rest.pulls.get(where);
  // Read while it moved: two halves of different wholes.
  const still = after.head.sha === pull.head.sha && after.base.sha === pull.base.sha;
  return {
    complete: commits.complete && reviews.complete && found.complete && still,
    pull: {
      number,
      author: accountOf(pull.user),
      state: pull.state === 'closed' ? 'closed' : 'open',
      draft: Boolean(pull.draft),
      locked: pull.locked,
      head: pull.head.sha,
      headRepositoryId: pull.head.repo?.id ?? null,
      baseRef: pull.base.ref,
      baseSha: pull.base.sha,
    },
    repository: { id: pull.base.repo.id, archived: Boolean(pull.base.repo.archived) },
    requester,
    contributors: commits.value,
    reviews: reviews.value,
    roles: found.value,
    app: { id: app.id, botUserId: app.botUserId },
  };

  async function readReviews(): Promise<Review[]> {
    const all = await octokit.paginate(octokit.rest.pulls.listReviews, { ...where, per_page: 100 });
    return all
      .filter(review => review.state !== 'PENDING')
      .map(review => ({
        id: review.id,
        by: accountOf(review.user),
        state: Review.shape.state.parse(review.state),
        commit: review.commit_id,
        at: review.submitted_at ?? '',
      }));
  }

  async function rolesOf(given: Review[]): Promise<Record<string, Role>> {
    const roleOf = roles(clients, repository);
    const people = given.flatMap(review => (review.by ? [review.by] : []));
    const entries = people.map(async by => [String(by.id), await roleOf(by)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
}

/** What could be read, or the fallback, marked as incomplete. Limits still end the whole reading. */
async function whole<T>(
  reading: Promise<T>,
  fallback: T,
): Promise<{ value: T; complete: boolean }> {
  try {
    return { value: await reading, complete: true };
  } catch (error) {
    if (error instanceof GitHubFailure && error.class === 'rate_limit') throw error;
    return { value: fallback, complete: false };
  }
}
