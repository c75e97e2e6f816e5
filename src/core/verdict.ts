/** What our check run says of a task: the one place where its state becomes GitHub's words. */
import { whoApproves } from './approvals/who-approves.ts';
import type { CheckVerdict, TaskView } from './view.ts';

export function checkVerdict(view: TaskView): CheckVerdict {
  switch (view.status) {
    case 'proposed':
      return { conclusion: null, title: 'Asking policy' };
    case 'active':
      return active(view);
    case 'success':
      return view.mode === 'dry_run'
        ? { conclusion: 'neutral', title: 'Dry run: nothing was changed on GitHub' }
        : { conclusion: 'success', title: view.reason || 'Done' };
    case 'failure':
      return { conclusion: 'failure', title: `Failed: ${view.reason}` };
    case 'canceled':
      return { conclusion: 'cancelled', title: `Canceled: ${view.reason}` };
    case 'refused':
      return { conclusion: 'failure', title: `Refused: ${view.reason}` };
    default:
      throw new Error(`unknown status ${JSON.stringify(view.status satisfies never)}`);
  }
}

/** Green only for exactly the head that policy allows to merge. */
function active(view: TaskView): CheckVerdict {
  const { approval } = view;
  if (view.question !== null)
    return { conclusion: 'action_required', title: 'Waiting for a person to answer a question' };
  if (view.pull && view.mergeable === view.pull.head) {
    const by =
      approval?.status === 'granted' || approval?.status === 'used'
        ? approval.by.map(person => person.login)
        : [];
    const allowed = by.length > 0 ? `Approved by ${by.join(', ')}` : 'Allowed by policy';
    return { conclusion: 'success', title: [allowed, view.reason].filter(Boolean).join('. ') };
  }
  if (approval?.status === 'requested' && view.objections.length > 0) {
    const who = view.objections.map(person => person.login).join(', ');
    return { conclusion: 'action_required', title: `Held: ${who} is against it` };
  }
  if (approval?.status === 'requested') {
    return {
      conclusion: 'action_required',
      title: `Waiting for approval by ${whoApproves(approval)}`,
    };
  }
  const running = view.steps.find(step => step.status === 'active');
  const round = view.round > 1 ? `Round ${view.round}: ` : '';
  return { conclusion: null, title: `${round}${running ? running.id : 'working'}` };
}
