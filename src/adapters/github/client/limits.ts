/** The limits that every request to GitHub passes. */
import type { Quotas, Window } from '../../../engine/ports/quotas.ts';
import type { RequestBudget } from '../../../engine/ports/request-budget.ts';
import { createOwnQuotas } from './own-quotas.ts';
import { createRequestLimiter, type RequestLimiter } from './request-limiter.ts';
import { createWriteLimiter, type WriteLimiter } from './write-limiter.ts';

/** `requests`: GitHub's, which its headers tell. `writes`: ours, because no header tells GitHub's. */
export type GitHubLimits = { requests: RequestLimiter; writes: WriteLimiter };

export const createLimits = (
  shared: { quotas: Quotas; requestBudget: RequestBudget },
  windows?: readonly Window[],
): GitHubLimits => ({
  requests: createRequestLimiter(shared.requestBudget),
  writes: createWriteLimiter(shared.quotas, windows && { windows }),
});

/** Of a process that shares nothing: the limiter itself remembers what it was told. */
export const createOwnLimits = (): GitHubLimits =>
  createLimits({
    quotas: createOwnQuotas(),
    requestBudget: {
      share: async (_name, left) => ({ left, heldMs: 0 }),
      hold: async () => undefined,
      all: async () => [],
    },
  });
