/**
 * Rule 22: nothing is approved by rules that are skipped or empty. A maintainer alone in a repository
 * may be excepted from rule 9, only where a policy permits `approval.own` (the pack `solo`), and each use is
 * marked.
 */
import type { ApprovalFacts } from './facts.ts';
import { isMaintainer } from './maintainer.ts';
import type { Statement } from './statement.ts';

export const solo = (
  { by }: Pick<Statement, 'by'>,
  { roles }: Pick<ApprovalFacts, 'roles'>,
  ask: { solo: boolean },
): boolean => ask.solo && by !== null && isMaintainer(by.id, roles);
