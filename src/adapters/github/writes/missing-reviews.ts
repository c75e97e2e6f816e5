/** What people have said of a pull request, and what its base asks of them and they have not said. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { BranchRule } from '../branch-rules.ts';
import type { Client } from '../client/client.ts';
import { orUnread } from '../client/failure.ts';

const QUERY = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    reviewDecision
    reviewThreads(last: 100) { nodes { isResolved } }
    baseRef { refUpdateRule {
      requiredApprovingReviewCount requiresCodeOwnerReviews requiresConversationResolution
      requiresSignatures viewerCanPush
    } }
  } }
}`;

/** Classic protection, as far as it is told to whoever does not administer the repository. */
const UpdateRule = z.looseObject({
  requiredApprovingReviewCount: z.number().nullable(),
  requiresCodeOwnerReviews: z.boolean(),
  requiresConversationResolution: z.boolean(),
  requiresSignatures: z.boolean(),
  viewerCanPush: z.boolean(),
});

const Answer = z.looseObject({
  repository: z.looseObject({
    pullRequest: z.looseObject({
      reviewDecision: z.string().nullable(),
      reviewThreads: z.looseObject({
        nodes: z.array(z.looseObject({ isResolved: z.boolean() }).nullable()).nullish(),
      }),
      baseRef: z.looseObject({ refUpdateRule: UpdateRule.nullable() }).nullable(),
    }),
  }),
});

export type ReviewStanding = {
  decision: string | null;
  openConversations: number;
  updateRule: z.infer<typeof UpdateRule> | null;
};

export async function readStanding(
  client: Client,
  { owner, name }: Repository,
  number: number,
): Promise<ReviewStanding> {
  const asked = client.graphql(QUERY, { owner, name, number });
  const answer = await orUnread(
    null,
    asked.then(given => Answer.parse(given)),
  );
  if (answer === null) return { decision: null, openConversations: 0, updateRule: null };
  const { reviewDecision: decision, reviewThreads, baseRef } = answer.repository.pullRequest;
  const threads = reviewThreads.nodes ?? [];
  const openConversations = threads.filter(thread => thread?.isResolved === false).length;
  return { decision, openConversations, updateRule: baseRef?.refUpdateRule ?? null };
}

export function reviewsMissing(
  { decision, updateRule }: ReviewStanding,
  rules: readonly BranchRule[],
): string[] {
  if (decision === 'CHANGES_REQUESTED') return ['the approval of whoever requested changes'];
  if (decision !== 'REVIEW_REQUIRED') return [];
  const asked = rules.flatMap(rule =>
    rule.type === 'pull_request' ? (rule.parameters ?? []) : [],
  );
  const most = Math.max(
    1,
    updateRule?.requiredApprovingReviewCount ?? 0,
    ...asked.map(rule => rule.required_approving_review_count ?? 0),
  );
  const owners =
    updateRule?.requiresCodeOwnerReviews || asked.some(rule => rule.require_code_owner_review);
  const afterPush = asked.some(rule => rule.require_last_push_approval);
  return [
    [
      most === 1 ? 'a review that approves' : `${most} reviews that approve`,
      ...(owners ? ['of code owners too'] : []),
      ...(afterPush ? ['one of them after the last push and not by who pushed'] : []),
    ].join(', '),
  ];
}

export function conversationsMissing(
  { openConversations: open, updateRule }: ReviewStanding,
  rules: readonly BranchRule[],
): string[] {
  const isAsked =
    updateRule?.requiresConversationResolution ||
    rules.some(
      rule => rule.type === 'pull_request' && rule.parameters?.required_review_thread_resolution,
    );
  if (!isAsked || open === 0) return [];
  return [open === 1 ? 'a conversation to be resolved' : `${open} conversations to be resolved`];
}
