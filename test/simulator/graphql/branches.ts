import type { GitHub } from '../github.ts';
import { nodeId } from '../present/links.ts';
import { repositoryPage } from '../present/repository.ts';
import { fullName, type Repository } from '../world/repositories.ts';
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
    refUpdateRule: () => {
      const protection = repository.protections.get(name);
      return protection ? { requiresSignatures: protection.signatures === 'classic' } : null;
    },
  };
}
