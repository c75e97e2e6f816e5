import type { GitHub } from '../github.ts';
import type { Repository } from './repositories.ts';

export const ROLES = ['read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export function atLeast(role: Role | undefined, wanted: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}

/** The highest role by any route: ownership, team, invitation, or the repository being public. */
export function roleOf(
  github: GitHub,
  repository: Repository,
  accountId: number,
): Role | undefined {
  return explicitRoleOf(github, repository, accountId) ?? (repository.private ? undefined : 'read');
}

/** What somebody gave them: that a repository is public gives nothing. */
export function explicitRoleOf(
  github: GitHub,
  repository: Repository,
  accountId: number,
): Role | undefined {
  const owner = github.world.accounts.get(repository.ownerId);
  if (owner?.id === accountId || owner?.members.get(accountId) === 'admin') return 'admin';
  const roles = [repository.collaborators.get(accountId)];
  for (const [teamId, role] of repository.teams) {
    if (github.world.teams.get(teamId)?.members.has(accountId)) roles.push(role);
  }
  if (owner?.members.has(accountId)) roles.push('read');
  return ROLES.findLast(role => roles.includes(role));
}

/** The old five-word scale of `permission`, beside `role_name`. */
export function legacyPermission(role: Role | undefined): 'admin' | 'write' | 'read' | 'none' {
  if (role === undefined) return 'none';
  if (role === 'triage') return 'read';
  return role === 'maintain' ? 'write' : role;
}
