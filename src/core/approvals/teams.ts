/** The slugs of the teams of which a person whose approval counts is an active member now. */
import type { ApprovalFacts } from './facts.ts';
import type { Statement } from './statement.ts';

export const teamsOf = (
  counting: readonly Pick<Statement, 'by'>[],
  { teams }: Pick<ApprovalFacts, 'teams'>,
): string[] =>
  Object.keys(teams)
    .filter(slug => counting.some(({ by }) => by !== null && teams[slug]?.includes(by.id)))
    .sort();
