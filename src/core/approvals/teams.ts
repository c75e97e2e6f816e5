/**
 * The slugs of the teams of which enough people whose approval counts are active members now: one, and one
 * more for each identity that nobody could name, because that may be the one who speaks for the team.
 */
import type { ApprovalFacts } from './facts.ts';
import type { Statement } from './statement.ts';

export const teamsOf = (
  counting: readonly Pick<Statement, 'by'>[],
  { teams }: Pick<ApprovalFacts, 'teams'>,
  raise: number,
): string[] =>
  Object.entries(teams)
    .filter(([, ids]) => counting.filter(({ by }) => by && ids.includes(by.id)).length > raise)
    .map(([slug]) => slug)
    .sort();
