/** The teams that an approver is an active member of now, by id. */
import type { ApprovalFacts } from './facts.ts';
import type { Statement } from './statement.ts';

export const teamsOf = (
  counting: readonly Pick<Statement, 'by'>[],
  { teams }: Pick<ApprovalFacts, 'teams'>,
): string[] =>
  Object.keys(teams)
    .filter(slug => counting.some(({ by }) => by !== null && teams[slug]?.includes(by.id)))
    .sort();
