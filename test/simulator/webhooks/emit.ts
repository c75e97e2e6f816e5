import { report } from '../contract/violations.ts';
import type { GitHub } from '../github.ts';
import { type Json, simpleOrganization, simpleUser } from '../present/account.ts';
import { nodeId } from '../present/links.ts';
import { minimalRepository } from '../present/repository.ts';
import type { Account } from '../world/accounts.ts';
import { appById, grants, type Installation, installationsOn, type Level } from '../world/apps.ts';
import { ownerOf, type Repository } from '../world/repositories.ts';
import { deliver } from './deliver.ts';

/** Which permission an App needs in order to receive an event; several are alternatives. */
const NEEDED: Readonly<Record<string, readonly [permission: string, level: Level][]>> = {
  check_run: [['checks', 'read']],
  check_suite: [['checks', 'read']],
  create: [['contents', 'read']],
  delete: [['contents', 'read']],
  deployment: [['deployments', 'read']],
  deployment_status: [['deployments', 'read']],
  deployment_protection_rule: [['deployments', 'read']],
  workflow_run: [['actions', 'read']],
  issue_comment: [
    ['issues', 'read'],
    ['pull_requests', 'read'],
  ],
  issues: [['issues', 'read']],
  member: [
    ['members', 'read'],
    ['metadata', 'read'],
  ],
  merge_group: [['merge_queues', 'read']],
  pull_request: [['pull_requests', 'read']],
  pull_request_review: [['pull_requests', 'read']],
  pull_request_review_comment: [['pull_requests', 'read']],
  pull_request_review_thread: [['pull_requests', 'read']],
  push: [['contents', 'read']],
  repository: [['metadata', 'read']],
  repository_dispatch: [['contents', 'read']],
  status: [['statuses', 'read']],
};

export interface RepositoryEvent {
  readonly event: string;
  readonly action?: string;
  readonly repository: Repository;
  readonly sender: Account;
  readonly payload: Json;
  /** Only this App hears of it: requests made to the owner of a check. */
  readonly onlyApp?: number;
}

/** Tells every App that is installed on the repository, may know of the event, and subscribed. */
export function emit(github: GitHub, repositoryEvent: RepositoryEvent): void {
  const { event, action, repository, payload } = repositoryEvent;
  const owner = ownerOf(github, repository);
  for (const installation of installationsOn(github, repository)) {
    if (repositoryEvent.onlyApp !== undefined && installation.appId !== repositoryEvent.onlyApp)
      continue;
    if (!hears(installation, event, repositoryEvent.onlyApp !== undefined)) continue;
    send(github, installation, event, action, repository, {
      ...(action !== undefined && { action }),
      ...payload,
      repository: payload.repository ?? minimalRepository(github, repository),
      ...(owner.type === 'Organization' && { organization: simpleOrganization(github, owner) }),
      sender: simpleUser(github, repositoryEvent.sender),
      installation: { id: installation.id, node_id: nodeId('MDI', installation.id) },
    });
  }
}

function hears(installation: Installation, event: string, owns: boolean): boolean {
  // Subscription to checks comes with the permission to write them.
  if (owns && grants(installation.permissions, 'checks', 'write')) return true;
  if (!installation.events.includes(event)) return false;
  return (NEEDED[event] ?? []).some(([name, level]) =>
    grants(installation.permissions, name, level),
  );
}

/** Events about the installation itself go to its App whatever it subscribed to. */
export function emitInstallation(
  github: GitHub,
  installation: Installation,
  event: 'installation' | 'installation_repositories',
  action: string,
  sender: Account,
  payload: Json,
): void {
  send(github, installation, event, action, null, {
    action,
    ...payload,
    sender: simpleUser(github, sender),
  });
}

/** Apps hear of it whatever they subscribed to. */
export function emitAuthorizationRevoked(github: GitHub, appId: number, user: Account): void {
  if (!appById(github, appId).webhookUrl) return;
  const payload = { action: 'revoked', sender: simpleUser(github, user) };
  check(github, 'github_app_authorization', 'revoked', payload);
  deliver(github, {
    appId,
    event: 'github_app_authorization',
    action: 'revoked',
    installationId: null,
    repositoryId: null,
    payload: JSON.stringify(payload),
  });
}

export function emitPing(github: GitHub, appId: number): void {
  const app = appById(github, appId);
  const payload = {
    zen: 'Keep it logically awesome.',
    hook_id: app.id + 1_000_000,
    hook: {
      type: 'App',
      id: app.id + 1_000_000,
      name: 'web',
      active: true,
      events: app.events,
      config: {
        content_type: 'json',
        insecure_ssl: '0',
        secret: '********',
        url: app.webhookUrl ?? '',
      },
      updated_at: app.createdAt,
      created_at: app.createdAt,
      app_id: app.id,
      deliveries_url: `${github.url}/api/v3/app/hook/deliveries`,
    },
  };
  check(github, 'ping', undefined, payload);
  const text = JSON.stringify(payload);
  deliver(github, {
    appId,
    event: 'ping',
    action: null,
    installationId: null,
    repositoryId: null,
    payload: text,
  });
}

function send(
  github: GitHub,
  installation: Installation,
  event: string,
  action: string | undefined,
  repository: Repository | null,
  payload: Json,
): void {
  if (!appById(github, installation.appId).webhookUrl) return;
  // What is checked is what is sent: a copy, as the world moves on.
  const text = JSON.stringify(payload);
  check(github, event, action, JSON.parse(text));
  deliver(github, {
    appId: installation.appId,
    event,
    action: action ?? null,
    installationId: installation.id,
    repositoryId: repository?.id ?? null,
    payload: text,
  });
}

function check(github: GitHub, event: string, action: string | undefined, payload: unknown): void {
  const messages = github.contract.webhook(event, action, payload);
  report(github, 'webhook', [event, action].filter(Boolean).join('.'), messages);
}
