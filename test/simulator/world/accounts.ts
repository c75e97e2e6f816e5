import { randomBytes } from 'node:crypto';
import type { GitHub } from '../github.ts';

export interface Account {
  readonly id: number;
  login: string;
  name: string | null;
  readonly type: 'User' | 'Bot' | 'Organization';
  readonly createdAt: string;
  /** Members of an organization: account id → role. */
  readonly members: Map<number, 'admin' | 'member'>;
}

export interface Team {
  readonly id: number;
  readonly organizationId: number;
  readonly slug: string;
  readonly name: string;
  readonly members: Set<number>;
  readonly createdAt: string;
}

/** A person's account together with a token that acts as them. */
export interface User extends Account {
  readonly token: string;
}

export function addAccount(
  github: GitHub,
  login: string,
  type: Account['type'],
  name: string | null = null,
): Account {
  if (findAccount(github, login)) throw new Error(`the login ${login} is taken`);
  const account: Account = {
    id: github.nextId(),
    login,
    name,
    type,
    createdAt: github.timestamp(),
    members: new Map(),
  };
  github.world.accounts.set(account.id, account);
  return account;
}

export function createUser(github: GitHub, login: string, options: { name?: string } = {}): User {
  const account = addAccount(github, login, 'User', options.name ?? null);
  const token = `ghp_${randomBytes(24).toString('base64url').replaceAll(/[-_]/g, 'x')}`;
  github.world.tokens.set(token, { kind: 'user', userId: account.id });
  return Object.assign(account, { token });
}

export function createOrganization(github: GitHub, login: string, owner?: Account): Account {
  const organization = addAccount(github, login, 'Organization');
  if (owner) organization.members.set(owner.id, 'admin');
  return organization;
}

export function addTeam(
  github: GitHub,
  organization: Account,
  slug: string,
  members: readonly Account[],
): Team {
  const team: Team = {
    id: github.nextId(),
    organizationId: organization.id,
    slug,
    name: slug,
    members: new Set(members.map(member => member.id)),
    createdAt: github.timestamp(),
  };
  for (const member of members) {
    if (!organization.members.has(member.id)) organization.members.set(member.id, 'member');
  }
  github.world.teams.set(team.id, team);
  return team;
}

export function findAccount(github: GitHub, login: string): Account | undefined {
  const wanted = login.toLowerCase();
  for (const account of github.world.accounts.values()) {
    if (account.login.toLowerCase() === wanted) return account;
  }
  return undefined;
}

export function accountById(github: GitHub, id: number): Account {
  const account = github.world.accounts.get(id);
  if (!account) throw new Error(`no account ${id}`);
  return account;
}

/** The address that ties commits to an account, whatever its login becomes. */
export function emailOf(account: Account): string {
  return `${account.id}+${account.login}@users.noreply.github.com`;
}

/** Who commits what is merged or edited on GitHub's pages: an account like any other. */
export const WEB_FLOW_EMAIL = 'noreply@github.com';
export const webFlow = (createdAt: string): Account => ({
  id: 19_864_447,
  login: 'web-flow',
  name: 'GitHub Web Flow',
  type: 'User',
  createdAt,
  members: new Map(),
});

export function accountByEmail(github: GitHub, email: string): Account | undefined {
  if (email === WEB_FLOW_EMAIL) return findAccount(github, 'web-flow');
  const match = /^(\d+)\+.*@users\.noreply\.[\w.-]+$/.exec(email);
  return match?.[1] ? github.world.accounts.get(Number(match[1])) : undefined;
}
