/** Deliveries into triggers: pure, so that a stored delivery always means the same. */
import type { z } from 'zod';
import type { Ignored, Trigger } from '../../../core/trigger.ts';
import { translateCheckRun, translateCheckSuite, translateStatus } from './checks.ts';
import { translateChange, translateComment, translateLabel } from './comment-commands.ts';
import { translateInstallation } from './installations.ts';
import { type AppIdentity, notUsed, repositoryOf } from './origin.ts';
import * as payloads from './payloads.ts';
import { translateContent, translatePull, translateReview } from './pulls.ts';

type Translation = (payload: unknown, app: AppIdentity) => Trigger | Ignored;

/** By event, or by event and action. Checks carry the sender of the push, so theirs is not asked. */
const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  'issue_comment.created': unlessOwn(
    parsed(payloads.IssueComment, payload =>
      translateComment(payload, {
        issue: payload.issue.number,
        isPull: Boolean(payload.issue.pull_request),
        target: {
          kind: 'issue_comment',
          number: payload.issue.number,
          id: payload.comment.id,
        },
      }),
    ),
  ),
  'issue_comment.edited': changed('issue_comment', 'edited'),
  'issue_comment.deleted': changed('issue_comment', 'deleted'),
  'pull_request_review_comment.edited': changedOnCode('edited'),
  'pull_request_review_comment.deleted': changedOnCode('deleted'),
  'pull_request_review_comment.created': unlessOwn(
    parsed(payloads.ReviewComment, payload =>
      translateComment(payload, {
        issue: payload.pull_request.number,
        isPull: true,
        target: {
          kind: 'review_comment',
          number: payload.pull_request.number,
          id: payload.comment.id,
        },
      }),
    ),
  ),
  'issues.labeled': unlessOwn(
    parsed(payloads.IssueLabeled, payload => translateLabel(payload, payload.issue.number, false)),
  ),
  'pull_request.labeled': unlessOwn(
    parsed(payloads.PullLabeled, payload =>
      translateLabel(payload, payload.pull_request.number, true),
    ),
  ),
  issues: unlessOwn(
    parsed(payloads.Issue, payload => {
      const { action } = payload;
      const gone =
        action === 'closed' ||
        action === 'deleted' ||
        action === 'transferred' ||
        action === 'locked';
      return gone
        ? {
            kind: 'issue_gone',
            repository: repositoryOf(payload),
            issue: payload.issue.number,
            action,
          }
        : notUsed(`issues.${action}`);
    }),
  ),
  // Also what our own App opened or pushed: an agent's pull request may change policy.
  'pull_request.opened': parsed(payloads.PullRequest, translateContent),
  'pull_request.synchronize': parsed(payloads.PullRequest, (payload, app) =>
    payload.sender.id === app.botUserId ? translateContent(payload) : translatePull(payload),
  ),
  pull_request: unlessOwn(parsed(payloads.PullRequest, translatePull)),
  pull_request_review: unlessOwn(parsed(payloads.PullReview, translateReview)),
  check_run: parsed(payloads.CheckRun, translateCheckRun),
  check_suite: parsed(payloads.CheckSuite, translateCheckSuite),
  status: parsed(payloads.Status, translateStatus),
  installation: parsed(payloads.Installation, translateInstallation),
  installation_repositories: parsed(payloads.Installation, translateInstallation),
};

export function translate(event: string, payload: unknown, app: AppIdentity): Trigger | Ignored {
  const action = payloads.Action.safeParse(payload).data?.action;
  const exact = `${event}.${action}`;
  const name = Object.hasOwn(TRANSLATIONS, exact) ? exact : event;
  const translation = Object.hasOwn(TRANSLATIONS, name) ? TRANSLATIONS[name] : undefined;
  return translation ? translation(payload, app) : notUsed(action ? exact : event);
}

function changed(via: 'issue_comment', how: 'edited' | 'deleted'): Translation {
  return unlessOwn(
    parsed(payloads.IssueComment, payload =>
      translateChange(payload, via, how, payload.issue.number),
    ),
  );
}

function changedOnCode(how: 'edited' | 'deleted'): Translation {
  return unlessOwn(
    parsed(payloads.ReviewComment, payload =>
      translateChange(payload, 'review_comment', how, payload.pull_request.number),
    ),
  );
}

function parsed<S extends z.ZodType>(
  schema: S,
  translation: (payload: z.output<S>, app: AppIdentity) => Trigger | Ignored,
): Translation {
  return (payload, app) => {
    const result = schema.safeParse(payload);
    if (result.success) return translation(result.data, app);
    const faults = result.error.issues
      .slice(0, 5)
      .map(issue => `${issue.path.join('.') || 'payload'}: ${issue.message}`);
    return { ignored: 'malformed', problem: faults.join('; ') };
  };
}

/** The loop guard: whatever our own bot did is no call. */
function unlessOwn(translation: Translation): Translation {
  return (payload, app) =>
    payloads.Sender.safeParse(payload).data?.sender?.id === app.botUserId
      ? { ignored: 'own', problem: 'We caused it ourselves.' }
      : translation(payload, app);
}
