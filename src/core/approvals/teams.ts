/**
 * The slugs of the teams of which enough people whose approval counts are active members now: one, and one
 * more for each identity that nobody could name, because that may be the one who speaks for the team.
 */
import type { ApprovalFacts } from './facts.ts';
import type { Ask } from './judgement.ts';
import { unresolved } from './separation.ts';
import type { Statement } from './statement.ts';

export const teamsOf = (
  counting: readonly Pick<Statement, 'by'>[],
  facts: ApprovalFacts,
  ask: Pick<Ask, 'solo'>,
): string[] =>
  Object.entries(facts.teams)
    .filter(([, ids]) => {
      const members = counting.filter(({ by }) => by && ids.includes(by.id));
      return members.length > unresolved(facts, ask, members).length;
    })
    .map(([slug]) => slug)
    .sort();
