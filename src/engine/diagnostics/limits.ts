/** GitHub's limits as they stand: what is left, until when, and what waits for that. */
import { type RequestClass, waitingClasses } from '../../core/request-class.ts';
import type { Dependencies } from '../dependencies.ts';
import type { RequestResource } from '../ports/request-budget.ts';
import { shortages } from '../shortage.ts';

type LimitState = {
  installation: number;
  resource: RequestResource;
  /** null: nobody was told yet in this hour. */
  left: { limit: number; remaining: number; resetAt: string } | null;
  /** Until when GitHub asks for silence. */
  silentUntil: string | null;
  /** The kinds of requests that wait. */
  waiting: RequestClass[];
  /** What follows, a sentence each; none where nothing waits. */
  says: string[];
};

export async function limitStates({
  requestBudget,
  clock,
}: Pick<Dependencies, 'requestBudget' | 'clock'>): Promise<LimitState[]> {
  const now = clock.now();
  const after = (ms: number) => new Date(now.getTime() + ms).toISOString();
  return (await requestBudget.all()).map(({ installation, resource, left, heldMs }) => ({
    installation,
    resource,
    left: left && {
      limit: left.limit,
      remaining: left.remaining,
      resetAt: after(left.resetMs),
    },
    silentUntil: heldMs > 0 ? after(heldMs) : null,
    waiting: left ? waitingClasses(left) : [],
    says: shortages(resource, { left, heldMs }, now),
  }));
}
