import type { GitHub } from '../github.ts';
import type { Comment, Issue, Label, Milestone, Reaction } from '../world/issues.ts';
import { fullName, ownerOf, type Repository } from '../world/repositories.ts';
import { type Json, userById } from './account.ts';
import { integrationOrNull } from './app.ts';
import { nodeId } from './links.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';

export function issueUrl(github: GitHub, repository: Repository, number: number): string {
  return `${repositoryUrl(github, repository)}/issues/${number}`;
}

export function issuePage(github: GitHub, repository: Repository, issue: Issue): string {
  return `${repositoryPage(github, repository)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;
}

export function labelJson(github: GitHub, repository: Repository, label: Label): Json {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryUrl(github, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: label.description,
    color: label.color,
    default: false,
  };
}

export function labelsOf(github: GitHub, repository: Repository, issue: Issue): Json[] {
  return issue.labels
    .map(name => repository.labels.get(name.toLowerCase()))
    .filter(label => label !== undefined)
    .map(label => labelJson(github, repository, label));
}

export function milestoneJson(
  github: GitHub,
  repository: Repository,
  { id, number, title, creatorId, createdAt }: Milestone,
): Json {
  const url = `${repositoryUrl(github, repository)}/milestones/${number}`;
  const of = [...repository.issues.values()].filter(issue => issue.milestone?.id === id);
  return {
    url,
    html_url: `${repositoryPage(github, repository)}/milestone/${number}`,
    labels_url: `${url}/labels`,
    id,
    node_id: nodeId('MI', id),
    number,
    state: 'open',
    title,
    description: null,
    creator: userById(github, creatorId),
    open_issues: of.filter(({ state }) => state === 'open').length,
    closed_issues: of.filter(({ state }) => state === 'closed').length,
    created_at: createdAt,
    updated_at: createdAt,
    closed_at: null,
    due_on: null,
  };
}

/** Private members really show as CONTRIBUTOR, so nobody should trust this field. */
export function association(github: GitHub, repository: Repository, userId: number): string {
  const owner = ownerOf(github, repository);
  if (owner.id === userId) return 'OWNER';
  if (owner.members.has(userId) || repository.collaborators.has(userId)) return 'CONTRIBUTOR';
  return 'NONE';
}

export function issueJson(github: GitHub, repository: Repository, issue: Issue): Json {
  const url = issueUrl(github, repository, issue.number);
  const html = issuePage(github, repository, issue);
  const assignees = issue.assignees.map(id => userById(github, id));
  return {
    url,
    repository_url: repositoryUrl(github, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: html,
    id: issue.id,
    node_id: issue.pull ? nodeId('PR', issue.pull.id) : nodeId('I', issue.id),
    number: issue.number,
    title: issue.title,
    user: userById(github, issue.userId),
    labels: labelsOf(github, repository, issue),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.locked,
    active_lock_reason: issue.lockReason,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: issue.milestone && milestoneJson(github, repository, issue.milestone),
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    closed_by: issue.closedById === null ? null : userById(github, issue.closedById),
    author_association: association(github, repository, issue.userId),
    body: issue.body,
    reactions: rollup(issue.reactions, `${url}/reactions`),
    performed_via_github_app: integrationOrNull(github, issue.appId),
    sub_issues_summary: subIssuesSummary(repository, issue),
    issue_dependencies_summary: dependenciesSummary(repository, issue),
    ...(issue.pull && {
      draft: issue.pull.draft,
      pull_request: {
        url: `${repositoryUrl(github, repository)}/pulls/${issue.number}`,
        html_url: html,
        diff_url: `${html}.diff`,
        patch_url: `${html}.patch`,
        merged_at: issue.pull.mergedAt,
      },
    }),
  };
}

function subIssuesSummary(repository: Repository, { subIssues }: Issue): Json {
  const total = subIssues.length;
  const completed = subIssues.filter(
    number => repository.issues.get(number)?.state === 'closed',
  ).length;
  const percent = total === 0 ? 0 : Math.floor((completed / total) * 100);
  return { total, completed, percent_completed: percent };
}

/** Closed ones count in the totals alone. */
function dependenciesSummary(repository: Repository, issue: Issue): Json {
  const blockers = issue.blockedBy.map(number => repository.issues.get(number));
  const blocked = [...repository.issues.values()].filter(({ blockedBy }) =>
    blockedBy.includes(issue.number),
  );
  const open = (issues: readonly (Issue | undefined)[]) =>
    issues.filter(one => one?.state === 'open').length;
  return {
    blocked_by: open(blockers),
    blocking: issue.state === 'open' ? open(blocked) : 0,
    total_blocked_by: blockers.length,
    total_blocking: blocked.length,
  };
}

export function commentJson(github: GitHub, repository: Repository, comment: Comment): Json {
  const url = `${repositoryUrl(github, repository)}/issues/comments/${comment.id}`;
  const issue = repository.issues.get(comment.issueNumber);
  const place = issue?.pull ? 'pull' : 'issues';
  return {
    url,
    html_url: `${github.url}/${fullName(github, repository)}/${place}/${comment.issueNumber}#issuecomment-${comment.id}`,
    issue_url: issueUrl(github, repository, comment.issueNumber),
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: userById(github, comment.userId),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(github, repository, comment.userId),
    body: comment.body,
    reactions: rollup(comment.reactions, `${url}/reactions`),
    performed_via_github_app: integrationOrNull(github, comment.appId),
  };
}

export function reactionJson(github: GitHub, reaction: Reaction): Json {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: userById(github, reaction.userId),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

const CONTENTS = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'];

export function rollup(reactions: readonly Reaction[], url: string): Json {
  const counts = CONTENTS.map(content => [
    content,
    reactions.filter(reaction => reaction.content === content).length,
  ]);
  return { url, total_count: reactions.length, ...Object.fromEntries(counts) };
}
