/** What the base still asks for. GitHub itself says no more of it than that the merge is blocked. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import { bearsOurName } from '../../../core/approvals/own-check.ts';
import { isSameCheck } from '../../../core/check-name.ts';
import type { ReportedCheck } from '../../../engine/ports/github.ts';
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
  const classic = branch.protection?.required_status_checks;
  const required = [
    ...(classic?.contexts ?? []).map(name => ({ name, app: null })),
    ...(classic?.checks ?? []).map(({ context: name, app_id: app }) => ({ name, app })),
    ...rules.flatMap(checksOf),
  ];
  const wanted = [
    ...reviewsIn(decision, rules),
    ...new Set(required.flatMap(check => checkWanted(check, checks))),
    ...new Set(rules.flatMap(conditionsOf)),
  ];
  return wanted.length === 0
    ? 'GitHub blocks the merge and does not say why; the page of the pull request may show it.'
    : `GitHub blocks the merge: ${ref} asks for ${wanted.slice(0, LISTED).join(', ')}.`;
}

type RequiredCheck = { name: string; app: number | null };

const checksOf = (rule: BranchRule): RequiredCheck[] =>
  rule.type === 'required_status_checks'
    ? (rule.parameters?.required_status_checks ?? []).map(({ context, integration_id }) => ({
        name: context,
        app: integration_id ?? null,
      }))
    : [];

/** A status does not say which App set it, and GitHub writes -1 where any App may report a check. */
function checkWanted({ name, app }: RequiredCheck, reported: ReportedCheck[]): string[] {
  const green = reported.filter(one => isSameCheck(one.name, name) && one.state === 'green');
  const isByAny = app === null || app === -1;
  if (bearsOurName(name) || green.some(one => isByAny || one.app === null || one.app === app))
    return [];
  return [
    green.length > 0
      ? `the check ${name} by another App than the one that reported it`
      : `the check ${name}`,
  ];
}

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
  const afterPush = rules.some(
    rule => rule.type === 'pull_request' && rule.parameters?.require_last_push_approval,
  );
  return [
    [
      most === 1 ? 'a review that approves' : `${most} reviews that approve`,
      ...(owners ? ['of code owners too'] : []),
      ...(afterPush ? ['one of them after the last push and not by who pushed'] : []),
    ].join(', '),
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
    case 'update':
      return ['somebody who may bypass its rule against updates'];
    case 'commit_message_pattern':
    case 'commit_author_email_pattern':
    case 'committer_email_pattern':
      return [`commits that its rule ${rule.type} allows`];
    default:
      // A rule that is new to us may be the one that blocks.
      return CHECKED_ELSEWHERE.has(rule.type) ? [] : [`what its rule ${rule.type} says`];
  }
}

/** Rules that are looked at above, or that never block a merge by themselves. */
const CHECKED_ELSEWHERE: ReadonlySet<string> = new Set([
  ...['required_status_checks', 'required_linear_history', 'merge_queue', 'copilot_code_review'],
  ...['creation', 'deletion', 'non_fast_forward', 'branch_name_pattern', 'tag_name_pattern'],
]);

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
