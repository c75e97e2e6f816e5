import type { GitHub } from '../github.ts';
import { commentJson, issueJson } from '../present/issue.ts';
import { emit } from '../webhooks/emit.ts';
import type { Account } from '../world/accounts.ts';
import type { Comment, Issue } from '../world/issues.ts';
import type { Repository } from '../world/repositories.ts';
import { accountOf, appIdOf } from './actor.ts';
import { findComment, findIssue } from './addressed.ts';
import { checkBody, checkUnlocked } from './bodies.ts';
import { actorHasRole, created, NO_CONTENT, ok, type Reply, type RepositoryCall } from './call.ts';
import { forbidden, unprocessable } from './errors.ts';
import { paginate } from './pagination.ts';

export function listComments(call: RepositoryCall): Reply {
  const since = String(call.query.since ?? '');
  const comments = findIssue(call).comments.filter(comment => comment.updatedAt >= since);
  return paginate(call, comments, page =>
    page.map(c => commentJson(call.github, call.repository, c)),
  );
}

export function listRepositoryComments(call: RepositoryCall): Reply {
  const since = String(call.query.since ?? '');
  const comments = [...call.repository.issues.values()]
    .flatMap(issue => issue.comments)
    .filter(comment => comment.updatedAt >= since)
    .sort((a, b) => a.id - b.id);
  if (call.query.direction === 'desc') comments.reverse();
  return paginate(call, comments, page =>
    page.map(c => commentJson(call.github, call.repository, c)),
  );
}

export function getComment(call: RepositoryCall): Reply {
  return ok(commentJson(call.github, call.repository, findComment(call).comment));
}

export function createComment(call: RepositoryCall): Reply {
  const { github, repository } = call;
  const issue = findIssue(call);
  const body = String(call.body.body);
  checkUnlocked(call, issue);
  checkBody('IssueComment', body);
  if (body.trim() === '')
    throw unprocessable('IssueComment', {
      field: 'data',
      code: 'unprocessable',
      message: 'Body cannot be blank',
    });
  const now = github.timestamp();
  const comment: Comment = {
    id: github.nextId(),
    repositoryId: repository.id,
    issueNumber: issue.number,
    userId: accountOf(call.actor).id,
    appId: appIdOf(call.actor),
    body,
    createdAt: now,
    updatedAt: now,
    minimized: null,
    reactions: [],
  };
  issue.comments.push(comment);
  issue.updatedAt = now;
  emitComment(github, repository, issue, comment, 'created', accountOf(call.actor));
  return created(commentJson(github, repository, comment));
}

export function updateComment(call: RepositoryCall): Reply {
  const { comment, issue } = findComment(call);
  checkOwn(call, comment);
  const body = String(call.body.body);
  checkBody('IssueComment', body);
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = call.github.timestamp();
  const changes = { changes: { body: { from } } };
  emitComment(
    call.github,
    call.repository,
    issue,
    comment,
    'edited',
    accountOf(call.actor),
    changes,
  );
  return ok(commentJson(call.github, call.repository, comment));
}

export function deleteComment(call: RepositoryCall): Reply {
  const { comment, issue } = findComment(call);
  checkOwn(call, comment);
  issue.comments.splice(issue.comments.indexOf(comment), 1);
  emitComment(call.github, call.repository, issue, comment, 'deleted', accountOf(call.actor));
  return NO_CONTENT;
}

/** One's own words, or those of others for whoever may write here. */
function checkOwn(call: RepositoryCall, comment: Comment): void {
  if (comment.userId !== accountOf(call.actor).id && !actorHasRole(call, 'write'))
    throw forbidden();
}

function emitComment(
  github: GitHub,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  action: string,
  sender: Account,
  extra: Record<string, unknown> = {},
): void {
  const payload = {
    issue: issueJson(github, repository, issue),
    comment: commentJson(github, repository, comment),
    ...extra,
  };
  emit(github, { event: 'issue_comment', action, repository, sender, payload });
}
