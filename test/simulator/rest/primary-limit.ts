import type { GitHub } from '../github.ts';
import { accountById } from '../world/accounts.ts';
import { type Installation, repositoriesOf } from '../world/apps.ts';
import type { Actor } from './actor.ts';

/** More than this many repositories, or people, and an installation has more for each further one. */
const COVERED = 20;
const FOR_EACH = 50;

/** What an account has in an hour, of REST and of GraphQL alike. */
export function primaryLimit(github: GitHub, actor: Actor): number {
  const { anonymousPerHour, perHour } = github.limits.settings;
  if (actor.kind === 'anonymous') return anonymousPerHour;
  return actor.kind === 'installation' ? limitOf(github, actor.installation) : perHour;
}

/** GitHub does not say whether the first twenty count as well: this is the smaller reading. */
function limitOf(github: GitHub, installation: Installation): number {
  const { perHour, mostPerHour } = github.limits.settings;
  const repositories = repositoriesOf(github, installation).length;
  const people = accountById(github, installation.accountId).members.size;
  const further = Math.max(0, repositories - COVERED) + Math.max(0, people - COVERED);
  // A test that sets less than GitHub has is not given more than it set.
  return Math.max(perHour, Math.min(perHour + FOR_EACH * further, mostPerHour));
}
