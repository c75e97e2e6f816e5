/** How issues belong together: sub-issues, what blocks what, and milestones. Of one repository only. */
import { issueJson, milestoneJson } from '../present/issue.ts';
import type { Issue } from '../world/issues.ts';
import { assertIssues, findIssue } from './addressed.ts';
import { created, type Reply, type RepositoryCall } from './call.ts';
import { notFound, unprocessable } from './errors.ts';
import { paginate } from './pagination.ts';

const shown = (call: RepositoryCall, numbers: Iterable<number>): Reply => {
  const issues = [...numbers].map(number => issueAt(call, number));
  return paginate(call, issues, page =>
    page.map(issue => issueJson(call.github, call.repository, issue)),
  );
};

function issueAt({ repository }: RepositoryCall, number: number): Issue {
  const issue = repository.issues.get(number);
  if (!issue) throw notFound();
  return issue;
}

/** By its id, and not by its number. */
function issueById({ repository }: RepositoryCall, id: unknown): Issue {
  const issue = [...repository.issues.values()].find(one => one.id === Number(id));
  if (!issue) throw notFound();
  return issue;
}

export const listSubIssues = (call: RepositoryCall): Reply =>
  shown(call, findIssue(call).subIssues);

export function addSubIssue(call: RepositoryCall): Reply {
  const parent = findIssue(call);
  const child = issueById(call, call.body.sub_issue_id);
  const hasParent = [...call.repository.issues.values()].some(({ subIssues }) =>
    subIssues.includes(child.number),
  );
  if (hasParent || child === parent)
    throw unprocessable('SubIssue', { field: 'sub_issue_id', code: 'invalid' });
  parent.subIssues.push(child.number);
  return created(issueJson(call.github, call.repository, parent));
}

export const listBlockedBy = (call: RepositoryCall): Reply =>
  shown(call, findIssue(call).blockedBy);

export function addBlockedBy(call: RepositoryCall): Reply {
  const issue = findIssue(call);
  const blocker = issueById(call, call.body.issue_id);
  if (issue.blockedBy.includes(blocker.number) || blocker === issue)
    throw unprocessable('IssueDependency', { field: 'issue_id', code: 'invalid' });
  issue.blockedBy.push(blocker.number);
  return created(issueJson(call.github, call.repository, issue));
}

export function listMilestones(call: RepositoryCall): Reply {
  assertIssues(call);
  return paginate(call, call.repository.milestones, page =>
    page.map(milestone => milestoneJson(call.github, call.repository, milestone)),
  );
}
