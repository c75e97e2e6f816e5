/** What a trigger is about, the same whichever way we hear of it: a delivery, or a look at GitHub. */
import type { Trigger } from './trigger.ts';

/** `null` where hearing of it twice does no harm, or nothing could be missed. */
export function naturalKey(trigger: Trigger): string | null {
  switch (trigger.kind) {
    case 'command':
    case 'malformed_command': {
      const { target, repository, issue, label } = trigger;
      // GitHub's labels have no identity of their own: who looks must look at the time as well.
      return target.kind === 'issue'
        ? `label:${repository.id}:${issue}:${label}`
        : `${target.kind}:${target.id}`;
    }
    case 'review':
      return trigger.review && `review:${trigger.review.id}:${trigger.review.state}`;
    case 'check_failed':
      return `check:${trigger.check.id}`;
    case 'checks_changed':
      return `checks:${trigger.repository.id}:${trigger.head}`;
    case 'head_moved':
      return `head:${trigger.repository.id}:${trigger.pull}:${trigger.head}`;
    case 'pull_state':
      return `pull:${trigger.repository.id}:${trigger.pull}:${trigger.action}`;
    case 'issue_gone':
      return `issue:${trigger.repository.id}:${trigger.issue}:${trigger.action}`;
    case 'button':
    case 'comment_changed':
    case 'pull_content':
    case 'installation':
      return null;
  }
}
