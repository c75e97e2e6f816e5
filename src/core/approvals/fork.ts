/**
 * What is approved is a branch of this very repository. A head elsewhere is a fork's, where others
 * write; a head in a repository that is gone can't be looked at.
 */
import type { ApprovalRule, RequestRuling } from './rule.ts';

export const fork = {
  name: 'fork',
  words: 'what is approved is a branch of this very repository',
  ofRequest({ facts: { pull, repository } }): RequestRuling {
    if (pull === null) return { outcome: 'approved', reason: 'Nothing is pushed yet.' };
    if (pull.headRepositoryId === null)
      return {
        outcome: 'deny',
        reason: 'The repository of the head is gone, so nothing of it is approved.',
      };
    return pull.headRepositoryId === repository.id
      ? { outcome: 'approved', reason: 'The head is a branch of this repository.' }
      : {
          outcome: 'deny',
          reason:
            'The head is in another repository, and what is approved is a branch of this one.',
        };
  },
} satisfies ApprovalRule;
