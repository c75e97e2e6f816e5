/** What the base still asks for. GitHub itself says no more of it than that the merge is blocked. */
import type { Repository } from '../../../core/actor.ts';
import type { Merged } from '../../../engine/ports/merging.ts';
import { type BranchRule, readBranchRules } from '../branch-rules.ts';
import type { Client } from '../client/client.ts';
import { orUnread } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { readChecks } from '../facts/checks.ts';
import { readPreview } from '../facts/deployments.ts';
import { checksMissing } from './missing-checks.ts';
import {
  conversationsMissing,
  type ReviewStanding,
  readStanding,
  reviewsMissing,
} from './missing-reviews.ts';
import { onlyGitHubKnows } from './missing-rules.ts';
import type { WriteContext } from './write-context.ts';

/** More than these are for the pull request's own page to show. */
const LISTED = 8;

type BlockedPull = { number: number; head: { sha: string }; base: { ref: string } };

/** Or that the branch lacks commits of the base, where its rules ask for all of them and nothing else is known to be missing. */
export async function whatIsMissing(
  { clients, app }: WriteContext,
  repository: Repository,
  pull: BlockedPull,
): Promise<Merged> {
  const client = clients(repository, 'facts');
  const path = repositoryPath(repository);
  const { ref } = pull.base;
  const [rules, { data: branch }, { checks }, standing] = await Promise.all([
    readBranchRules(client, repository, ref),
    client.rest.repos.getBranch({ ...path, branch: ref }),
    readChecks(client, app, path, pull.head.sha),
    readStanding(client, repository, pull.number),
  ]);
  const [unsigned, undeployed, isBehind] = await Promise.all([
    wantsSignatures(rules, standing) &&
      orUnread(true, hasUnsigned(client, repository, pull.number)),
    environmentsMissing(clients, repository, pull.head.sha, environmentsOf(rules)),
    asksForAll(rules) && orUnread(false, lacksCommits(client, repository, pull)),
  ]);
  const missing = [
    ...reviewsMissing(standing, rules),
    ...checksMissing(app.id, branch.protection?.required_status_checks, rules, checks),
    ...conversationsMissing(standing, rules),
    ...(unsigned ? ['signed commits'] : []),
    ...undeployed.map(environment => `a deployment to ${environment}`),
  ];
  if (isBehind && missing.length === 0) return { outcome: 'behind', base: ref };
  const behind = isBehind ? [`a branch that contains all of ${ref}`] : [];
  return { outcome: 'blocked', reason: inWords(ref, [...missing, ...behind], rules, standing) };
}

function inWords(
  ref: string,
  missing: readonly string[],
  rules: readonly BranchRule[],
  { updateRule, decision }: ReviewStanding,
): string {
  const judged = rules.flatMap(rule => onlyGitHubKnows(rule, decision));
  const unknown = [...new Set(judged)].slice(0, LISTED).join(', ');
  const also = unknown && ` It also asks for ${unknown}, which GitHub alone can judge.`;
  if (missing.length > 0)
    return `GitHub blocks the merge: ${ref} asks for ${missing.slice(0, LISTED).join(', ')}.${also}`;
  const closed =
    updateRule?.viewerCanPush === false
      ? ` Its protection lets Gatehouse's App change nothing there: the branch is locked, or only those may push to it whom it names. Unlock it, or name the App.`
      : '';
  if (unknown)
    return `GitHub blocks the merge and does not say why: ${ref} asks for ${unknown}.${closed}`;
  return closed
    ? `GitHub blocks the merge into ${ref}.${closed}`
    : 'GitHub blocks the merge and does not say why; the page of the pull request may show it.';
}

const wantsSignatures = (rules: readonly BranchRule[], { updateRule }: ReviewStanding): boolean =>
  rules.some(({ type }) => type === 'required_signatures') ||
  updateRule?.requiresSignatures === true;

async function hasUnsigned(
  { rest, paginate }: Client,
  repository: Repository,
  pull_number: number,
): Promise<boolean> {
  const at = { ...repositoryPath(repository), pull_number, per_page: 100 };
  const commits = await paginate(rest.pulls.listCommits, at);
  return commits.some(({ commit }) => !commit.verification?.verified);
}

const environmentsOf = (rules: readonly BranchRule[]): string[] => [
  ...new Set(
    rules.flatMap(rule =>
      rule.type === 'required_deployments'
        ? (rule.parameters?.required_deployment_environments ?? [])
        : [],
    ),
  ),
];

async function environmentsMissing(
  clients: WriteContext['clients'],
  repository: Repository,
  commit: string,
  environments: string[],
): Promise<string[]> {
  const missing = environments.slice(0, LISTED).map(async environment => {
    const seen = await orUnread(null, readPreview(clients, repository, { commit, environment }));
    return seen?.state === 'success' ? [] : [environment];
  });
  return (await Promise.all(missing)).flat();
}

/** What is in a queue is merged with the base as it is then. */
const asksForAll = (rules: readonly BranchRule[]): boolean =>
  rules.some(
    rule =>
      rule.type === 'required_status_checks' &&
      rule.parameters?.strict_required_status_checks_policy === true,
  ) && !rules.some(({ type }) => type === 'merge_queue');

/** GitHub says "behind" of it only where nothing else blocks. */
async function lacksCommits(
  { rest }: Client,
  repository: Repository,
  { head, base }: BlockedPull,
): Promise<boolean> {
  const basehead = `${base.ref}...${head.sha}`;
  const at = { ...repositoryPath(repository), basehead, per_page: 1 };
  return (await rest.repos.compareCommitsWithBasehead(at)).data.behind_by > 0;
}
