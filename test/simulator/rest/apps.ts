import { JSONParse } from 'json-with-bigint';
import { installationJson, integration } from '../present/app.ts';
import { minimalRepository } from '../present/repository.ts';
import { type Delivery, redeliver } from '../webhooks/deliver.ts';
import { findAccount } from '../world/accounts.ts';
import {
  type App,
  appById,
  covers,
  type Installation,
  repositoriesOf,
  webhookFault,
} from '../world/apps.ts';
import { findRepository } from '../world/repositories.ts';
import { type Call, created, ok, type Reply } from './call.ts';
import { notFound, refusal, unprocessable } from './errors.ts';
import { paginate } from './pagination.ts';

export function getApp({ github }: Call, app: App): Reply {
  const installations = [...github.world.installations.values()].filter(i => i.appId === app.id);
  return ok({ ...integration(github, app), installations_count: installations.length });
}

export function getAppBySlug({ github, params }: Call): Reply {
  const app = [...github.world.apps.values()].find(candidate => candidate.slug === params.app_slug);
  if (!app) throw notFound();
  return ok(integration(github, app));
}

export function listInstallations(call: Call, app: App): Reply {
  const mine = [...call.github.world.installations.values()].filter(i => i.appId === app.id);
  return paginate(call, mine, page =>
    page.map(installation => installationJson(call.github, installation)),
  );
}

export function getInstallation({ github, params }: Call, app: App): Reply {
  return reply({ github }, app, i => i.id === Number(params.installation_id));
}

export function getRepositoryInstallation({ github, params }: Call, app: App): Reply {
  const repository = findRepository(github, String(params.owner), String(params.repo));
  if (!repository) throw notFound();
  return reply({ github }, app, i => covers(i, repository));
}

export function getAccountInstallation({ github, params }: Call, app: App): Reply {
  const account = findAccount(github, String(params.org ?? params.username));
  return reply({ github }, app, i => i.accountId === account?.id);
}

function reply(
  { github }: Pick<Call, 'github'>,
  app: App,
  matches: (installation: Installation) => boolean,
): Reply {
  const found = [...github.world.installations.values()].find(
    i => i.appId === app.id && matches(i),
  );
  if (!found) throw notFound();
  return ok(installationJson(github, found));
}

export function listAccessibleRepositories(call: Call): Reply {
  const { github, actor } = call;
  if (actor.kind !== 'installation')
    throw refusal(
      403,
      'You must authenticate with an installation access token in order to list repositories for an installation.',
    );
  const reachable = repositoriesOf(github, actor.installation).filter(
    repository => actor.repositories === null || actor.repositories.has(repository.id),
  );
  return paginate(call, reachable, page => ({
    total_count: reachable.length,
    repository_selection:
      actor.repositories || actor.installation.repositories !== 'all' ? 'selected' : 'all',
    repositories: page.map(repository => minimalRepository(github, repository)),
  }));
}

/** Once only: the code that the manifest page gave is exchanged for the App's secrets. */
export function convertManifest({ github, params }: Call): Reply {
  const code = String(params.code);
  const appId = github.world.manifestCodes.get(code);
  if (appId === undefined) throw notFound();
  github.world.manifestCodes.delete(code);
  const app = appById(github, appId);
  return created({
    ...integration(github, app),
    client_id: app.clientId,
    client_secret: app.clientSecret,
    webhook_secret: app.webhookSecret,
    pem: app.privateKey,
  });
}

function hookConfig(app: App): Reply {
  return ok({
    content_type: 'json',
    insecure_ssl: '0',
    ...(app.webhookSecret && { secret: '********' }),
    ...(app.webhookUrl && { url: app.webhookUrl }),
  });
}

export function getHookConfig(_call: Call, app: App): Reply {
  return hookConfig(app);
}

export function updateHookConfig({ body }: Call, app: App): Reply {
  const fault = typeof body.url === 'string' ? webhookFault(body.url) : null;
  if (fault) throw unprocessable('Hook', fault);
  if (typeof body.url === 'string') app.webhookUrl = body.url;
  if (typeof body.secret === 'string') app.webhookSecret = body.secret;
  return hookConfig(app);
}

/** What GitHub takes for a success and for a failure. */
const STATUSES: Readonly<Record<string, readonly [from: number, below: number]>> = {
  success: [200, 400],
  failure: [400, 600],
};
const KEPT_MS = 3 * 86_400_000;

/** An attempt shows once it has ended, on some days only minutes later; it is kept for three days. */
function isLogged({ github }: Call, delivery: Delivery, app: App): boolean {
  if (delivery.appId !== app.id || delivery.statusCode === 0) return false;
  const age = github.now().getTime() - Date.parse(delivery.deliveredAt);
  return age >= github.deliveryLog.lagMs && age < KEPT_MS;
}

/** Newest first, page by page with a cursor. */
export function listDeliveries(call: Call, app: App): Reply {
  const size = Number(call.query.per_page ?? 30);
  const cursor = call.query.cursor === undefined ? null : BigInt(String(call.query.cursor));
  const { status } = call.query;
  const mine = call.github.deliveries
    .filter(delivery => isLogged(call, delivery, app))
    .filter(({ id }) => cursor === null || id < cursor)
    .filter(({ statusCode }) => {
      const [from, below] = STATUSES[String(status)] ?? [0, 600];
      return statusCode >= from && statusCode < below;
    })
    .reverse();
  const page = mine.slice(0, size);
  const last = page.at(-1);
  const search = new URLSearchParams(call.search);
  search.set('cursor', String(last?.id));
  const more = mine.length > size ? { link: `<${call.address}?${search}>; rel="next"` } : undefined;
  return ok(page.map(deliveryItem), more);
}

function deliveryItem(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

function findDelivery(call: Call, app: App): Delivery {
  const delivery = call.github.deliveries.find(
    each => String(each.id) === call.params.delivery_id && isLogged(call, each, app),
  );
  if (!delivery) throw notFound();
  return delivery;
}

export function getDelivery(call: Call, app: App): Reply {
  const delivery = findDelivery(call, app);
  return ok({
    ...deliveryItem(delivery),
    url: delivery.url,
    request: { headers: delivery.requestHeaders, payload: JSONParse(delivery.payload) },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  });
}

export function redeliverDelivery(call: Call, app: App): Reply {
  redeliver(call.github, findDelivery(call, app));
  return { status: 202, body: {} };
}
