import type { GitHub } from '../github.ts';
import { type Account, accountById, type Team } from '../world/accounts.ts';
import { api, nodeId, page } from './links.ts';

export type Json = Record<string, unknown>;

export function accountNodeId(account: Account): string {
  const kind = account.type === 'Bot' ? 'BOT' : account.type === 'Organization' ? 'O' : 'U';
  return nodeId(kind, account.id);
}

export function simpleUser(github: GitHub, account: Account): Json {
  const login = encodeURIComponent(account.login);
  const url = api(github, `/users/${login}`);
  const slug = account.login.replace(/\[bot\]$/, '');
  return {
    login: account.login,
    id: account.id,
    node_id: accountNodeId(account),
    avatar_url: page(github, `/avatars/${account.id}`),
    gravatar_id: '',
    url,
    html_url: page(github, account.type === 'Bot' ? `/apps/${slug}` : `/${login}`),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

export function userById(github: GitHub, id: number): Json {
  return simpleUser(github, accountById(github, id));
}

export function publicUser(github: GitHub, account: Account): Json {
  return {
    ...simpleUser(github, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

export function simpleOrganization(github: GitHub, account: Account): Json {
  const url = api(github, `/orgs/${account.login}`);
  return {
    login: account.login,
    id: account.id,
    node_id: accountNodeId(account),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: page(github, `/avatars/${account.id}`),
    description: null,
  };
}

export function fullOrganization(github: GitHub, account: Account): Json {
  return {
    ...simpleOrganization(github, account),
    has_organization_projects: false,
    has_repository_projects: false,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: page(github, `/${account.login}`),
    type: 'Organization',
    created_at: account.createdAt,
    updated_at: account.createdAt,
    archived_at: null,
  };
}

export function simpleTeam(github: GitHub, team: Team): Json {
  const organization = accountById(github, team.organizationId);
  const url = api(github, `/organizations/${organization.id}/team/${team.id}`);
  return {
    id: team.id,
    node_id: nodeId('T', team.id),
    url,
    members_url: `${url}/members{/member}`,
    name: team.name,
    description: null,
    permission: 'pull',
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    html_url: page(github, `/orgs/${organization.login}/teams/${team.slug}`),
    repositories_url: `${url}/repos`,
    slug: team.slug,
    type: 'organization',
    organization_id: organization.id,
    parent: null,
  };
}

export function fullTeam(github: GitHub, team: Team): Json {
  return {
    ...simpleTeam(github, team),
    members_count: team.members.size,
    repos_count: 0,
    created_at: team.createdAt,
    updated_at: team.createdAt,
    organization: fullOrganization(github, accountById(github, team.organizationId)),
  };
}
