/** What the base still asks for. GitHub itself says no more of it than that the merge is blocked. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import { bearsOurName } from '../../../core/approvals/own-check.ts';
import { isSameCheck } from '../../../core/check-name.ts';
import { type BranchRule, readBranchRules } from '../branch-rules.ts';
import type { Client } from '../client.ts';
import { readChecks } from '../facts/checks.ts';
import { repositoryPath } from '../repository-path.ts';
import type { AppIdentity } from '../triggers/origin.ts';

/** More than these are for the pull request's own page to show. */
const LISTED = 8;

export async function whatIsMissing(
  client: Client,
  app: AppIdentity,
  repository: Repository,
  pull: { number: number; head: { sha: string }; base: { ref: string } },
): Promise<string> {
  const path = repositoryPath(repository);
  const { ref } = pull.base;
  const [rules, { data: branch }, { checks }, decision] = await Promise.all([
    readBranchRules(client, repository, ref),
    client.rest.repos.getBranch({ ...path, branch: ref }),
    readChecks(client, app, path, pull.head.sha),
    reviewDecision(client, repository, pull.number),
  ]);
  const required = [
    ...(branch.protection?.required_status_checks?.contexts ?? []),
    ...rules.flatMap(checksOf),
  ];
  const green = checks.filter(({ state }) => state === 'green').map(({ name }) => name);
  const missing = required.filter(
    name => !green.some(other => isSameCheck(other, name)) && !bearsOurName(name),
  );
  const wanted = [
    ...reviewsIn(decision, rules),
    ...[...new Set(missing)].map(name => `the check ${name}`),
    ...rules.flatMap(conditionsOf),
  ];
  return wanted.length === 0
    ? 'GitHub blocks the merge and does not say why; the page of the pull request may show it.'
    : `GitHub blocks the merge: ${ref} asks for ${wanted.slice(0, LISTED).join(', ')}.`;
}

const checksOf = (rule: BranchRule): string[] =>
  rule.type === 'required_status_checks'
    ? (rule.parameters?.required_status_checks ?? []).map(({ context }) => context)
    : [];

function reviewsIn(decision: string | null, rules: readonly BranchRule[]): string[] {
  if (decision === 'CHANGES_REQUESTED') return ['the approval of whoever requested changes'];
  if (decision !== 'REVIEW_REQUIRED') return [];
  const counts = rules.flatMap(rule =>
    rule.type === 'pull_request' ? (rule.parameters?.required_approving_review_count ?? 0) : 0,
  );
  const most = Math.max(1, ...counts);
  const owners = rules.some(
    rule => rule.type === 'pull_request' && rule.parameters?.require_code_owner_review,
  );
  return [
    `${most === 1 ? 'a review that approves' : `${most} reviews that approve`}${owners ? ', of code owners too' : ''}`,
  ];
}

/** What a rule asks for that only GitHub can judge. */
function conditionsOf(rule: BranchRule): string[] {
  switch (rule.type) {
    case 'pull_request':
      return rule.parameters?.required_review_thread_resolution ? ['resolved conversations'] : [];
    case 'required_signatures':
      return ['signed commits'];
    case 'required_deployments':
      return (rule.parameters?.required_deployment_environments ?? []).map(
        environment => `a deployment to ${environment}`,
      );
    case 'workflows':
      return ['the workflows that its rules name'];
    case 'code_scanning':
      return ['the results of code scanning'];
    default:
      return [];
  }
}

const QUERY = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { reviewDecision } }
}`;

const Decision = z.looseObject({
  repository: z.looseObject({
    pullRequest: z.looseObject({ reviewDecision: z.string().nullable() }),
  }),
});

async function reviewDecision(
  client: Client,
  { owner, name }: Repository,
  number: number,
): Promise<string | null> {
  const answer = await client.graphql(QUERY, { owner, name, number });
  return Decision.parse(answer).repository.pullRequest.reviewDecision;
}
