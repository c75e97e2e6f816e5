/** It is decided from GitHub's live state; an error or a page that is missing means pending. */
import type { ApprovalRule, RequestRuling } from './rule.ts';

export const liveState = {
  name: 'live-state',
  words: "it is decided from GitHub's live state, read in full",
  ofRequest: ({ facts: { complete } }): RequestRuling =>
    complete
      ? { outcome: 'approved', reason: 'Everything was read from GitHub.' }
      : {
          outcome: 'pending',
          reason:
            'GitHub did not answer in full, or there is more than is read, such as more than 1,000 reviews or commits; it is asked again.',
        },
} satisfies ApprovalRule;
