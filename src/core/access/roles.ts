/** Gatehouse's own roles for people: granted by the deployment, over organisations and repositories. */
import { z } from 'zod';
import type { Person } from '../actor.ts';

/**
 * `operator`: works the deployment; `policy_admin`: tries and proposes policy; `auditor`: verifies, replays
 * and exports the log.
 */
export const DEPLOYMENT_ROLES = ['operator', 'policy_admin', 'auditor'] as const;
export type DeploymentRole = (typeof DEPLOYMENT_ROLES)[number];

/** Managed users have an underscore, and some old logins begin or end with a hyphen. */
const LOGIN = /^[A-Za-z0-9-][\w-]{0,99}$/;
const OVER = /^(\*|[\w.-]{1,60}(\/[\w.-]{1,100})?)$/;

export const RoleGrant = z
  .strictObject({
    role: z.enum(DEPLOYMENT_ROLES, `must be one of ${DEPLOYMENT_ROLES.join(', ')}`),
    /** An organisation, a repository, or all of the deployment. */
    over: z.string().regex(OVER, 'must be an organisation, owner/name, or "*" for everything'),
    /** Logins are shown; ids decide, because a login may become somebody else's. */
    people: z
      .record(
        z.string().regex(LOGIN, 'must be a login'),
        z.number('must be the id of the account, as in `alice: 583231`').int().positive(),
        "must be `login: id`, such as `alice: 583231`; the console's settings show who you are",
      )
      .default({}),
    teams: z
      .array(
        z
          .string()
          .regex(/^[\w.-]+\/[\w.-]+$/, 'must be organisation/team')
          .transform(name => name.toLowerCase()),
      )
      .default([]),
  })
  .refine(
    ({ people, teams }) => Object.keys(people).length + teams.length > 0,
    'grants it to nobody: name `people` or `teams`',
  )
  .refine(({ role, over }) => role !== 'auditor' || over === '*', {
    path: ['over'],
    message:
      'must be "*" for an auditor: the role is for the whole log, in which all repositories stand. What belongs to single repositories, whoever reads them on GitHub verifies, exports and replays task by task without a role',
  });
export type RoleGrant = z.output<typeof RoleGrant>;

export const RolesFile = z.array(RoleGrant).max(1_000);

/** In which repositories, by id; `all`: in every one, and in what belongs to none. */
export type HeldRoles = Map<DeploymentRole, Set<number> | 'all'>;

/** What somebody holds over what they may see: no role shows a repository that GitHub does not. */
export function heldRoles(
  grants: readonly RoleGrant[],
  of: {
    person: Person;
    teams: readonly string[];
    repositories: readonly { id: number; name: string }[];
  },
): HeldRoles {
  const held: HeldRoles = new Map();
  for (const { role, over, people, teams } of grants) {
    const theirs = Object.values(people).includes(of.person.id);
    if (!theirs && !teams.some(team => of.teams.includes(team))) continue;
    const before = held.get(role);
    if (before === 'all') continue;
    if (over === '*') {
      held.set(role, 'all');
      continue;
    }
    const ids = of.repositories.filter(({ name }) => isOver(over, name)).map(({ id }) => id);
    if (ids.length > 0) held.set(role, new Set([...(before ?? []), ...ids]));
  }
  return held;
}

function isOver(over: string, name: string): boolean {
  const [wanted, given] = [over.toLowerCase(), name.toLowerCase()];
  return given === wanted || given.startsWith(`${wanted}/`);
}

export const asksTeams = (grants: readonly RoleGrant[]): boolean =>
  grants.some(({ teams }) => teams.length > 0);
