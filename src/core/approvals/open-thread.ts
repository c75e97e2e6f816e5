/** An approval has effect only where people can still speak: on what is open, unlocked and no draft. */
import type { ApprovalRule, RequestRuling } from './rule.ts';

export const openThread = {
  name: 'open-thread',
  words: 'nothing is approved on what is closed, locked, archived or a draft',
  ofRequest({ facts: { pull, issue, repository } }): RequestRuling {
    if (repository.archived) return { outcome: 'deny', reason: 'The repository is archived.' };
    const thread = pull ?? issue;
    const name = pull ? 'pull request' : 'issue';
    if (thread === null)
      return { outcome: 'deny', reason: 'There is no place where it was asked.' };
    if (thread.state === 'closed') return { outcome: 'deny', reason: `The ${name} is closed.` };
    if (thread.locked) return { outcome: 'pending', reason: `The ${name} is locked.` };
    if (pull?.draft) return { outcome: 'pending', reason: 'The pull request is a draft.' };
    return { outcome: 'approved', reason: `The ${name} is open.` };
  },
} satisfies ApprovalRule;
