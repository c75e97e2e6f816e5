/** GitHub's own record of what happened, which is read where deliveries may not have reached us. */
import type { Octokit } from '@octokit/rest';
import type { GitHubFailure } from '../../../engine/ports/github.ts';
import type { GitHubRecord } from '../../../engine/ports/github-record.ts';
import type { Logger } from '../../../engine/ports/logger.ts';
import type { Clients } from '../client/client.ts';
import { attempt } from '../client/failure.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { readActivity } from './activity.ts';
import { anchorsIn } from './anchors.ts';
import { anchorsAt } from './anchors-at.ts';
import { deliveryPayload, loggedDeliveries } from './delivery-log.ts';
import { createFindRepository } from './find-repository.ts';
import { installations, ofInstallation } from './installations.ts';
import { missedEvents } from './missed-events.ts';
import { unreportedPulls } from './unreported.ts';

/** `app` asks as the App, whose identity it is. */
export function createRecord(parts: {
  app: Octokit;
  clients: Clients;
  identity: AppIdentity;
  log: Logger;
}): GitHubRecord {
  const { app, clients, identity, log } = parts;
  // One that is short of requests, say, stops no look through the others.
  const unread = (installation: number, err: GitHubFailure) =>
    log.warn({ installation, err }, 'an installation can not be read, and is passed over');
  const findRepository = createFindRepository(clients, app);
  return {
    deliveries: (since, which) => loggedDeliveries(parts, since, which),
    payload: id => deliveryPayload(app, id),
    anchors: repository => anchorsIn(parts, repository),
    anchorsAt: places => anchorsAt({ ...parts, findRepository }, places),
    installations: only => installations(parts, only, only === undefined ? unread : undefined),
    findRepository,
    activity: (installed, pulls) =>
      attempt(`activity of installation ${installed.id}`, () =>
        readActivity(ofInstallation(clients, installed.id), installed.repositories, pulls),
      ),
    missedEvents: (repository, since, pulls) =>
      attempt(`what happened in ${repository.owner}/${repository.name}`, () =>
        missedEvents(clients, repository, since, pulls),
      ),
    async unreported(repositories) {
      const [first] = repositories;
      if (!first) return new Map();
      return attempt('pull requests', () =>
        unreportedPulls(clients(first, 'facts'), identity, repositories),
      );
    },
  };
}
