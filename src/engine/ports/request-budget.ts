/** What GitHub says of an hour's requests and of silence, kept in one place for all processes. */
import type { RequestsLeft } from '../../core/request-class.ts';

/** GitHub counts requests of REST and points of GraphQL apart. */
export type RequestResource = 'core' | 'graphql';
export type BudgetName = { installation: number; resource: RequestResource };

/** `left`: null where nobody was told yet, or that hour is over. `heldMs`: how long nothing is asked. */
export type RequestStanding = { left: RequestsLeft | null; heldMs: number };

export type RequestBudget = {
  /** Adds what this process was told, and returns what all of them know: the least of the latest hour. */
  share(name: BudgetName, told: RequestsLeft | null): Promise<RequestStanding>;
  /** GitHub asks an installation for silence. A shorter time takes nothing back. */
  hold(installation: number, ms: number): Promise<void>;
  all(): Promise<(BudgetName & RequestStanding)[]>;
};
