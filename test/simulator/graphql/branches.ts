import { unauthorized } from '../git/unmet-rules.ts';
import type { GitHub } from '../github.ts';
import { nodeId } from '../present/links.ts';
import { repositoryPage } from '../present/repository.ts';
import { type Actor, accountOf } from '../rest/actor.ts';
import { type BranchProtection, fullName, type Repository } from '../world/repositories.ts';
import { accountObject } from './accounts.ts';
import { commitObject } from './commits.ts';

/** What a repository says of itself, without what is in it. */
export function repositoryFields(github: GitHub, repository: Repository) {
  return {
    __typename: 'Repository',
    id: nodeId('R', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(github, repository),
    owner: () => accountObject(github, repository.ownerId),
    isPrivate: repository.private,
    isArchived: repository.archived,
    url: repositoryPage(github, repository),
  };
}

export function branchObject(github: GitHub, repository: Repository, name: string, sha: string) {
  return {
    id: nodeId('REF', `${repository.id}:refs/heads/${name}`),
    name,
    prefix: 'refs/heads/',
    target: () => commitObject(github, repository, sha),
    refUpdateRule: (_: unknown, { actor }: { actor: Actor }) => {
      const protection = repository.protections.get(name);
      return protection ? updateRule(protection, accountOf(actor).id) : null;
    },
  };
}

/** What classic protection asks for, as far as it is told to whoever does not administer the repository. */
function updateRule(protection: BranchProtection, viewer: number) {
  const { classic = false, signatures, requiredReviews, requiredChecks } = protection;
  return {
    requiredApprovingReviewCount: classic ? requiredReviews : 0,
    requiredStatusCheckContexts: classic ? requiredChecks.map(({ context }) => context) : [],
    requiresCodeOwnerReviews: false,
    requiresConversationResolution: classic && protection.conversations === true,
    requiresLinearHistory: classic && protection.linearHistory === true,
    requiresSignatures: signatures === 'classic',
    viewerCanPush: !protection.locked && unauthorized(protection, viewer).length === 0,
  };
}
