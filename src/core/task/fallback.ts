/** Which failures of an agent say nothing about the work: another agent of the chain may do it. */
import type { FailureClass } from './run.ts';
import type { Run } from './state.ts';

/** Its provider is down, limits it or refuses its credential. A denial of policy holds for all of them. */
const ELSEWHERE: ReadonlySet<FailureClass | null> = new Set<FailureClass>([
  'auth',
  'rate_limit',
  'transport',
]);

export const mayHelpElsewhere = (failure: FailureClass | null): boolean => ELSEWHERE.has(failure);

/** Whether the chain has somebody who was not tried for this work. */
export const hasOthers = ({ choice }: Pick<Run, 'choice'>): boolean => (choice?.others ?? 0) > 0;
