/** The level of trust of a role in a repository, whose configuration may lower it and never raises it. */

import { lowestTrust, type Profile } from '../profile.ts';
import type { OwnRole } from './own-role.ts';
import type { RepositoryConfig } from './repository-config.ts';

/** `trust`: what the profile grants. What is said of a role holds for the repository's own that extend it. */
export function loweredTrust(
  { roles = {}, mode }: Pick<RepositoryConfig, 'roles' | 'mode'>,
  ownRoles: readonly Pick<OwnRole, 'name' | 'extends'>[],
  { role, trust }: { role: string; trust: Profile['trust'] },
): Profile['trust'] {
  // What is only tried takes nothing away.
  if (mode === 'observe') return trust;
  const base = ownRoles.find(({ name }) => name === role)?.extends ?? role;
  return lowestTrust(trust, roles[base]?.trust);
}
