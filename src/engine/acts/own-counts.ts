/**
 * Whether a person's approval of their own work counts, as the deployment's policies have it in the usual
 * case (the extra `solo`). It is what is offered to them; what they say is judged by the facts of that time.
 */
import { hasRole, type Role } from '../../core/actor.ts';
import { decide } from '../../policy/decide.ts';
import { factsFromShorthand } from '../../policy/facts-shorthand.ts';
import type { Dependencies } from '../dependencies.ts';

type Needs = Pick<Dependencies, 'policies'>;

/** `repository`: owner/name. */
export function ownCounts(
  { policies }: Needs,
  { repository, role }: { repository: string; role: Role },
): boolean {
  if (!hasRole(role, 'maintain')) return false;
  const made = factsFromShorthand({ action: 'approval.own', requester: role, repository });
  return !('problem' in made) && decide(policies, made.facts).outcome === 'allow';
}

/** The repositories in which it counts, of those in which work of this person waits for approval. */
export async function whereOwnCounts(
  deps: Needs & Pick<Dependencies, 'approvals'>,
  person: number,
  roles: ReadonlyMap<number, Role>,
): Promise<number[]> {
  const maintained = [...roles].flatMap(([id, role]) => (hasRole(role, 'maintain') ? [id] : []));
  if (maintained.length === 0) return [];
  const theirs = await deps.approvals.withOwnWork(person, maintained);
  return theirs.flatMap(({ id, name: repository }) =>
    ownCounts(deps, { repository, role: roles.get(id) ?? 'none' }) ? [id] : [],
  );
}
