import { randomBytes } from 'node:crypto';
import { minimalRepository } from '../present/repository.ts';
import {
  type App,
  grants,
  type Installation,
  type Level,
  type Permissions,
  repositoriesOf,
} from '../world/apps.ts';
import type { Repository } from '../world/repositories.ts';
import type { Call, Reply } from './call.ts';
import { created, NO_CONTENT } from './call.ts';
import { notFound, refusal } from './errors.ts';

const LIFETIME_MS = 3_600_000;

/** A token for one hour, for less than the installation may do where that is asked. */
export function createToken(call: Call, app: App): Reply {
  const { github, body } = call;
  const installation = github.world.installations.get(Number(call.params.installation_id));
  if (installation?.appId !== app.id) throw notFound();
  if (installation.suspendedAt) throw refusal(403, 'This installation has been suspended');
  const permissions = narrowPermissions(installation, body.permissions as Permissions | undefined);
  const selected = narrowRepositories(call, installation);
  const token = newToken(app);
  const expiresAt = Math.floor(github.now().getTime() / 1000) * 1000 + LIFETIME_MS;
  const repositories = selected ? new Set(selected.map(repository => repository.id)) : null;
  github.world.tokens.set(token, {
    kind: 'installation',
    installationId: installation.id,
    permissions,
    repositories,
    expiresAt,
  });
  return created({
    token,
    expires_at: `${new Date(expiresAt).toISOString().slice(0, 19)}Z`,
    permissions,
    repository_selection: selected || installation.repositories !== 'all' ? 'selected' : 'all',
    ...(selected && {
      repositories: selected.map(repository => minimalRepository(github, repository)),
    }),
  });
}

function narrowPermissions(
  installation: Installation,
  wanted: Permissions | undefined,
): Permissions {
  if (!wanted) return installation.permissions;
  for (const [name, level] of Object.entries(wanted)) {
    if (grants(installation.permissions, name, level as Level)) continue;
    throw refusal(422, 'The permissions requested are not granted to this installation.');
  }
  return { metadata: 'read', ...wanted };
}

function narrowRepositories(call: Call, installation: Installation): Repository[] | null {
  const { repositories: names, repository_ids: ids } = call.body as {
    repositories?: string[];
    repository_ids?: number[];
  };
  if (!names && !ids) return null;
  if ((names?.length ?? 0) + (ids?.length ?? 0) > 500) throw refusal(422, 'Too many repositories.');
  const reachable = repositoriesOf(call.github, installation);
  const find = (matches: (repository: Repository) => boolean) => {
    const found = reachable.find(matches);
    if (!found) {
      throw refusal(
        422,
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    }
    return found;
  };
  const byName = (names ?? []).map(name => find(r => r.name.toLowerCase() === name.toLowerCase()));
  const byId = (ids ?? []).map(id => find(r => r.id === id));
  return [...new Set([...byName, ...byId])];
}

/** The stateless format, some 520 characters long: nobody may assume forty. */
function newToken(app: App): string {
  const part = (bytes: number) => randomBytes(bytes).toString('base64url');
  return `ghs_${app.id}_eyJ${part(24)}.${part(200)}.${part(150)}`;
}

export function revokeToken({ github, actor }: Call): Reply {
  if (actor.kind !== 'installation') throw refusal(401, 'Bad credentials');
  github.world.tokens.delete(actor.token);
  return NO_CONTENT;
}
