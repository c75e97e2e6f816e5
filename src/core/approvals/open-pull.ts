/** Rule 19: on a pull request that is a draft, closed or locked, or in an archived repository, no approval has effect. */
import type { ApprovalFacts } from './facts.ts';
import { type RuleResult, result } from './judgement.ts';

export function openPull({ pull, repository }: ApprovalFacts): RuleResult {
  const say = (outcome: 'deny' | 'pending' | 'approved', reason: string) =>
    result(19, 'open pull request', outcome, reason);
  if (repository.archived) return say('deny', 'The repository is archived.');
  if (pull.state === 'closed') return say('deny', 'The pull request is closed.');
  if (pull.locked) return say('pending', 'The pull request is locked.');
  if (pull.draft) return say('pending', 'The pull request is a draft.');
  return say('approved', 'The pull request is open.');
}
