/** What branch protection and rulesets require of what comes into a branch: checks, signatures, pull requests. */
import { z } from 'zod';
import type { Repository } from '../../../core/actor.ts';
import type { ExpectedChecks } from '../../../engine/ports/github.ts';
import { readBranchRules } from '../branch-rules.ts';
import type { Client, Clients } from '../client/client.ts';
import { orUnread } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { CHECK_NAME } from '../surfaces/check.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import type { Kept } from './kept.ts';

/** Rules by which GitHub refuses a plain push. */
const NO_PUSH: ReadonlySet<string> = new Set([
  'pull_request',
  'merge_queue',
  'required_status_checks',
  'required_deployments',
  'workflows',
  'code_scanning',
  'update',
]);

/** GitHub writes -1 where any App may report a check. */
async function readRequirements(
  octokit: Client,
  repository: Repository,
  branch: string,
): Promise<{
  required: ExpectedChecks['required'];
  /** By rulesets alone: REST tells what classic protection says of it to administrators only. */
  signatures: boolean;
  isProtected: boolean;
  /** What classic protection asks for is told to administrators only: it counts whatever it is. */
  takesPushes: boolean;
}> {
  const [{ data }, rules] = await Promise.all([
    octokit.rest.repos.getBranch({ ...repositoryPath(repository), branch }),
    readBranchRules(octokit, repository, branch),
  ]);
  const classic = data.protection?.required_status_checks;
  const required = [
    ...(classic?.checks ?? []).map(({ context, app_id }) => ({ name: context, app: app_id })),
    ...rules.flatMap(rule =>
      rule.type === 'required_status_checks'
        ? (rule.parameters?.required_status_checks ?? []).map(check => ({
            name: check.context,
            app: check.integration_id ?? null,
          }))
        : [],
    ),
  ];
  return {
    required: required.map(({ name, app }) => ({ name, app: app === -1 ? null : app })),
    signatures: rules.some(({ type }) => type === 'required_signatures'),
    isProtected: data.protected,
    takesPushes: !data.protection?.enabled && !rules.some(({ type }) => NO_PUSH.has(type)),
  };
}

export type BranchRequirements = ReturnType<typeof createBranchRequirements>;

/** What each branch requires. GitHub tells of changes only Apps with more permission than ours. */
export function createBranchRequirements(clients: Clients, app: AppIdentity, kept: Kept) {
  const lookUp = kept.about('rules', (repository, branch) =>
    readRequirements(clients(repository, 'facts'), repository, branch),
  );
  const classic = kept.about('rules', (repository, branch) =>
    protectionWantsSignatures(clients(repository, 'facts'), repository, branch),
  );
  return {
    checks: async (repository: Repository, branch: string) =>
      (await lookUp(repository, branch)).required,
    takesPushes: async (repository: Repository, branch: string) =>
      (await lookUp(repository, branch)).takesPushes,
    /** Whether our own check is required there. */
    async ours(repository: Repository, branch: string): Promise<boolean> {
      const { required } = await lookUp(repository, branch);
      return required.some(
        check => check.name === CHECK_NAME && (check.app === null || check.app === app.id),
      );
    },
    async signatures(repository: Repository, branch: string): Promise<boolean> {
      // Both at once: most branches that are pushed for are protected.
      const asked = classic(repository, branch);
      asked.catch(() => {});
      const { signatures, isProtected } = await lookUp(repository, branch);
      return signatures || !isProtected ? signatures : asked;
    },
  };
}

const QUERY = `query ($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $ref) { refUpdateRule { requiresSignatures } }
  }
}`;

const Answer = z.looseObject({
  repository: z.looseObject({
    ref: z
      .looseObject({
        refUpdateRule: z.looseObject({ requiresSignatures: z.boolean() }).nullable(),
      })
      .nullable(),
  }),
});

/** By classic protection. */
async function protectionWantsSignatures(
  client: Client,
  { owner, name }: Repository,
  branch: string,
): Promise<boolean> {
  const asked = client.graphql(QUERY, { owner, name, ref: `refs/heads/${branch}` });
  // What GitHub shows us nothing of, it still enforces.
  const answer = await orUnread(null, asked);
  if (answer === null) return false;
  return Answer.parse(answer).repository.ref?.refUpdateRule?.requiresSignatures ?? false;
}
