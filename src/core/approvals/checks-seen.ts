/**
 * Rule `checks-seen`: an approval that was given before a check failed, or before the wait for checks
 * was over, says nothing about that. Within one second the order is unknown: it does not count.
 */
import { type ApprovalRule, refused } from './rule.ts';

export const checksSeen = {
  name: 'checks-seen',
  words: 'an approval is given knowing how the checks went',
  ofStatement({ state, at }, { facts: { checksChangedAt } }) {
    if (state !== 'APPROVED' || checksChangedAt === null) return null;
    if (second(at) > second(checksChangedAt)) return null;
    return refused(
      'It was given before the checks of this head failed or were overdue. Look at them, and approve again.',
    );
  },
  tells: 'always',
} satisfies ApprovalRule;

const second = (time: string): number => Math.floor(Date.parse(time) / 1000);
