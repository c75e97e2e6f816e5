import type { Contract } from './contract/validate.ts';
import type { Violation } from './contract/violations.ts';
import type { Faults } from './faults.ts';
import type { Latency } from './latency.ts';
import type { CountedRequest } from './rest/counted.ts';
import type { Limits } from './rest/limits.ts';
import type { Delivery } from './webhooks/deliver.ts';
import type { World } from './world/world.ts';

/** What every part of the local GitHub is handed; callers outside use LocalGitHub instead. */
export interface GitHub {
  readonly url: string;
  readonly dataDir: string;
  readonly world: World;
  readonly contract: Contract;
  readonly violations: Violation[];
  readonly faults: Faults;
  readonly limits: Limits;
  /** What API clients have asked, in the order of the answers. */
  readonly requests: CountedRequest[];
  readonly deliveries: Delivery[];
  /** How much later than made a delivery shows in the log. */
  readonly deliveryLog: { lagMs: number };
  /** How long each answer to an App is on its way. */
  readonly latency: Latency;
  readonly log: (line: string) => void;
  /** Whether the API answers only whoever signs in. */
  readonly privateMode: boolean;
  /** Markdown that stands above everything on its pages; empty: nothing. */
  note: string;
  /** Links that sign in as somebody, by their codes: each is good once. */
  readonly signInLinks: Map<string, { readonly userId: number; readonly to: string }>;
  /** Ends with everything else at close, so that nothing outlives it. */
  readonly closing: AbortSignal;
  nextId(): number;
  now(): Date;
  /** The present as GitHub writes it, in whole seconds. */
  timestamp(): string;
  /** Work that goes on after the answer; `idle()` waits for it. */
  background(work: Promise<unknown>): void;
}
