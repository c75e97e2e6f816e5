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

const RANK: readonly RepositoryRole[] = ['read', 'triage', 'write', 'maintain', 'admin'];

/** Whether whoever asks now is who asked before, and may see and do at least what they could. */
export function mayStill(now: Viewer, before: Viewer): boolean {
  const rank = (role: RepositoryRole | undefined) => (role ? RANK.indexOf(role) : -1);
  return (
    viewerName(now) === viewerName(before) &&
    before.repositories.entries().every(([id, r]) => rank(now.repositories.get(id)) >= rank(r)) &&
    before.roles.entries().every(([role, where]) => isWithin(where, now.roles.get(role)))
  );
}

type Where = ReadonlySet<number> | 'all';

function isWithin(part: Where, whole: Where | undefined): boolean {
  if (whole === undefined || whole === 'all') return whole === 'all';
  return part !== 'all' && part.isSubsetOf(whole);
}
