/**
 * Rule 22: nothing is approved by rules that are skipped or empty. A maintainer alone in a repository
 * may be excepted from rule 9, only where the deployment's policies hold the pack `solo`, and each
 * use is marked.
 */
import type { ApprovalFacts } from './facts.ts';
import { isMaintainer } from './maintainer.ts';
import type { Statement } from './statement.ts';

/** The policy by which the pack `policies/solo` says that it is in force. */
export const SOLO_POLICY = 'solo';

export const solo = (
  { by }: Pick<Statement, 'by'>,
  { roles }: Pick<ApprovalFacts, 'roles'>,
  ask: { solo: boolean },
): boolean => ask.solo && by !== null && isMaintainer(by.id, roles);
