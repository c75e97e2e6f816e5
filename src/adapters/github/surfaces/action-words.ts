/** Actions and outcomes in the words of surfaces. */
import { actionInWords as inWords } from '../../../core/action-words.ts';
import type { Outcome } from '../../../core/decision.ts';
import { exactCode } from './inert.ts';

/** `shown`: how what it is done to is written; to the character, unless the place has other needs. */
export const actionInWords = (name: string, resource: string, shown = exactCode): string =>
  inWords(name, resource, shown);

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  allow: 'allowed',
  deny: 'denied',
  require_approval: 'needs approval',
};
