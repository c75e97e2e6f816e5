/** An open task that ends where somebody who may cancel it asks for work anew. */
import type { GraphName } from '../../graph/graphs.ts';
import { createdOf, type TaskState } from './state.ts';

/** One whose pull request is closed; and a triage: what somebody wants done of an issue goes before that. */
export const givesWay = (state: TaskState, { graph }: { graph: GraphName }): boolean =>
  state.blocked?.obstacle === 'closed' ||
  (createdOf(state).graph.name === 'triage' && graph !== 'triage');
