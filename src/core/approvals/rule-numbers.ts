/**
 * Events of the first version, and the keys of the effects that they opened, know a rule by its number
 * in `docs/approvals.md`. Rules that came later have no number here.
 */
const NUMBERED: Readonly<Record<number, string>> = {
  1: 'live-state',
  2: 'current-head',
  3: 'answered-request',
  4: 'new-head',
  6: 'latest-statement',
  7: 'dismissal',
  8: 'veto',
  9: 'separation',
  10: 'bot',
  11: 'approver',
  12: 'code-owners',
  13: 'quorum',
  // `single-use` has this number as well, and never stood in an event.
  14: 'expiry',
  15: 'revocation',
  16: 'created-comment',
  17: 'requested-again',
  18: 'fork',
  19: 'open-thread',
  20: 'same-head',
  22: 'solo',
};

export const ruleNumbered = (number: number): string => NUMBERED[number] ?? `rule-${number}`;

/** How the keys of effects name the rule: as they always did. */
export const ruleInKeys = (name: string): string =>
  Object.entries(NUMBERED).find(([, known]) => known === name)?.[0] ?? name;
