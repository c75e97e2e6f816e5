import { createHash } from 'node:crypto';
import type { GitHub } from '../github.ts';
import { userById } from '../present/account.ts';
import { labelJson, labelsOf } from '../present/issue.ts';
import { nodeId } from '../present/links.ts';
import { repositoryUrl } from '../present/repository.ts';
import type { Account } from '../world/accounts.ts';
import type { Issue, Label } from '../world/issues.ts';
import type { Repository } from '../world/repositories.ts';
import { accountOf } from './actor.ts';
import { findIssue } from './addressed.ts';
import { created, ok, type Reply, type RepositoryCall } from './call.ts';
import { notFound, unprocessable } from './errors.ts';
import { happened, note } from './issue-state.ts';
import { paginate } from './pagination.ts';

/** Labels come as names, or as objects with a name. */
export function labelNames(value: unknown): string[] {
  const list = Array.isArray(value)
    ? value
    : ((value as { labels?: unknown[] } | undefined)?.labels ?? []);
  return list.map(entry =>
    typeof entry === 'object' && entry !== null ? String(entry.name) : String(entry),
  );
}

export function ensureLabel(
  github: GitHub,
  repository: Repository,
  name: string,
  color?: string,
): Label {
  const known = repository.labels.get(name.toLowerCase());
  if (known) return known;
  const digest = createHash('sha1').update(name).digest('hex').slice(0, 6);
  const label = { id: github.nextId(), name, color: color ?? digest, description: null };
  repository.labels.set(name.toLowerCase(), label);
  return label;
}

export async function addLabels(
  github: GitHub,
  repository: Repository,
  issue: Issue,
  names: readonly string[],
  sender: Account,
) {
  for (const name of names) {
    if (issue.labels.some(label => label.toLowerCase() === name.toLowerCase())) continue;
    const label = ensureLabel(github, repository, name);
    issue.labels.push(label.name);
    note(github, issue, sender.id, `added the label ${label.name}`, {
      labeled: { id: github.nextId(), name: label.name, added: true },
    });
    await happened(github, repository, issue, 'labeled', sender.id, {
      label: labelJson(github, repository, label),
    });
  }
}

export async function removeLabels(
  github: GitHub,
  repository: Repository,
  issue: Issue,
  names: readonly string[],
  sender: Account,
) {
  for (const name of names) {
    const index = issue.labels.findIndex(label => label.toLowerCase() === name.toLowerCase());
    if (index < 0) continue;
    issue.labels.splice(index, 1);
    note(github, issue, sender.id, `removed the label ${name}`, {
      labeled: { id: github.nextId(), name, added: false },
    });
    const label = labelJson(github, repository, ensureLabel(github, repository, name));
    await happened(github, repository, issue, 'unlabeled', sender.id, { label });
  }
}

export function listIssueLabels(call: RepositoryCall): Reply {
  return paginate(call, labelsOf(call.github, call.repository, findIssue(call)));
}

/** Of an issue's events the ones about its labels: no others are kept. */
export function listIssueEvents(call: RepositoryCall): Reply {
  const { github, repository } = call;
  const issue = findIssue(call);
  const events = issue.timeline.flatMap(({ at, userId, labeled }) =>
    labeled ? [{ at, userId, ...labeled }] : [],
  );
  return paginate(call, events, page =>
    page.map(({ id, at, userId, name, added }) => ({
      id,
      node_id: nodeId('LE', id),
      url: `${repositoryUrl(github, repository)}/issues/events/${id}`,
      actor: userById(github, userId),
      event: added ? 'labeled' : 'unlabeled',
      commit_id: null,
      commit_url: null,
      created_at: at,
      performed_via_github_app: null,
      label: { name, color: ensureLabel(github, repository, name).color },
    })),
  );
}

export async function addIssueLabels(call: RepositoryCall): Promise<Reply> {
  const issue = findIssue(call);
  await addLabels(
    call.github,
    call.repository,
    issue,
    labelNames(call.body),
    accountOf(call.actor),
  );
  return ok(labelsOf(call.github, call.repository, issue));
}

export async function setIssueLabels(call: RepositoryCall): Promise<Reply> {
  const issue = findIssue(call);
  const names = labelNames(call.body);
  const gone = issue.labels.filter(
    label => !names.some(name => name.toLowerCase() === label.toLowerCase()),
  );
  await removeLabels(call.github, call.repository, issue, gone, accountOf(call.actor));
  await addLabels(call.github, call.repository, issue, names, accountOf(call.actor));
  return ok(labelsOf(call.github, call.repository, issue));
}

export async function removeIssueLabel(call: RepositoryCall): Promise<Reply> {
  const issue = findIssue(call);
  const name = String(call.params.name);
  if (!issue.labels.some(label => label.toLowerCase() === name.toLowerCase())) throw notFound();
  await removeLabels(call.github, call.repository, issue, [name], accountOf(call.actor));
  return ok(labelsOf(call.github, call.repository, issue));
}

export function createLabel(call: RepositoryCall): Reply {
  const name = String(call.body.name);
  if (call.repository.labels.has(name.toLowerCase())) {
    throw unprocessable('Label', { field: 'name', code: 'already_exists' });
  }
  const label = ensureLabel(
    call.github,
    call.repository,
    name,
    call.body.color as string | undefined,
  );
  if (typeof call.body.description === 'string') label.description = call.body.description;
  return created(labelJson(call.github, call.repository, label));
}

export function getLabel(call: RepositoryCall): Reply {
  const label = call.repository.labels.get(String(call.params.name).toLowerCase());
  if (!label) throw notFound();
  return ok(labelJson(call.github, call.repository, label));
}

export function listLabels(call: RepositoryCall): Reply {
  const labels = [...call.repository.labels.values()];
  return paginate(call, labels, page =>
    page.map(label => labelJson(call.github, call.repository, label)),
  );
}
