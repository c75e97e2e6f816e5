import type { GitHub } from '../github.ts';
import { fullTeam } from '../present/account.ts';
import { installationJson } from '../present/app.ts';
import { minimalRepository } from '../present/repository.ts';
import { type App, grants, type Installation, repositoriesOf } from '../world/apps.ts';
import { endAuthorization, endToken } from '../world/authorizations.ts';
import type { Repository } from '../world/repositories.ts';
import { explicitRoleOf } from '../world/roles.ts';
import { type Call, NO_CONTENT, type Reply } from './call.ts';
import { forbidden, notFound, refusal } from './errors.ts';
import { paginate } from './pagination.ts';

/** What an App's user token reaches: what both the App and the person may see. */
function reached({ github, actor }: Call): {
  userId: number;
  installations: readonly { installation: Installation; repositories: Repository[] }[];
} {
  if (actor.kind === 'anonymous') throw refusal(401, 'Requires authentication');
  if (actor.kind !== 'user' || !actor.app)
    throw forbidden(
      'You must authenticate with an access token authorized to a GitHub App in order to list installations',
    );
  const { user, app } = actor;
  const installations = [...github.world.installations.values()]
    .filter(({ appId }) => appId === app.id)
    .map(installation => ({
      installation,
      repositories: repositoriesOf(github, installation).filter(repository =>
        explicitRoleOf(github, repository, user.id),
      ),
    }))
    .filter(({ repositories }) => repositories.length > 0);
  return { userId: user.id, installations };
}

export function listInstallations(call: Call): Reply {
  const { installations } = reached(call);
  return paginate(call, installations, page => ({
    total_count: installations.length,
    installations: page.map(({ installation }) => installationJson(call.github, installation)),
  }));
}

export function listRepositories(call: Call): Reply {
  const { userId, installations } = reached(call);
  const id = Number(call.params.installation_id);
  const found = installations.find(({ installation }) => installation.id === id);
  if (!found) throw notFound();
  const { installation, repositories } = found;
  if (installation.suspendedAt) throw refusal(403, 'This installation has been suspended');
  return paginate(call, repositories, page => ({
    total_count: repositories.length,
    repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
    repositories: page.map(repository =>
      minimalRepository(call.github, repository, explicitRoleOf(call.github, repository, userId)),
    ),
  }));
}

/** The teams of organizations in which the App may read members, or all of them for the person's own token. */
export function listTeams(call: Call): Reply {
  const { github, actor } = call;
  if (actor.kind !== 'user') throw refusal(401, 'Requires authentication');
  const teams = [...github.world.teams.values()].filter(
    ({ members, organizationId }) =>
      members.has(actor.user.id) &&
      (!actor.app || mayReadMembers(github, actor.app, organizationId)),
  );
  return paginate(call, teams, page => page.map(team => fullTeam(github, team)));
}

const mayReadMembers = (github: GitHub, app: App, organizationId: number): boolean =>
  [...github.world.installations.values()].some(
    ({ appId, accountId, permissions }) =>
      appId === app.id && accountId === organizationId && grants(permissions, 'members', 'read'),
  );

/** By the App's id and secret alone: its JSON web token is for other things. */
function own({ params }: Call, app: App): void {
  if (params.client_id !== app.clientId) throw notFound();
}

export function deleteToken(call: Call, app: App): Reply {
  own(call, app);
  if (!endToken(call.github, app, String(call.body.access_token)))
    throw refusal(422, 'Validation Failed');
  return NO_CONTENT;
}

export function deleteAuthorization(call: Call, app: App): Reply {
  own(call, app);
  const found = call.github.world.tokens.get(String(call.body.access_token));
  if (found?.kind !== 'user' || found.held?.appId !== app.id)
    throw refusal(422, 'Validation Failed');
  endAuthorization(call.github, app.id, found.userId);
  return NO_CONTENT;
}
