import type { GitHub } from '../github.ts';
import { issueJson } from '../present/issue.ts';
import { emit } from '../webhooks/emit.ts';
import { emitPull } from '../webhooks/pulls.ts';
import { accountById } from '../world/accounts.ts';
import type { Issue, TimelineEntry } from '../world/issues.ts';
import { isPullRequest, type Pull } from '../world/pulls.ts';
import type { Repository } from '../world/repositories.ts';
import { type Actor, accountOf, appIdOf } from './actor.ts';
import { unprocessable } from './errors.ts';
import { leaveQueue } from './leave-queue.ts';

export interface NewIssue {
  readonly title: string;
  readonly body: string | null;
  readonly labels: readonly string[];
  readonly assignees: readonly number[];
}

/** The issue as it stands before anybody heard of it; a pull request is one, too. */
export function newIssue<P extends Pull | null>(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  issue: NewIssue,
  pull: P,
): Issue & { readonly pull: P } {
  const now = github.timestamp();
  const opened = {
    id: github.nextId(),
    repositoryId: repository.id,
    number: repository.nextNumber++,
    userId: accountOf(actor).id,
    appId: appIdOf(actor),
    title: issue.title,
    body: issue.body,
    state: 'open' as const,
    stateReason: null,
    labels: [],
    milestone: null,
    assignees: [...issue.assignees],
    locked: false,
    lockReason: null,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedById: null,
    comments: [],
    reactions: [],
    timeline: [],
    subIssues: [],
    blockedBy: [],
    pull,
  };
  repository.issues.set(opened.number, opened);
  return opened;
}

export async function editText(
  github: GitHub,
  repository: Repository,
  issue: Issue,
  senderId: number,
  text: { readonly title?: string; readonly body?: string | null },
): Promise<void> {
  const changes: Record<string, unknown> = {};
  if (text.title !== undefined && text.title !== issue.title) {
    changes.title = { from: issue.title };
    issue.title = text.title;
  }
  if (text.body !== undefined && text.body !== issue.body) {
    changes.body = { from: issue.body ?? '' };
    issue.body = text.body;
  }
  if (!Object.keys(changes).length) return;
  await happened(github, repository, issue, 'edited', senderId, { changes });
}

export async function setState(
  github: GitHub,
  repository: Repository,
  issue: Issue,
  state: 'open' | 'closed',
  senderId: number,
  reason?: Issue['stateReason'],
): Promise<void> {
  if (issue.state === state) return;
  if (state === 'open' && issue.pull?.merged) {
    throw unprocessable('PullRequest', 'Cannot reopen a merged pull request.');
  }
  if (isPullRequest(issue))
    await leaveQueue(github, repository, issue, {
      by: accountById(github, senderId),
      reason: 'MANUAL',
    });
  issue.state = state;
  issue.closedAt = state === 'closed' ? github.timestamp() : null;
  issue.closedById = state === 'closed' ? senderId : null;
  if (!issue.pull) issue.stateReason = reason ?? (state === 'closed' ? 'completed' : 'reopened');
  note(github, issue, senderId, state === 'closed' ? 'closed this' : 'reopened this');
  await happened(github, repository, issue, state === 'closed' ? 'closed' : 'reopened', senderId);
}

export function note(
  github: GitHub,
  issue: Issue,
  userId: number,
  text: string,
  event: Pick<TimelineEntry, 'labeled'> = {},
): void {
  issue.timeline.push({ at: github.timestamp(), userId, text, ...event });
}

/** One thing happened to an issue or a pull request: its time moves, and the Apps hear. */
export async function happened(
  github: GitHub,
  repository: Repository,
  issue: Issue,
  action: string,
  senderId: number,
  extra: Record<string, unknown> = {},
): Promise<void> {
  issue.updatedAt = github.timestamp();
  const sender = accountById(github, senderId);
  if (isPullRequest(issue)) {
    await emitPull(github, repository, issue, action, sender, extra);
    return;
  }
  const payload = { issue: issueJson(github, repository, issue), ...extra };
  emit(github, { event: 'issues', action, repository, sender, payload });
}
