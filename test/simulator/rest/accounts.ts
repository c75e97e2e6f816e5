import { fullOrganization, fullTeam, publicUser, simpleUser } from '../present/account.ts';
import { api } from '../present/links.ts';
import { type Account, accountById, findAccount, type Team } from '../world/accounts.ts';
import { grants } from '../world/apps.ts';
import { type Call, ok, type Reply } from './call.ts';
import { forbidden, notFound, refusal } from './errors.ts';
import { paginate } from './pagination.ts';

export function getAuthenticatedUser({ github, actor }: Call): Reply {
  if (actor.kind === 'anonymous') throw refusal(401, 'Requires authentication');
  if (actor.kind !== 'user') throw forbidden();
  return ok(publicUser(github, actor.user));
}

export function getUser({ github, params }: Call): Reply {
  const account = findAccount(github, String(params.username));
  if (!account) throw notFound();
  return ok(publicUser(github, account));
}

export function getUserById({ github, params }: Call): Reply {
  const account = github.world.accounts.get(Number(params.account_id));
  if (!account) throw notFound();
  return ok(publicUser(github, account));
}

function organizationOf({ github, params }: Call): Account {
  const account = findAccount(github, String(params.org));
  if (account?.type !== 'Organization') throw notFound();
  return account;
}

export function getOrganization(call: Call): Reply {
  return ok(fullOrganization(call.github, organizationOf(call)));
}

/** Teams are known to members, and to Apps that may read members. */
function findTeam(call: Call): Team {
  const organization = organizationOf(call);
  const { actor } = call;
  if (actor.kind === 'installation') {
    if (actor.installation.accountId !== organization.id) throw notFound();
    if (!grants(actor.permissions, 'members', 'read')) throw forbidden();
  } else if (actor.kind !== 'user' || !organization.members.has(actor.user.id)) throw notFound();
  const slug = String(call.params.team_slug);
  const team = [...call.github.world.teams.values()].find(
    t => t.organizationId === organization.id && t.slug === slug,
  );
  if (!team) throw notFound();
  return team;
}

export function getTeam(call: Call): Reply {
  return ok(fullTeam(call.github, findTeam(call)));
}

export function listTeamMembers(call: Call): Reply {
  const members = [...findTeam(call).members].map(id => accountById(call.github, id));
  return paginate(call, members, page => page.map(account => simpleUser(call.github, account)));
}

export function getTeamMembership(call: Call): Reply {
  const team = findTeam(call);
  const account = findAccount(call.github, String(call.params.username));
  if (!account || !team.members.has(account.id)) throw notFound();
  const url = api(
    call.github,
    `/organizations/${team.organizationId}/team/${team.id}/memberships/${account.login}`,
  );
  return ok({ url, role: 'member', state: 'active' });
}
