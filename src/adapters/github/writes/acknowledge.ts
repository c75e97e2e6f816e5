/** 👀 on what called us: GitHub keeps one reaction of a kind for each account. */
import type { Repository } from '../../../core/actor.ts';
import type { Target } from '../../../core/target.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { WriteContext } from './write-context.ts';

export async function acknowledge(
  { clients }: WriteContext,
  repository: Repository,
  target: Target,
): Promise<void> {
  const { rest } = clients(repository, 'talk');
  const eyes = { ...repositoryPath(repository), content: 'eyes' as const };
  // What was deleted meanwhile needs no acknowledgement.
  switch (target.kind) {
    case 'issue':
      await orNull(rest.reactions.createForIssue({ ...eyes, issue_number: target.number }));
      return;
    case 'issue_comment':
      await orNull(rest.reactions.createForIssueComment({ ...eyes, comment_id: target.id }));
      return;
    case 'review':
      // The text of a review takes no reaction.
      return;
    case 'review_comment':
      await orNull(
        rest.reactions.createForPullRequestReviewComment({ ...eyes, comment_id: target.id }),
      );
  }
}
