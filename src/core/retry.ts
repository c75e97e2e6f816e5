/** Retries and back-off are decided here and nowhere else. */
import { isShutOut } from './shut-out.ts';

/** Milliseconds before try number `failures + 1`: doubles from `base`, ±50 % by `jitter` (0–1), capped. */
export function backoffMs(
  failures: number,
  jitter: number,
  limits: { baseMs: number; capMs: number },
): number {
  const grown = limits.baseMs * 2 ** Math.min(failures - 1, 30);
  return Math.round(Math.min(grown, limits.capMs) * (0.5 + jitter));
}

/** ISO time `ms` after `now`. */
export function later(now: string, ms: number): string {
  return new Date(Date.parse(now) + ms).toISOString();
}

/** Effects on GitHub and on our own parts: about 20 minutes of trying in all. */
export const EFFECT = { limit: 13, baseMs: 1_000, capMs: 300_000 };
/** Effects for which GitHub, or the way to it, is away: about six hours of trying in all. */
export const OUTAGE = { limit: 80, baseMs: 1_000, capMs: 300_000 };
/** Effects in a repository that GitHub does not let us into: about a week of trying in all. GitHub tells when it lets us in. */
export const UNREACHABLE = { limit: 1_000, baseMs: 1_000, capMs: 600_000 };
/** What bounds the tries of an effect, by what failed. */
export const BOUNDS = { ours: EFFECT, away: OUTAGE, shut_out: UNREACHABLE };
export type FailureKind = keyof typeof BOUNDS;

/** Classes of what fails while GitHub, or the way to it, is away. */
const AWAY = ['server', 'transport'];

/** Null: a limit of GitHub's ends by itself. Whoever waits for it gives nothing up. */
export function kindOfFailure(failure: string): FailureKind | null {
  if (failure === 'rate_limit') return null;
  if (isShutOut(failure)) return 'shut_out';
  return AWAY.includes(failure) ? 'away' : 'ours';
}

/** Deliveries that could not be followed: about half an hour of trying in all. */
export const DELIVERY = { limit: 34, baseMs: 5_000, capMs: 60_000 };
/** Attempts of one step in one round, for failures that a second try may not meet. */
export const RUN = { limit: 3, baseMs: 2_000, capMs: 120_000 };
/** Looking at a deployment again, where nobody said that it has ended. */
export const DEPLOYMENT = { baseMs: 15_000, capMs: 180_000 };
/** Looking again whether what must hold does, right after it was deployed. */
export const ACCEPTANCE = { baseMs: 2_000, capMs: 30_000 };
/** Asking GitHub again whether a blocked merge may go ahead, where no event said so. */
export const MERGE = { baseMs: 60_000, capMs: 1_800_000 };
