/** Rule 10: bots and Apps never count, by their ids; Gatehouse's own account least of all. */
import type { ApprovalFacts } from './facts.ts';
import type { Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';

export function bot({ by }: Pick<Statement, 'by'>, app: ApprovalFacts['app']): Refusal | null {
  if (by === null) return { rule: 10, reason: 'Its account is gone.' };
  return by.type !== 'User' || by.id === app.botUserId
    ? { rule: 10, reason: 'Bots and Apps never approve; people do.' }
    : null;
}
