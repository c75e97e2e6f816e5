/** An approval expires, after 24 hours unless policy says otherwise, by the database's clock. */
import { type ApprovalRule, refused } from './rule.ts';
import type { Statement } from './statement.ts';

export const HOLDS_FOR_HOURS = 24;

/** Until when it holds, ISO 8601; throws on a time that can't be read. */
export const holdsUntil = ({ at }: Pick<Statement, 'at'>, holdsForHours: number): string =>
  new Date(Date.parse(at) + holdsForHours * 3_600_000).toISOString();

export const expiry = {
  name: 'expiry',
  words: 'an approval holds for a time and no longer',
  tells: 'commands',
  ofStatement({ at, state }, { ask: { now, holdsForHours } }) {
    if (state !== 'APPROVED') return null;
    const until = Date.parse(at) + holdsForHours * 3_600_000;
    // A time that can't be read is no time at which anything still holds.
    return Date.parse(now) < until
      ? null
      : refused(`It expired: an approval holds for ${holdsForHours} hours. Approve again.`);
  },
} satisfies ApprovalRule;
