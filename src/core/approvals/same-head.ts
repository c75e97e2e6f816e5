/**
 * Rule `same-head`: an approval counts only for the head that GitHub reports now. It is judged again
 * right before the effect (`fence.ts`).
 */
import type { ApprovalRule, RequestRuling } from './rule.ts';

export const sameHead = {
  name: 'same-head',
  words: 'what is approved is the head that is there now',
  ofRequest({ facts: { pull }, ask: { head } }): RequestRuling {
    const live = pull?.head ?? null;
    return live === head
      ? { outcome: 'approved', reason: `The head is ${short(head)}.` }
      : { outcome: 'pending', reason: `The head moved from ${short(head)} to ${short(live)}.` };
  },
} satisfies ApprovalRule;

const short = (head: string | null): string => head?.slice(0, 7) ?? 'nothing';
