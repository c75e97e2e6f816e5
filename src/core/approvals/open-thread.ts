/**
 * Rule 19: on a pull request that is a draft, closed or locked, on an issue that is closed or locked,
 * or in an archived repository, no approval has effect.
 */
import type { ApprovalFacts } from './facts.ts';
import { type RuleResult, result } from './judgement.ts';

export function openThread({ pull, issue, repository }: ApprovalFacts): RuleResult {
  const say = (outcome: 'deny' | 'pending' | 'approved', reason: string) =>
    result(19, 'open', outcome, reason);
  if (repository.archived) return say('deny', 'The repository is archived.');
  const thread = pull ?? issue;
  const name = pull ? 'pull request' : 'issue';
  if (thread === null) return say('deny', 'There is no place where it was asked.');
  if (thread.state === 'closed') return say('deny', `The ${name} is closed.`);
  if (thread.locked) return say('pending', `The ${name} is locked.`);
  if (pull?.draft) return say('pending', 'The pull request is a draft.');
  return say('approved', `The ${name} is open.`);
}
