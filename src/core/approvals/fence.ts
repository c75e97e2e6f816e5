/**
 * Rule 20: judged again at most five seconds before each effect, for the head that the effect
 * names. GitHub compares that sha once more when it acts.
 */
import type { ApprovalFacts } from './facts.ts';
import { type Ask, type RuleResult, result } from './judgement.ts';

export const FRESH_FOR_MS = 5_000;

/** Part of every judgement: what GitHub says is the head is what approval is asked for. */
export function sameHead({ pull }: ApprovalFacts, { head }: Pick<Ask, 'head'>): RuleResult {
  const live = pull?.head ?? null;
  return live === head
    ? result(20, 'same head', 'approved', `The head is ${named(head)}.`)
    : result(20, 'same head', 'pending', `The head moved from ${named(head)} to ${named(live)}.`);
}

const named = (head: string | null): string => head?.slice(0, 7) ?? 'nothing';

/** Asked right before the effect. Times are ISO 8601 by one clock. */
export function fence(
  judged: { head: string | null; at: string },
  effect: { head: string | null; now: string },
): { ok: true } | { ok: false; reason: string } {
  if (judged.head !== effect.head)
    return { ok: false, reason: 'It was judged for another head than it would act on.' };
  const age = Date.parse(effect.now) - Date.parse(judged.at);
  // A clock that ran backwards, or no time at all, is no proof of freshness.
  return age >= 0 && age <= FRESH_FOR_MS
    ? { ok: true }
    : { ok: false, reason: `It was judged ${age} ms ago; at most ${FRESH_FOR_MS} ms are fresh.` };
}
