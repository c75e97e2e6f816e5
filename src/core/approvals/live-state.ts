/** Rule 1: decided from GitHub's live state; an error or a partial page means pending. */
import type { ApprovalFacts } from './facts.ts';
import { type RuleResult, result } from './judgement.ts';

export const liveState = ({ complete }: Pick<ApprovalFacts, 'complete'>): RuleResult =>
  complete
    ? result(1, 'live state', 'approved', 'Everything was read from GitHub.')
    : result(1, 'live state', 'pending', 'GitHub did not answer in full; it is asked again.');
