/** Who asks, which repositories they may see, and what more they may do. Queries cut by it. */

import type { DeploymentRole } from '../core/access/roles.ts';

/** As GitHub has it in a repository, from the least to the most. */
export type RepositoryRole = 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export type Viewer = {
  who:
    | { kind: 'person'; id: number; login: string }
    /** Whoever may run commands where Gatehouse is deployed: nobody on GitHub, so they approve nothing. */
    | { kind: 'operator'; name: string }
    | { kind: 'token'; id: string; project: string };
  /** By the repository's id; nothing of any other repository is shown. */
  repositories: ReadonlyMap<number, RepositoryRole>;
  /** In which repositories, by id; `all`: in every one there is, and in what belongs to none. */
  roles: ReadonlyMap<DeploymentRole, ReadonlySet<number> | 'all'>;
};

/** The ids by which a query is cut. */
export const repositoriesOf = ({ repositories }: Viewer): number[] => [...repositories.keys()];

/** Whether they have the role in the repository; `null`: in the whole deployment. */
export function hasRole(viewer: Viewer, role: DeploymentRole, repository: number | null): boolean {
  const where = viewer.roles.get(role);
  if (where === undefined) return false;
  return where === 'all' || (repository !== null && where.has(repository));
}

/** By what they are counted, whatever they may see. */
export const viewerName = ({ who }: Viewer): string =>
  who.kind === 'operator' ? `operator ${who.name}` : `${who.kind} ${who.id}`;

/** The same text for viewers who may see and do the same. */
export const rightsOf = ({ who, repositories, roles }: Viewer): string =>
  JSON.stringify([
    who,
    [...repositories].sort(([a], [b]) => a - b),
    [...roles].map(([role, where]) => [role, where === 'all' ? where : [...where].sort()]),
  ]);
