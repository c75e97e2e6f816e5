import * as accounts from './accounts.ts';
import * as actions from './actions.ts';
import * as apps from './apps.ts';
import { asAnyone, asApp, inRepository, type Route } from './call.ts';
import * as checks from './checks.ts';
import * as comments from './comments.ts';
import * as commits from './commits.ts';
import * as contents from './contents.ts';
import * as deployments from './deployments.ts';
import * as git from './git.ts';
import * as issues from './issues.ts';
import * as labels from './labels.ts';
import * as merge from './merge.ts';
import * as mergeAsync from './merge-async.ts';
import * as meta from './meta.ts';
import * as objects from './objects.ts';
import * as people from './people.ts';
import * as pulls from './pulls.ts';
import * as reactions from './reactions.ts';
import * as relations from './relations.ts';
import * as repositories from './repositories.ts';
import * as reviews from './reviews.ts';
import * as stacks from './stacks.ts';
import * as statuses from './statuses.ts';
import * as tokens from './tokens.ts';
import * as workflowRuns from './workflow-runs.ts';

// A pull request is an issue: either permission opens what both have.
const READ_THREAD = ['issues:read', 'pull_requests:read'] as const;
const WRITE_THREAD = ['issues:write', 'pull_requests:write'] as const;

/** Every operation: what an App's token must grant, which role a person needs, and who answers. */
export const ROUTES: Readonly<Record<string, Route>> = {
  'meta/root': asAnyone(meta.getRoot),
  'rate-limit/get': asAnyone(meta.getRateLimit),

  'apps/get-authenticated': asApp(apps.getApp),
  'apps/get-by-slug': asAnyone(apps.getAppBySlug),
  'apps/list-installations': asApp(apps.listInstallations),
  'apps/get-installation': asApp(apps.getInstallation),
  'apps/get-repo-installation': asApp(apps.getRepositoryInstallation),
  'apps/get-org-installation': asApp(apps.getAccountInstallation),
  'apps/get-user-installation': asApp(apps.getAccountInstallation),
  'apps/create-installation-access-token': asApp(tokens.createToken),
  'apps/revoke-installation-access-token': asAnyone(tokens.revokeToken),
  'apps/list-repos-accessible-to-installation': asAnyone(apps.listAccessibleRepositories),
  'apps/list-installations-for-authenticated-user': asAnyone(people.listInstallations),
  'apps/list-installation-repos-for-authenticated-user': asAnyone(people.listRepositories),
  'apps/delete-token': asApp(people.deleteToken),
  'apps/delete-authorization': asApp(people.deleteAuthorization),
  'apps/create-from-manifest': asAnyone(apps.convertManifest),
  'apps/get-webhook-config-for-app': asApp(apps.getHookConfig),
  'apps/update-webhook-config-for-app': asApp(apps.updateHookConfig),
  'apps/list-webhook-deliveries': asApp(apps.listDeliveries),
  'apps/get-webhook-delivery': asApp(apps.getDelivery),
  'apps/redeliver-webhook-delivery': asApp(apps.redeliverDelivery),

  'users/get-authenticated': asAnyone(accounts.getAuthenticatedUser),
  'users/get-by-username': asAnyone(accounts.getUser),
  'users/get-by-id': asAnyone(accounts.getUserById),
  'orgs/get': asAnyone(accounts.getOrganization),
  'teams/list-for-authenticated-user': asAnyone(people.listTeams),
  'teams/get-by-name': asAnyone(accounts.getTeam),
  'teams/list-members-in-org': asAnyone(accounts.listTeamMembers),
  'teams/get-membership-for-user-in-org': asAnyone(accounts.getTeamMembership),

  'repos/get': inRepository('metadata:read', 'read', repositories.getRepository),
  'repos/get-collaborator-permission-level': inRepository(
    'metadata:read',
    'read',
    repositories.getPermission,
  ),
  'repos/list-collaborators': inRepository(
    'metadata:read',
    'write',
    repositories.listCollaborators,
  ),
  'repos/list-branches': inRepository('contents:read', 'read', repositories.listBranches),
  'repos/get-branch': inRepository('contents:read', 'read', repositories.getBranch),
  'repos/get-branch-protection': inRepository(
    'administration:read',
    'admin',
    repositories.getProtection,
  ),
  'repos/get-branch-rules': inRepository('metadata:read', 'read', repositories.getBranchRules),
  'repos/create-dispatch-event': inRepository(
    'contents:write',
    'write',
    repositories.createDispatch,
  ),
  'repos/get-content': inRepository('contents:read', 'read', contents.getContent),
  'repos/get-commit': inRepository('contents:read', 'read', commits.getCommit),
  'repos/list-commits': inRepository('contents:read', 'read', commits.listCommits),
  'repos/compare-commits-with-basehead': inRepository(
    'contents:read',
    'read',
    commits.compareCommits,
  ),
  'repos/list-pull-requests-associated-with-commit': inRepository(
    'pull_requests:read',
    'read',
    pulls.listPullsOfCommit,
  ),
  'repos/create-commit-status': inRepository('statuses:write', 'write', statuses.createStatus),
  'repos/list-commit-statuses-for-ref': inRepository(
    'statuses:read',
    'read',
    statuses.listStatuses,
  ),
  'repos/get-combined-status-for-ref': inRepository(
    'statuses:read',
    'read',
    statuses.getCombinedStatus,
  ),

  'git/get-ref': inRepository('contents:read', 'read', git.getRef),
  'git/list-matching-refs': inRepository('contents:read', 'read', git.listMatchingRefs),
  'git/create-ref': inRepository('contents:write', 'write', git.createRef),
  'git/update-ref': inRepository('contents:write', 'write', git.updateRef),
  'git/delete-ref': inRepository('contents:write', 'write', git.deleteRef),
  'git/create-blob': inRepository('contents:write', 'write', objects.createBlob),
  'git/create-tree': inRepository('contents:write', 'write', objects.createTree),
  'git/create-commit': inRepository('contents:write', 'write', objects.createCommit),
  'git/get-commit': inRepository('contents:read', 'read', git.getGitCommit),
  'git/get-tree': inRepository('contents:read', 'read', git.getTree),
  'git/get-blob': inRepository('contents:read', 'read', git.getBlob),

  'issues/get': inRepository(READ_THREAD, 'read', issues.getIssue),
  'issues/list-for-repo': inRepository('issues:read', 'read', issues.listIssues),
  'issues/list-sub-issues': inRepository('issues:read', 'read', relations.listSubIssues),
  'issues/add-sub-issue': inRepository('issues:write', 'triage', relations.addSubIssue),
  'issues/list-dependencies-blocked-by': inRepository(
    'issues:read',
    'read',
    relations.listBlockedBy,
  ),
  'issues/add-blocked-by-dependency': inRepository(
    'issues:write',
    'triage',
    relations.addBlockedBy,
  ),
  'issues/list-milestones': inRepository('issues:read', 'read', relations.listMilestones),
  'issues/create': inRepository('issues:write', 'read', issues.createIssue),
  'issues/update': inRepository(WRITE_THREAD, 'read', issues.updateIssue),
  'issues/lock': inRepository(WRITE_THREAD, 'write', call => issues.setLocked(call, true)),
  'issues/unlock': inRepository(WRITE_THREAD, 'write', call => issues.setLocked(call, false)),
  'issues/add-assignees': inRepository(WRITE_THREAD, 'triage', issues.addAssignees),
  'issues/list-comments': inRepository(READ_THREAD, 'read', comments.listComments),
  'issues/list-comments-for-repo': inRepository(
    READ_THREAD,
    'read',
    comments.listRepositoryComments,
  ),
  'issues/get-comment': inRepository(READ_THREAD, 'read', comments.getComment),
  'issues/create-comment': inRepository(WRITE_THREAD, 'read', comments.createComment),
  'issues/update-comment': inRepository(WRITE_THREAD, 'read', comments.updateComment),
  'issues/delete-comment': inRepository(WRITE_THREAD, 'read', comments.deleteComment),
  'issues/list-events': inRepository(READ_THREAD, 'read', labels.listIssueEvents),
  'issues/list-labels-on-issue': inRepository(READ_THREAD, 'read', labels.listIssueLabels),
  'issues/add-labels': inRepository(WRITE_THREAD, 'triage', labels.addIssueLabels),
  'issues/set-labels': inRepository(WRITE_THREAD, 'triage', labels.setIssueLabels),
  'issues/remove-label': inRepository(WRITE_THREAD, 'triage', labels.removeIssueLabel),
  'issues/create-label': inRepository(WRITE_THREAD, 'write', labels.createLabel),
  'issues/get-label': inRepository(READ_THREAD, 'read', labels.getLabel),
  'issues/list-labels-for-repo': inRepository(READ_THREAD, 'read', labels.listLabels),

  'reactions/create-for-issue': inRepository(WRITE_THREAD, 'read', reactions.reactToIssue),
  'reactions/create-for-issue-comment': inRepository(
    WRITE_THREAD,
    'read',
    reactions.reactToComment,
  ),
  'reactions/create-for-pull-request-review-comment': inRepository(
    'pull_requests:write',
    'read',
    reactions.reactToReviewComment,
  ),
  'reactions/list-for-issue': inRepository(READ_THREAD, 'read', reactions.listIssueReactions),
  'reactions/list-for-issue-comment': inRepository(
    READ_THREAD,
    'read',
    reactions.listCommentReactions,
  ),
  'reactions/delete-for-issue-comment': inRepository(
    WRITE_THREAD,
    'read',
    reactions.removeCommentReaction,
  ),

  'pulls/create': inRepository('pull_requests:write', 'read', pulls.createPull),
  'pulls/get': inRepository('pull_requests:read', 'read', pulls.getPull),
  'pulls/list': inRepository('pull_requests:read', 'read', pulls.listPulls),
  'pulls/update': inRepository('pull_requests:write', 'read', pulls.updatePull),
  'pulls/list-files': inRepository('pull_requests:read', 'read', pulls.listFiles),
  'pulls/list-commits': inRepository('pull_requests:read', 'read', pulls.listCommits),
  'pulls/request-reviewers': inRepository('pull_requests:write', 'triage', pulls.requestReviewers),
  'pulls/list-requested-reviewers': inRepository(
    'pull_requests:read',
    'read',
    pulls.listRequestedReviewers,
  ),
  'pulls/list-reviews': inRepository('pull_requests:read', 'read', reviews.listReviews),
  'pulls/get-review': inRepository('pull_requests:read', 'read', reviews.getReview),
  'pulls/get-review-comment': inRepository('pull_requests:read', 'read', reviews.getReviewComment),
  'pulls/create-review': inRepository('pull_requests:write', 'read', reviews.createReview),
  'pulls/submit-review': inRepository('pull_requests:write', 'read', reviews.submitReview),
  'pulls/update-review': inRepository('pull_requests:write', 'read', reviews.updateReview),
  'pulls/dismiss-review': inRepository('pull_requests:write', 'write', reviews.dismissReview),
  'pulls/list-review-comments': inRepository(
    'pull_requests:read',
    'read',
    reviews.listReviewComments,
  ),
  'pulls/create-review-comment': inRepository(
    'pull_requests:write',
    'read',
    reviews.createReviewComment,
  ),
  'pulls/create-reply-for-review-comment': inRepository(
    'pull_requests:write',
    'read',
    reviews.replyToReviewComment,
  ),
  'pulls/merge': inRepository('contents:write', 'write', merge.mergePullRequest),
  'pulls/merge-async': inRepository('contents:write', 'write', mergeAsync.mergeAsync),
  'pulls/get-merge-async-result': inRepository(
    'contents:read',
    'read',
    mergeAsync.getMergeAsyncResult,
  ),
  'pull-request-stacks/list': inRepository('pull_requests:read', 'read', stacks.listStacks),
  'pulls/check-if-merged': inRepository('contents:read', 'read', merge.checkIfMerged),
  'pulls/update-branch': inRepository('pull_requests:write', 'write', merge.updateBranch),

  'checks/create': inRepository('checks:write', 'write', checks.createCheckRun),
  'checks/update': inRepository('checks:write', 'write', checks.updateCheckRun),
  'checks/get': inRepository('checks:read', 'read', checks.getCheckRun),
  'checks/list-for-ref': inRepository('checks:read', 'read', checks.listCheckRuns),
  'checks/list-for-suite': inRepository('checks:read', 'read', checks.listSuiteRuns),
  'checks/list-annotations': inRepository('checks:read', 'read', checks.listAnnotations),
  'checks/list-suites-for-ref': inRepository('checks:read', 'read', checks.listSuites),
  'checks/get-suite': inRepository('checks:read', 'read', checks.getSuite),
  'checks/rerequest-run': inRepository('checks:write', 'write', checks.rerequestRun),
  'checks/rerequest-suite': inRepository('checks:write', 'write', checks.rerequestSuite),

  'actions/get-job-for-workflow-run': inRepository('actions:read', 'read', actions.getJob),
  'actions/list-jobs-for-workflow-run': inRepository('actions:read', 'read', actions.listJobs),
  'actions/download-job-logs-for-workflow-run': inRepository(
    'actions:read',
    'read',
    actions.downloadJobLogs,
  ),
  'actions/create-workflow-dispatch': inRepository(
    'actions:write',
    'write',
    workflowRuns.dispatchWorkflow,
  ),
  'actions/get-workflow-run': inRepository('actions:read', 'read', workflowRuns.getWorkflowRun),
  'actions/list-workflow-runs': inRepository(
    'actions:read',
    'read',
    workflowRuns.listRunsOfWorkflow,
  ),
  'actions/list-workflow-runs-for-repo': inRepository(
    'actions:read',
    'read',
    workflowRuns.listRuns,
  ),
  'actions/review-custom-gates-for-run': inRepository(
    'deployments:write',
    'write',
    deployments.reviewGate,
  ),
  'repos/create-deployment': inRepository(
    'deployments:write',
    'write',
    deployments.createDeployment,
  ),
  'repos/get-deployment': inRepository('deployments:read', 'read', deployments.getDeployment),
  'repos/list-deployments': inRepository('deployments:read', 'read', deployments.listDeployments),
  'repos/create-deployment-status': inRepository(
    'deployments:write',
    'write',
    deployments.createDeploymentStatus,
  ),
  'repos/list-deployment-statuses': inRepository(
    'deployments:read',
    'read',
    deployments.listDeploymentStatuses,
  ),
};

/** What counts against the limits on content: whatever appears before people. */
export const CREATES_CONTENT: ReadonlySet<string> = new Set([
  'issues/create',
  'issues/update',
  'issues/create-comment',
  'issues/update-comment',
  'issues/add-labels',
  'issues/set-labels',
  'issues/create-label',
  'reactions/create-for-issue',
  'reactions/create-for-issue-comment',
  'reactions/create-for-pull-request-review-comment',
  'pulls/create',
  'pulls/update',
  'pulls/create-review',
  'pulls/submit-review',
  'pulls/create-review-comment',
  'pulls/create-reply-for-review-comment',
  'pulls/request-reviewers',
  'repos/create-commit-status',
]);
