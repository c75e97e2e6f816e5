/** GitHub's own memory of what happened: asked where its deliveries may have missed us. */
import type { GitHubRecord } from '../../../engine/ports/github.ts';
import type { Octokit } from '../octokit.ts';
import { deliveryPayload, failedDeliveries } from './failed-deliveries.ts';

export function createRecord(app: Octokit): GitHubRecord {
  return {
    failedDeliveries: since => failedDeliveries(app, since),
    payload: id => deliveryPayload(app, id),
  };
}
