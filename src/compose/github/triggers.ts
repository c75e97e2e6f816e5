/**
 * The one table of triggers: for each of GitHub's events what it means (a pure translation) and what
 * is done about it (a handler of the engine). What is not listed starts nothing.
 */
import { z } from 'zod';
import { authorizationRevoked } from '../../adapters/github/triggers/authorizations.ts';
import { button, rerun, rerunAll } from '../../adapters/github/triggers/buttons.ts';
import {
  checkRun,
  checkSuite,
  status,
  workflowRun,
} from '../../adapters/github/triggers/checks.ts';
import {
  issueComment,
  issueCommentChanged,
  reviewComment,
  reviewCommentChanged,
} from '../../adapters/github/triggers/comments.ts';
import {
  deploymentTold,
  gateAsked,
  ownRunEnded,
} from '../../adapters/github/triggers/deployments.ts';
import { dispatch } from '../../adapters/github/triggers/dispatches.ts';
import { installation } from '../../adapters/github/triggers/installations.ts';
import { issueGone, issueOpened } from '../../adapters/github/triggers/issues.ts';
import { issueLabeled, pullLabeled } from '../../adapters/github/triggers/labels.ts';
import { mergeGroup } from '../../adapters/github/triggers/merge-groups.ts';
import { type AppIdentity, notUsed } from '../../adapters/github/triggers/origin.ts';
import type { Translation } from '../../adapters/github/triggers/payload.ts';
import {
  conversation,
  pullOpened,
  pullPushed,
  pullState,
  pullUnreported,
} from '../../adapters/github/triggers/pulls.ts';
import { push } from '../../adapters/github/triggers/pushes.ts';
import { repositoryChanged } from '../../adapters/github/triggers/repositories.ts';
import { pullReview, reviewRequested } from '../../adapters/github/triggers/reviews.ts';
import type { Trigger } from '../../core/trigger.ts';
import type { Intake, Meaning } from '../../engine/dependencies.ts';
import { onDispatch } from '../../engine/intake/calls/dispatch.ts';
import { onCheck } from '../../engine/intake/checks/checks.ts';
import { reportOnHead, reportOnPull } from '../../engine/intake/checks/required-check.ts';
import { onRerun } from '../../engine/intake/checks/rerun.ts';
import { onButton } from '../../engine/intake/commands/answer.ts';
import { onCall } from '../../engine/intake/commands/command.ts';
import { onEdited } from '../../engine/intake/commands/comment-changed.ts';
import { onDefaultBranch } from '../../engine/intake/rules/default-branch.ts';
import { onAuthorizationRevoked } from '../../engine/intake/signals/authorization.ts';
import { onDeployment } from '../../engine/intake/signals/deployment.ts';
import { onGate } from '../../engine/intake/signals/gate.ts';
import { onInstallation } from '../../engine/intake/signals/installation.ts';
import { onIssueGone } from '../../engine/intake/signals/issue-gone.ts';
import { onIssueOpened } from '../../engine/intake/signals/issue-opened.ts';
import {
  onPullOpened,
  onPullPushed,
  onPullState,
  onReview,
} from '../../engine/intake/signals/pull.ts';
import { onRepositoryChanged } from '../../engine/intake/signals/repository-changed.ts';

type TranslateRow = (payload: unknown, app: AppIdentity) => Promise<Meaning>;

/** A row: the compiler holds the handler to what the translation gives. */
export const on =
  <T extends Trigger>(
    translate: Translation<T>,
    follow: (intake: Intake, trigger: T) => Promise<string>,
  ): TranslateRow =>
  async (payload, app) => {
    const trigger = await translate(payload, app);
    if ('ignored' in trigger) return trigger;
    return { trigger, follow: intake => follow(intake, trigger) };
  };

/** By event and action, or by event alone for all other actions. */
export const TRIGGERS: Readonly<Record<string, TranslateRow>> = {
  'issue_comment.created': on(issueComment, onCall),
  'issue_comment.edited': on(issueCommentChanged, onEdited),
  'issue_comment.deleted': on(issueCommentChanged, onEdited),
  'pull_request_review_comment.created': on(reviewComment, onCall),
  'pull_request_review_comment.edited': on(reviewCommentChanged, onEdited),
  'pull_request_review_comment.deleted': on(reviewCommentChanged, onEdited),
  'issues.labeled': on(issueLabeled, onCall),
  'issues.opened': on(issueOpened, onIssueOpened),
  issues: on(issueGone, onIssueGone),
  'pull_request.labeled': on(pullLabeled, onCall),
  'pull_request.opened': on(pullOpened, onPullOpened),
  'pull_request.unreported': on(pullUnreported, reportOnPull),
  'pull_request.synchronize': on(pullPushed, onPullPushed),
  'pull_request.review_requested': on(reviewRequested, onReview),
  pull_request: on(pullState, onPullState),
  pull_request_review: on(pullReview, onReview),
  pull_request_review_thread: on(conversation, onPullState),
  check_run: on(checkRun, onCheck),
  'check_run.requested_action': on(button, onButton),
  'check_run.rerequested': on(rerun, onRerun),
  'check_suite.rerequested': on(rerunAll, onRerun),
  merge_group: on(mergeGroup, reportOnHead),
  check_suite: on(checkSuite, onCheck),
  // A run that we dispatched is a deployment, all others are checks.
  workflow_run: async (payload, app) => {
    const ended = ownRunEnded(payload, app.botUserId);
    return ended
      ? { trigger: ended, follow: intake => onDeployment(intake, ended) }
      : on(workflowRun, onCheck)(payload, app);
  },
  deployment_protection_rule: on(gateAsked, onGate),
  deployment: on(deploymentTold, onDeployment),
  deployment_status: on(deploymentTold, onDeployment),
  status: on(status, onCheck),
  push: on(push, onDefaultBranch),
  'repository_dispatch.gatehouse': on(dispatch, onDispatch),
  repository: on(repositoryChanged, onRepositoryChanged),
  'github_app_authorization.revoked': on(authorizationRevoked, onAuthorizationRevoked),
  installation: on(installation, onInstallation),
  installation_repositories: on(installation, onInstallation),
};

const WithAction = z.looseObject({ action: z.string().optional() });

/** Whether the table has a row for such deliveries. */
export const isHandled = (event: string, action: string | null): boolean =>
  Object.hasOwn(TRIGGERS, `${event}.${action}`) || Object.hasOwn(TRIGGERS, event);

/** What a delivery means to this App: pure, until the meaning's handler is called. */
export async function meaningOf(
  delivery: { event: string; payload: unknown },
  app: AppIdentity,
  table: Readonly<Record<string, TranslateRow>> = TRIGGERS,
): Promise<Meaning> {
  const { event, payload } = delivery;
  const action = WithAction.safeParse(payload).data?.action;
  const exact = `${event}.${action}`;
  const name = Object.hasOwn(table, exact) ? exact : event;
  const row = Object.hasOwn(table, name) ? table[name] : undefined;
  return row ? row(payload, app) : notUsed(action ? exact : event);
}
