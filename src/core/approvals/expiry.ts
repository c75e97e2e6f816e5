/** Rule 14: an approval expires, after 24 hours unless policy says otherwise, by the database's clock. */
import type { Ask } from './judgement.ts';
import type { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';

export const HOLDS_FOR_HOURS = 24;

/** Until when it holds, ISO 8601; throws on a time that can't be read. */
export const holdsUntil = ({ at }: Pick<Statement, 'at'>, holdsForHours: number): string =>
  new Date(Date.parse(at) + holdsForHours * 3_600_000).toISOString();

export function expiry(
  { at, state }: Pick<Statement, 'at' | 'state'>,
  { now, holdsForHours }: Pick<Ask, 'now' | 'holdsForHours'>,
): Refusal | null {
  if (state !== 'APPROVED') return null;
  const until = Date.parse(at) + holdsForHours * 3_600_000;
  // A time that can't be read is no time at which anything still holds.
  return Date.parse(now) < until
    ? null
    : { rule: 14, reason: `It expired: an approval holds for ${holdsForHours} hours.` };
}
