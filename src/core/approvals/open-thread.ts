/** An approval has effect only where people can still speak: on what is open, unlocked and no draft. */
import type { ApprovalRule, RequestRuling } from './rule.ts';

export const openThread = {
  name: 'open-thread',
  words: 'nothing is approved on what is closed, locked, archived or a draft',
  ofRequest({ facts: { pull, issue, repository }, ask: { afterMerge } }): RequestRuling {
    const nothing = (outcome: 'deny' | 'pending', why: string, fix: string): RequestRuling => ({
      outcome,
      reason: `${why}. Nothing is approved here until it is ${fix}.`,
    });
    if (repository.archived) return nothing('deny', 'The repository is archived', 'unarchived');
    const thread = pull ?? issue;
    if (thread === null)
      return {
        outcome: 'deny',
        reason:
          'The issue or pull request on which it was asked is gone, so nobody can approve it.',
      };
    const name = pull || issue?.isPull ? 'pull request' : 'issue';
    if (thread.state === 'closed' && !afterMerge)
      return nothing('deny', `The ${name} is closed`, 'reopened');
    if (thread.locked) return nothing('pending', `The ${name} is locked`, 'unlocked');
    if (pull?.draft)
      return nothing('pending', 'The pull request is a draft', 'marked as ready for review');
    return { outcome: 'approved', reason: `The ${name} is open.` };
  },
} satisfies ApprovalRule;
