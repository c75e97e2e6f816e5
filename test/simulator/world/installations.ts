import type { GitHub } from '../github.ts';
import { installationJson } from '../present/app.ts';
import { nodeId } from '../present/links.ts';
import { emitInstallation } from '../webhooks/emit.ts';
import { type Account, accountById } from './accounts.ts';
import { type App, type Installation, type Permissions, repositoriesOf } from './apps.ts';
import { fullName, type Repository } from './repositories.ts';

/** The few fields by which installation events name repositories. */
function brief(github: GitHub, repositories: readonly Repository[]) {
  return repositories.map(repository => ({
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(github, repository),
    private: repository.private,
  }));
}

export function install(
  github: GitHub,
  app: App,
  account: Account,
  repositories: readonly Repository[] | 'all',
): Installation {
  const installation: Installation = {
    id: github.nextId(),
    appId: app.id,
    accountId: account.id,
    repositories:
      repositories === 'all' ? 'all' : new Set(repositories.map(repository => repository.id)),
    permissions: app.permissions,
    events: app.events,
    suspendedAt: null,
    createdAt: github.timestamp(),
  };
  github.world.installations.set(installation.id, installation);
  tell(github, installation, 'created');
  return installation;
}

export function uninstall(github: GitHub, installation: Installation): void {
  tell(github, installation, 'deleted');
  github.world.installations.delete(installation.id);
  for (const [token, entry] of github.world.tokens) {
    if (entry.kind === 'installation' && entry.installationId === installation.id)
      github.world.tokens.delete(token);
  }
}

export function suspend(github: GitHub, installation: Installation, suspended: boolean): void {
  installation.suspendedAt = suspended ? github.timestamp() : null;
  tell(github, installation, suspended ? 'suspend' : 'unsuspend');
}

/** The owner accepts what the App now asks for. */
export function acceptPermissions(
  github: GitHub,
  installation: Installation,
  permissions: Permissions,
): void {
  installation.permissions = { metadata: 'read', ...permissions };
  tell(github, installation, 'new_permissions_accepted');
}

/** The App asks for less by now: that holds at once, also for its tokens, and nobody is told. */
export function lowerPermissions(
  github: GitHub,
  installation: Installation,
  lowered: Permissions,
): void {
  installation.permissions = { ...installation.permissions, ...lowered };
  for (const [text, token] of github.world.tokens) {
    if (token.kind !== 'installation' || token.installationId !== installation.id) continue;
    const held = Object.entries(token.permissions).map(([name, level]) => [
      name,
      lowered[name] ?? level,
    ]);
    github.world.tokens.set(text, { ...token, permissions: Object.fromEntries(held) });
  }
}

export function selectRepositories(
  github: GitHub,
  installation: Installation,
  repositories: readonly Repository[],
): void {
  const before = repositoriesOf(github, installation);
  installation.repositories = new Set(repositories.map(repository => repository.id));
  const added = repositories.filter(repository => !before.includes(repository));
  const removed = before.filter(repository => !repositories.includes(repository));
  if (added.length) tellRepositories(github, installation, 'added', added, []);
  if (removed.length) tellRepositories(github, installation, 'removed', [], removed);
}

function tell(github: GitHub, installation: Installation, action: string): void {
  const sender = senderOf(github, installation);
  const payload = {
    installation: installationJson(github, installation),
    repositories: brief(github, repositoriesOf(github, installation)),
    ...(action === 'created' && { requester: null }),
  };
  emitInstallation(github, installation, 'installation', action, sender, payload);
}

function tellRepositories(
  github: GitHub,
  installation: Installation,
  action: 'added' | 'removed',
  added: readonly Repository[],
  removed: readonly Repository[],
): void {
  emitInstallation(
    github,
    installation,
    'installation_repositories',
    action,
    senderOf(github, installation),
    {
      installation: installationJson(github, installation),
      repository_selection: 'selected',
      repositories_added: brief(github, added),
      repositories_removed: brief(github, removed),
      requester: null,
    },
  );
}

/** An organization acts through one of its admins. */
function senderOf(github: GitHub, installation: Installation): Account {
  const account = accountById(github, installation.accountId);
  const admin = [...account.members].find(([, role]) => role === 'admin')?.[0];
  return admin === undefined ? account : accountById(github, admin);
}
