import type { GitHub } from '../github.ts';
import { refusal } from './errors.ts';

/** GitHub's limits; a test may set its own. */
export interface LimitSettings {
  readonly requestsPerHour: number;
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
  readonly concurrent: number;
}

export const GITHUB_LIMITS: LimitSettings = {
  requestsPerHour: 5_000,
  contentPerMinute: 80,
  contentPerHour: 500,
  concurrent: 100,
};

interface Usage {
  windowStart: number;
  used: number;
  inFlight: number;
  content: number[];
}

export interface Limits {
  settings: LimitSettings;
  readonly usage: Map<string, Usage>;
}

export function createLimits(settings: Partial<LimitSettings> = {}): Limits {
  return { settings: { ...GITHUB_LIMITS, ...settings }, usage: new Map() };
}

const HOUR = 3_600_000;

function usageOf(github: GitHub, actor: string): Usage {
  const now = github.now().getTime();
  let usage = github.limits.usage.get(actor);
  if (!usage) {
    usage = { windowStart: now, used: 0, inFlight: 0, content: [] };
    github.limits.usage.set(actor, usage);
  }
  if (now - usage.windowStart >= HOUR) {
    usage.windowStart = now;
    usage.used = 0;
  }
  return usage;
}

/** Counts a request in, or refuses it; the result is called when it has been answered. */
export function enter(github: GitHub, actor: string, createsContent: boolean): () => void {
  const { settings } = github.limits;
  const usage = usageOf(github, actor);
  const now = github.now().getTime();
  usage.used += 1;
  if (usage.used > settings.requestsPerHour) {
    throw refusal(403, `API rate limit exceeded for ${actor}.`, {
      headers: limitHeaders(github, actor),
    });
  }
  if (usage.inFlight >= settings.concurrent) throw secondaryLimit(60);
  if (createsContent) {
    usage.content = usage.content.filter(at => now - at < HOUR);
    const recent = usage.content.filter(at => now - at < 60_000);
    if (recent.length >= settings.contentPerMinute)
      throw secondaryLimit(secondsUntil(now, recent[0], 60_000));
    if (usage.content.length >= settings.contentPerHour)
      throw secondaryLimit(secondsUntil(now, usage.content[0], HOUR));
    usage.content.push(now);
  }
  usage.inFlight += 1;
  return () => {
    usage.inFlight -= 1;
  };
}

/** Takes a request out of the primary limit again: it learned nothing new. */
export function forgive(github: GitHub, actor: string): void {
  usageOf(github, actor).used -= 1;
}

export function secondaryLimit(retryAfter: number) {
  const message =
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  return refusal(403, message, { headers: { 'retry-after': String(retryAfter) } });
}

function secondsUntil(now: number, oldest: number | undefined, span: number): number {
  return Math.max(1, Math.ceil(((oldest ?? now) + span - now) / 1000));
}

export function limitHeaders(github: GitHub, actor: string): Record<string, string> {
  const { limit, remaining, reset, used } = rate(github, actor);
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-used': String(used),
    'x-ratelimit-resource': 'core',
  };
}

export function rate(github: GitHub, actor: string) {
  const usage = usageOf(github, actor);
  const limit = github.limits.settings.requestsPerHour;
  return {
    limit,
    used: usage.used,
    remaining: Math.max(0, limit - usage.used),
    reset: Math.ceil((usage.windowStart + HOUR) / 1000),
  };
}
