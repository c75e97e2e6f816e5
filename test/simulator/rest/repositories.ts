import { branchTip, listRefs } from '../git/branches.ts';
import { readCommit } from '../git/commits.ts';
import { wantsSignatures } from '../git/signatures.ts';
import { simpleUser } from '../present/account.ts';
import { commitJson } from '../present/commit.ts';
import { api } from '../present/links.ts';
import {
  fullRepository,
  repositoryPage,
  repositoryUrl,
  rolePermissions,
} from '../present/repository.ts';
import { emit } from '../webhooks/emit.ts';
import { findAccount } from '../world/accounts.ts';
import type { BranchProtection } from '../world/repositories.ts';
import { legacyPermission, type Role, roleOf } from '../world/roles.ts';
import { accountOf } from './actor.ts';
import { NO_CONTENT, ok, type Reply, type RepositoryCall } from './call.ts';
import { notFound, refusal } from './errors.ts';
import { paginate } from './pagination.ts';

export function getRepository(call: RepositoryCall): Reply {
  return ok(fullRepository(call.github, call.repository, callerRole(call)));
}

function callerRole(call: RepositoryCall): Role {
  if (call.actor.kind !== 'user') return 'read';
  return roleOf(call.github, call.repository, call.actor.user.id) ?? 'read';
}

export function getPermission(call: RepositoryCall): Reply {
  const { github, repository } = call;
  const account = findAccount(github, String(call.params.username));
  if (!account) throw notFound();
  const role = roleOf(github, repository, account.id);
  return ok({
    permission: legacyPermission(role),
    role_name: role ?? 'none',
    user: { ...simpleUser(github, account), permissions: rights(role), role_name: role ?? 'none' },
  });
}

function rights(role: Role | undefined) {
  if (role) return rolePermissions(role);
  return { admin: false, maintain: false, push: false, triage: false, pull: false };
}

export function listCollaborators(call: RepositoryCall): Reply {
  const { github, repository } = call;
  const people = [...github.world.accounts.values()]
    .filter(account => account.type === 'User')
    .map(account => ({ account, role: roleOf(github, repository, account.id) }))
    // That anybody may read a public repository makes nobody a collaborator.
    .filter(
      ({ account, role }) => repository.collaborators.has(account.id) || (role && role !== 'read'),
    );
  return paginate(call, people, page =>
    page.map(({ account, role }) => ({
      ...simpleUser(github, account),
      permissions: rights(role),
      role_name: role ?? 'read',
    })),
  );
}

export async function listBranches(call: RepositoryCall): Promise<Reply> {
  const { repository } = call;
  const refs = await listRefs(repository.directory, 'refs/heads/');
  const url = repositoryUrl(call.github, repository);
  const branches = [...refs]
    .map(([ref, sha]) => ({ name: ref.slice('refs/heads/'.length), sha }))
    .filter(
      ({ name }) =>
        call.query.protected === undefined ||
        call.query.protected === repository.protections.has(name),
    )
    .map(({ name, sha }) => ({
      name,
      commit: { sha, url: `${url}/commits/${sha}` },
      protected: repository.protections.has(name),
    }));
  return paginate(call, branches);
}

export async function getBranch(call: RepositoryCall): Promise<Reply> {
  const { github, repository } = call;
  const name = String(call.params.branch);
  const sha = await branchTip(repository, name);
  const renamed = repository.formerBranches.get(name);
  if (!sha && renamed !== undefined) {
    const to = `/repositories/${repository.id}/branches/${encodeURIComponent(renamed)}`;
    return { status: 301, headers: { location: api(github, to) }, body: moved(api(github, to)) };
  }
  if (!sha) throw refusal(404, 'Branch not found');
  const protection = repository.protections.get(name);
  const url = `${repositoryUrl(github, repository)}/branches/${name}`;
  return ok({
    name,
    commit: commitJson(github, repository, await readCommit(repository.directory, sha)),
    _links: { self: url, html: `${repositoryPage(github, repository)}/tree/${name}` },
    protected: protection !== undefined,
    protection: protection
      ? {
          enabled: true,
          required_status_checks: {
            ...statusChecks(protection, url),
            enforcement_level: 'everyone',
          },
        }
      : {
          enabled: false,
          required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
        },
    protection_url: `${url}/protection`,
  });
}

