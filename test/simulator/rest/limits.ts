/**
 * GitHub's limits. The primary ones allow so many requests, or points of GraphQL, in an hour; the
 * secondary ones keep anybody from asking too much at once. The limits on processor time, which
 * nobody outside can measure, are left out.
 */
import type { GitHub } from '../github.ts';
import { type Actor, rateKey } from './actor.ts';
import { refusal } from './errors.ts';
import { primaryLimit } from './primary-limit.ts';

/** GitHub's limits; a test may set its own. */
export interface LimitSettings {
  /** What an account has in an hour, in requests of REST and in points of GraphQL. */
  readonly perHour: number;
  /** What it has who does not say who they are. */
  readonly anonymousPerHour: number;
  /** The most that an installation on many repositories with many people can have. */
  readonly mostPerHour: number;
  readonly restPointsPerMinute: number;
  readonly graphqlPointsPerMinute: number;
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
  readonly concurrent: number;
  /** How long an hour is: a proof that has less time shortens it, and the minute with it. */
  readonly hourMs: number;
}

export const GITHUB_LIMITS: LimitSettings = {
  perHour: 5_000,
  anonymousPerHour: 60,
  mostPerHour: 12_500,
  restPointsPerMinute: 900,
  graphqlPointsPerMinute: 2_000,
  contentPerMinute: 80,
  contentPerHour: 500,
  concurrent: 100,
  hourMs: 3_600_000,
};

export type Resource = 'core' | 'graphql';

interface Spent {
  readonly at: number;
  readonly points: number;
}

interface Usage {
  readonly primary: Record<Resource, { windowStart: number; used: number }>;
  readonly points: Record<Resource, Spent[]>;
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

function usageOf(github: GitHub, actor: Actor): Usage {
  const key = rateKey(actor);
  let usage = github.limits.usage.get(key);
  if (!usage) {
    const fresh = () => ({ windowStart: github.now().getTime(), used: 0 });
    usage = {
      primary: { core: fresh(), graphql: fresh() },
      points: { core: [], graphql: [] },
      inFlight: 0,
      content: [],
    };
    github.limits.usage.set(key, usage);
  }
  return usage;
}

/** The hour of an account that runs at present. */
function windowOf(github: GitHub, actor: Actor, resource: Resource) {
  const window = usageOf(github, actor).primary[resource];
  const now = github.now().getTime();
  if (now - window.windowStart >= github.limits.settings.hourMs) {
    window.windowStart = now;
    window.used = 0;
  }
  return window;
}

export interface Demand {
  readonly actor: Actor;
  readonly resource: Resource;
  /** What it costs of the hour: 1 for a request of REST, by a formula for GraphQL. */
  readonly cost: number;
  /** What it costs of the minute: more where it changes something. */
  readonly points: number;
  readonly createsContent: boolean;
}

/** Counts a request in, or refuses it; the result is called when it has been answered. */
export function enter(github: GitHub, demand: Demand): () => void {
  const { actor, resource, cost } = demand;
  const window = windowOf(github, actor, resource);
  if (window.used + cost > primaryLimit(github, actor))
    throw refusal(403, `API rate limit exceeded for ${rateKey(actor)}.`, {
      headers: limitHeaders(github, actor, resource),
    });
  const usage = usageOf(github, actor);
  if (usage.inFlight >= github.limits.settings.concurrent) throw secondaryLimit(60);
  spendPoints(github, usage, demand);
  if (demand.createsContent) countContent(github, usage);
  window.used += cost;
  usage.inFlight += 1;
  return () => {
    usage.inFlight -= 1;
  };
}

/** People's browsers are not counted by points, and a test that acts for people asks for them. */
function spendPoints(github: GitHub, usage: Usage, { actor, resource, points }: Demand): void {
  if (actor.kind === 'user') return;
  const { settings } = github.limits;
  const most = { core: settings.restPointsPerMinute, graphql: settings.graphqlPointsPerMinute };
  const now = github.now().getTime();
  const minute = settings.hourMs / 60;
  const recent = usage.points[resource].filter(({ at }) => now - at < minute);
  usage.points[resource] = recent;
  const spent = recent.reduce((sum, entry) => sum + entry.points, 0);
  if (spent + points > most[resource])
    throw secondaryLimit(secondsUntil(now, recent[0]?.at, minute), 429);
  recent.push({ at: now, points });
}

function countContent(github: GitHub, usage: Usage): void {
  const { contentPerMinute, contentPerHour, hourMs } = github.limits.settings;
  const now = github.now().getTime();
  usage.content = usage.content.filter(at => now - at < hourMs);
  const recent = usage.content.filter(at => now - at < hourMs / 60);
  if (recent.length >= contentPerMinute)
    throw secondaryLimit(secondsUntil(now, recent[0], hourMs / 60));
  if (usage.content.length >= contentPerHour)
    throw secondaryLimit(secondsUntil(now, usage.content[0], hourMs));
  usage.content.push(now);
}

/** Takes a request out of the primary limit again: it told nothing new. */
export function forgive(github: GitHub, actor: Actor): void {
  usageOf(github, actor).primary.core.used -= 1;
}

/** GitHub documents both 403 and 429 for all of them. */
export function secondaryLimit(retryAfter: number, status: 403 | 429 = 403) {
  const message =
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  return refusal(status, message, { headers: { 'retry-after': String(retryAfter) } });
}

function secondsUntil(now: number, oldest: number | undefined, span: number): number {
  return Math.max(1, Math.ceil(((oldest ?? now) + span - now) / 1000));
}

/** The endpoints for an App's own JWT are limited, but say nothing about it. */
export function limitHeaders(
  github: GitHub,
  actor: Actor,
  resource: Resource,
): Record<string, string> {
  if (actor.kind === 'app') return {};
  const { limit, remaining, reset, used } = rate(github, actor, resource);
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-used': String(used),
    'x-ratelimit-resource': resource,
  };
}

export function rate(github: GitHub, actor: Actor, resource: Resource) {
  const { used, windowStart } = windowOf(github, actor, resource);
  const limit = primaryLimit(github, actor);
  return {
    limit,
    used,
    remaining: Math.max(0, limit - used),
    reset: Math.ceil((windowStart + github.limits.settings.hourMs) / 1000),
  };
}
