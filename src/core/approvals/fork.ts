/**
 * Rule 18: what is approved is a branch of this very repository. A head elsewhere is a fork's, where
 * others write; a head in a repository that is gone can't be looked at.
 */
import type { ApprovalFacts } from './facts.ts';
import { type RuleResult, result } from './judgement.ts';

export function fork({ pull, repository }: ApprovalFacts): RuleResult {
  const say = (outcome: 'deny' | 'approved', reason: string) => result(18, 'fork', outcome, reason);
  if (pull === null) return say('approved', 'Nothing is pushed yet.');
  if (pull.headRepositoryId === null) return say('deny', 'The repository of the head is gone.');
  return pull.headRepositoryId === repository.id
    ? say('approved', 'The head is a branch of this repository.')
    : say('deny', 'The head is in another repository.');
}
