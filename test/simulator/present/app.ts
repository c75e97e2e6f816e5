import type { GitHub } from '../github.ts';
import { accountById } from '../world/accounts.ts';
import { type App, appById, type Installation } from '../world/apps.ts';
import { type Json, simpleUser, userById } from './account.ts';
import { api, nodeId, page } from './links.ts';

export function integration(github: GitHub, app: App): Json {
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: nodeId('A', app.id),
    owner: userById(github, app.ownerId),
    name: app.name,
    description: null,
    external_url: page(github, `/apps/${app.slug}`),
    html_url: page(github, `/apps/${app.slug}`),
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

export function integrationOrNull(github: GitHub, appId: number | null): Json | null {
  return appId === null ? null : integration(github, appById(github, appId));
}

export function installationJson(github: GitHub, installation: Installation): Json {
  const app = appById(github, installation.appId);
  const account = accountById(github, installation.accountId);
  return {
    id: installation.id,
    client_id: app.clientId,
    account: simpleUser(github, account),
    repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
    access_tokens_url: api(github, `/app/installations/${installation.id}/access_tokens`),
    repositories_url: api(github, '/installation/repositories'),
    html_url: page(github, `/settings/installations/${installation.id}`),
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: installation.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: installation.suspendedAt,
  };
}
