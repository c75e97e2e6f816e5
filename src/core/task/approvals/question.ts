/** What a request for approval asks about, and which answers of people bear on it. */
import type { Approval } from '../state/state.ts';

export type ApprovalQuestion = Pick<Approval, 'action' | 'run' | 'rework'>;

/** Of a merge that starts again, the request stands as long as what it is about. */
export const questionOf = ({ action, run, rework }: ApprovalQuestion): string =>
  action === 'pr.merge' ? action : `${action} ${run ?? rework ?? 'task'}`;

/** What an answer to the request is about: each time that an agent asks in its run is a question of its own. */
export const aboutOf = (approval: Approval): string =>
  approval.gate === 'act' ? approval.chain : questionOf(approval);

export type EndsByDenial = 'budget.raise' | 'plan.accept';

/** Whether who is against it decides it: nothing else waits for the answer. */
export const endsByDenial = (action: string): action is EndsByDenial =>
  action === 'budget.raise' || action === 'plan.accept';

/** Whether an answer to it is for that alone, and nothing that was said of something else is one. */
export const isAnsweredAlone = ({ gate, action }: Pick<Approval, 'gate' | 'action'>): boolean =>
  gate === 'act' || endsByDenial(action);
