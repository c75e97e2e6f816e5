import type { GitHub } from '../github.ts';
import { ownerOf, type Repository } from '../world/repositories.ts';
import { atLeast, type Role } from '../world/roles.ts';
import { type Json, simpleUser } from './account.ts';
import { api, nodeId, page } from './links.ts';

const TEMPLATED = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

export function repositoryUrl(github: GitHub, repository: Repository): string {
  return api(github, `/repos/${ownerOf(github, repository).login}/${repository.name}`);
}

export function repositoryPage(github: GitHub, repository: Repository): string {
  return page(github, `/${ownerOf(github, repository).login}/${repository.name}`);
}

export function minimalRepository(github: GitHub, repository: Repository, role?: Role): Json {
  const owner = ownerOf(github, repository);
  const url = repositoryUrl(github, repository);
  const html = repositoryPage(github, repository);
  const open = [...repository.issues.values()].filter(issue => issue.state === 'open').length;
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: `${owner.login}/${repository.name}`,
    owner: simpleUser(github, owner),
    private: repository.private,
    html_url: html,
    description: repository.description,
    fork: repository.forkOf !== null,
    url,
    ...Object.fromEntries(Object.entries(TEMPLATED).map(([key, tail]) => [key, url + tail])),
    git_url: `${html.replace(/^http/, 'git')}.git`,
    ssh_url: `git@${new URL(github.url).hostname}:${owner.login}/${repository.name}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    size: 0,
    default_branch: repository.defaultBranch,
    open_issues: open,
    open_issues_count: open,
    is_template: false,
    topics: [],
    has_issues: repository.hasIssues,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: repository.archived,
    disabled: false,
    visibility: repository.private ? 'private' : 'public',
    pushed_at: repository.pushedAt,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    allow_forking: true,
    web_commit_signoff_required: false,
    ...(role && { permissions: rolePermissions(role) }),
  };
}

export function fullRepository(github: GitHub, repository: Repository, role?: Role): Json {
  const owner = ownerOf(github, repository);
  return {
    ...minimalRepository(github, repository, role),
    allow_merge_commit: repository.mergeMethods.includes('merge'),
    allow_squash_merge: repository.mergeMethods.includes('squash'),
    allow_rebase_merge: repository.mergeMethods.includes('rebase'),
    allow_auto_merge: repository.allowsAutoMerge,
    allow_update_branch: true,
    delete_branch_on_merge: false,
    subscribers_count: 0,
    network_count: 0,
    ...(owner.type === 'Organization' && { organization: simpleUser(github, owner) }),
  };
}

/** In a `push` event two times are seconds, and the owner has a name. */
export function pushRepository(github: GitHub, repository: Repository): Json {
  const owner = ownerOf(github, repository);
  return {
    ...minimalRepository(github, repository),
    owner: { ...simpleUser(github, owner), name: owner.login, email: null },
    created_at: Math.floor(Date.parse(repository.createdAt) / 1000),
    pushed_at: Math.floor(Date.parse(repository.pushedAt) / 1000),
    stargazers: 0,
    master_branch: repository.defaultBranch,
  };
}

export function rolePermissions(role: Role): Json {
  return {
    admin: role === 'admin',
    maintain: atLeast(role, 'maintain'),
    push: atLeast(role, 'write'),
    triage: atLeast(role, 'triage'),
    pull: true,
  };
}
