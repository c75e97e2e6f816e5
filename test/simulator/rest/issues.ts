import type { GitHub } from '../github.ts';
import { userById } from '../present/account.ts';
import { issueJson } from '../present/issue.ts';
import { emit } from '../webhooks/emit.ts';
import { accountById, findAccount } from '../world/accounts.ts';
import type { Issue } from '../world/issues.ts';
import type { Repository } from '../world/repositories.ts';
import { type Actor, accountOf } from './actor.ts';
import { assertIssues, findIssue } from './addressed.ts';
import { checkBody } from './bodies.ts';
import { actorHasRole, created, NO_CONTENT, ok, type Reply, type RepositoryCall } from './call.ts';
import { forbidden, unprocessable } from './errors.ts';
import { editText, happened, type NewIssue, newIssue, note, setState } from './issue-state.ts';
import { addLabels, labelNames, removeLabels } from './labels.ts';
import { paginate } from './pagination.ts';

export function getIssue(call: RepositoryCall): Reply {
  return ok(issueJson(call.github, call.repository, findIssue(call)));
}

export function listIssues(call: RepositoryCall): Reply {
  assertIssues(call);
  const {
    state = 'open',
    labels,
    creator,
    since,
    sort = 'created',
    direction = 'desc',
    assignee,
    milestone,
  } = call.query;
  const wanted = typeof labels === 'string' && labels ? labels.toLowerCase().split(',') : [];
  const issues = [...call.repository.issues.values()]
    .filter(issue => state === 'all' || issue.state === state)
    .filter(issue => wanted.every(name => issue.labels.some(label => label.toLowerCase() === name)))
    .filter(issue => !milestone || `${issue.milestone?.number}` === milestone)
    .filter(issue => !creator || accountById(call.github, issue.userId).login === creator)
    .filter(issue => !since || issue.updatedAt >= String(since))
    .filter(
      issue =>
        !assignee || issue.assignees.some(id => accountById(call.github, id).login === assignee),
    );
  const key = (issue: Issue) =>
    sort === 'updated'
      ? issue.updatedAt
      : sort === 'comments'
        ? issue.comments.length
        : issue.number;
  issues.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.number - b.number));
  if (direction === 'desc') issues.reverse();
  return paginate(call, issues, page =>
    page.map(issue => issueJson(call.github, call.repository, issue)),
  );
}

export async function createIssue(call: RepositoryCall): Promise<Reply> {
  assertIssues(call);
  const { title, body } = call.body;
  if (String(title ?? '').trim() === '')
    throw unprocessable('Issue', { field: 'title', code: 'missing_field' });
  checkBody('Issue', body);
  const mayTriage = actorHasRole(call, 'triage');
  const issue = await openIssue(call.github, call.repository, call.actor, {
    title: String(title),
    body: typeof body === 'string' ? body : null,
    // Without triage rights both are silently dropped.
    labels: mayTriage ? labelNames(call.body.labels) : [],
    assignees: mayTriage ? accountsNamed(call.github, call.body.assignees) : [],
  });
  return created(issueJson(call.github, call.repository, issue));
}

export async function openIssue(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  issue: NewIssue,
): Promise<Issue> {
  const opened = newIssue(github, repository, actor, issue, null);
  const sender = accountOf(actor);
  emit(github, {
    event: 'issues',
    action: 'opened',
    repository,
    sender,
    payload: { issue: issueJson(github, repository, opened) },
  });
  await addLabels(github, repository, opened, issue.labels, sender);
  return opened;
}

export async function updateIssue(call: RepositoryCall): Promise<Reply> {
  const { github, repository, body } = call;
  const issue = findIssue(call);
  const sender = accountOf(call.actor);
  if (issue.userId !== sender.id && !actorHasRole(call, 'triage')) throw forbidden();
  checkBody('Issue', body.body);
  const { title, body: text } = body;
  await editText(github, repository, issue, sender.id, {
    ...(title !== undefined && title !== null && { title: String(title) }),
    ...(text !== undefined && { body: text === null ? null : String(text) }),
  });
  if (Array.isArray(body.assignees)) issue.assignees = accountsNamed(github, body.assignees);
  if (body.labels !== undefined) {
    const names = labelNames(body.labels);
    const gone = issue.labels.filter(
      label => !names.some(name => name.toLowerCase() === label.toLowerCase()),
    );
    await removeLabels(github, repository, issue, gone, sender);
    await addLabels(github, repository, issue, names, sender);
  }
  if (body.state === 'open' || body.state === 'closed') {
    const reason = body.state_reason as Issue['stateReason'] | undefined;
    await setState(github, repository, issue, body.state, sender.id, reason);
  }
  return ok(issueJson(github, repository, issue));
}

export async function setLocked(call: RepositoryCall, locked: boolean): Promise<Reply> {
  const issue = findIssue(call);
  if (issue.locked === locked) return NO_CONTENT;
  issue.locked = locked;
  issue.lockReason =
    locked && typeof call.body.lock_reason === 'string' ? call.body.lock_reason : null;
  const sender = accountOf(call.actor);
  note(
    call.github,
    issue,
    sender.id,
    locked ? 'locked the conversation' : 'unlocked the conversation',
  );
  await happened(call.github, call.repository, issue, locked ? 'locked' : 'unlocked', sender.id);
  return NO_CONTENT;
}

export async function addAssignees(call: RepositoryCall): Promise<Reply> {
  const issue = findIssue(call);
  for (const id of accountsNamed(call.github, call.body.assignees)) {
    if (issue.assignees.includes(id)) continue;
    issue.assignees.push(id);
    const assignee = userById(call.github, id);
    await happened(call.github, call.repository, issue, 'assigned', accountOf(call.actor).id, {
      assignee,
    });
  }
  return created(issueJson(call.github, call.repository, issue));
}

function accountsNamed(github: GitHub, logins: unknown): number[] {
  if (!Array.isArray(logins)) return [];
  return logins.map(login => findAccount(github, String(login))?.id).filter(id => id !== undefined);
}