const moved = (url: string) => ({
  message: 'Moved Permanently',
  url,
  documentation_url: 'https://docs.github.com/rest',
});

function statusChecks({ requiredChecks, strict }: BranchProtection, url: string) {
  return {
    url: `${url}/protection/required_status_checks`,
    contexts_url: `${url}/protection/required_status_checks/contexts`,
    strict,
    contexts: requiredChecks.map(check => check.context),
    checks: requiredChecks.map(check => ({ context: check.context, app_id: check.appId ?? null })),
  };
}

export function getProtection(call: RepositoryCall): Reply {
  const { github, repository } = call;
  const name = String(call.params.branch);
  const protection = repository.protections.get(name);
  if (!protection) throw refusal(404, 'Branch not protected');
  const branch = `${repositoryUrl(github, repository)}/branches/${name}`;
  return ok({
    url: `${branch}/protection`,
    ...(protection.requiredChecks.length && {
      required_status_checks: statusChecks(protection, branch),
    }),
    enforce_admins: { url: `${branch}/protection/enforce_admins`, enabled: true },
    ...(protection.requiredReviews > 0 && {
      required_pull_request_reviews: {
        url: `${branch}/protection/required_pull_request_reviews`,
        dismiss_stale_reviews: protection.dismissStale,
        require_code_owner_reviews: false,
        required_approving_review_count: protection.requiredReviews,
        require_last_push_approval: false,
      },
    }),
    required_linear_history: { enabled: protection.linearHistory ?? false },
    required_conversation_resolution: { enabled: protection.conversations ?? false },
    lock_branch: { enabled: protection.locked ?? false },
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
  });
}

const queueRule = ({ queueMethod = 'merge' }: BranchProtection) => ({
  type: 'merge_queue',
  parameters: {
    check_response_timeout_minutes: 60,
    grouping_strategy: 'ALLGREEN',
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: queueMethod.toUpperCase(),
    min_entries_to_merge: 1,
    min_entries_to_merge_wait_minutes: 5,
  },
});

const deploymentsRule = (required_deployment_environments: readonly string[]) => ({
  type: 'required_deployments',
  parameters: { required_deployment_environments },
});

/** The same protection, told as rules. */
export function getBranchRules(call: RepositoryCall): Reply {
  const branch = String(call.params.branch);
  const protection = call.repository.protections.get(branch);
  const source = {
    ruleset_source_type: 'Repository',
    ruleset_source: `${String(call.params.owner)}/${call.repository.name}`,
    ruleset_id: call.repository.id,
  };
  const signatures = { type: 'required_signatures', ...source };
  if (!protection || protection.classic)
    return ok(wantsSignatures(call.repository, branch) ? [signatures] : []);
  const pullRequest = {
    type: 'pull_request',
    parameters: {
      required_approving_review_count: protection.requiredReviews,
      dismiss_stale_reviews_on_push: protection.dismissStale,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_review_thread_resolution: protection.conversations ?? false,
      ...(protection.mergeMethods && { allowed_merge_methods: protection.mergeMethods }),
    },
    ...source,
  };
  const checks = {
    type: 'required_status_checks',
    parameters: {
      strict_required_status_checks_policy: protection.strict,
      required_status_checks: protection.requiredChecks.map(({ context, appId }) => ({
        context,
        ...(appId !== undefined && { integration_id: appId }),
      })),
    },
    ...source,
  };
  return paginate(call, [
    pullRequest,
    ...(protection.requiredChecks.length ? [checks] : []),
    ...(protection.linearHistory ? [{ type: 'required_linear_history', ...source }] : []),
    ...(protection.mergeQueue === 'ruleset' ? [{ ...queueRule(protection), ...source }] : []),
    ...(protection.signatures === true ? [signatures] : []),
    ...(protection.requiredDeployments
      ? [{ ...deploymentsRule(protection.requiredDeployments), ...source }]
      : []),
    ...(protection.otherRules ?? []).map(({ violated: _, ofMerge: __, ...rule }) => ({
      ...rule,
      ...source,
    })),
  ]);
}

export function createDispatch(call: RepositoryCall): Reply {
  const { repository, body } = call;
  emit(call.github, {
    event: 'repository_dispatch',
    action: String(body.event_type),
    repository,
    sender: accountOf(call.actor),
    payload: { branch: repository.defaultBranch, client_payload: body.client_payload ?? {} },
  });
  return NO_CONTENT;
}
