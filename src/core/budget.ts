/** Budgets: what may be spent in which scopes, and how much of what is asked for fits in all of them. */
import { z } from 'zod';

/** What is counted. Money is in billionths of a US dollar, so that sums are exact; time in milliseconds. */
export const Unit = z.enum(['calls', 'tokens', 'nanoUsd', 'ms']);
export type Unit = z.infer<typeof Unit>;

export type Amount = Record<Unit, number>;
export const NO_AMOUNT: Amount = { calls: 0, tokens: 0, nanoUsd: 0, ms: 0 };

/** The most of each unit; what is left out has no cap. */
export type Caps = Partial<Amount>;

/**
 * What a cap is for: one run, one task, all tasks about one issue and the pull requests that came of
 * it, one repository in a calendar month, the whole deployment in a calendar day. Both are of UTC.
 */
export const ScopeKind = z.enum(['run', 'task', 'lineage', 'repository', 'day']);
export type ScopeKind = z.infer<typeof ScopeKind>;

const NANO = 1e9;
const MS_PER_MINUTE = 60_000;
const whole = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** A budget as people write it. */
export const Budget = z
  .strictObject({
    calls: whole.describe('Calls of models.'),
    tokens: whole.describe('Tokens, of input and output together.'),
    usd: z.number().positive().max(1_000_000).describe('US dollars.'),
    minutes: z.number().positive().max(10_000_000).describe('Minutes that runs work.'),
  })
  .partial();
export type Budget = z.infer<typeof Budget>;

/** Less would be rounded to nothing, which no raise makes more of. */
const LEAST = { usd: 0.000001, minutes: 0.01 } as const;

/** The parts of a budget that are too small to be one, each with the least that it may be. */
export const tooSmall = (budget: Budget): { unit: keyof Budget; least: number }[] =>
  (['usd', 'minutes'] as const).flatMap(unit => {
    const [value = 0, least] = [budget[unit], LEAST[unit]];
    return value > 0 && value < least ? [{ unit, least }] : [];
  });

export const nanoOf = (usd: number): number => Math.round(usd * NANO);
export const usdOf = (nanoUsd: number): number => nanoUsd / NANO;

export function capsOf({ calls, tokens, usd, minutes }: Budget): Caps {
  return {
    ...(calls === undefined ? {} : { calls }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(usd === undefined ? {} : { nanoUsd: nanoOf(usd) }),
    ...(minutes === undefined ? {} : { ms: Math.round(minutes * MS_PER_MINUTE) }),
  };
}

/** The lower cap of each unit. */
export function lowerCaps(a: Caps, b: Caps): Caps {
  const caps: Caps = { ...a };
  for (const unit of Unit.options) {
    const [one, other] = [a[unit], b[unit]];
    if (other !== undefined) caps[unit] = one === undefined ? other : Math.min(one, other);
  }
  return caps;
}

export const plus = (a: Amount, b: Amount): Amount => ({
  calls: a.calls + b.calls,
  tokens: a.tokens + b.tokens,
  nanoUsd: a.nanoUsd + b.nanoUsd,
  ms: a.ms + b.ms,
});

export const times = (amount: Amount, factor: number): Amount => ({
  calls: amount.calls * factor,
  tokens: amount.tokens * factor,
  nanoUsd: amount.nanoUsd * factor,
  ms: amount.ms * factor,
});

/** What somebody is about to spend: a part in any case, and as many further parts as there is room for. */
export type SpendRequest = {
  fixed: Amount;
  /** What one further part takes: a token of output, a millisecond. */
  each: Amount;
  /** How many of these are wanted; fewer may be given, but not none. */
  want: number;
};

/** The cap that leaves no room. */
export const ReachedCap = z.strictObject({
  scope: ScopeKind,
  unit: Unit,
  cap: z.number().int().nonnegative(),
  /** What it has to be raised to where as much again would leave no room either. */
  to: z.number().int().positive().optional(),
});
export type ReachedCap = z.infer<typeof ReachedCap>;

/** The day or month of UTC that a scope is for at this time, in ISO 8601; `null`: it is for no time. */
export function periodOf(scope: ScopeKind, at: string): string | null {
  if (scope === 'day') return at.slice(0, 10);
  return scope === 'repository' ? at.slice(0, 7) : null;
}

/** When the next one begins, in which nothing is spent yet. */
export function nextPeriod(scope: ScopeKind, at: string): string | null {
  const period = periodOf(scope, at);
  if (period === null) return null;
  const next = new Date(period);
  if (scope === 'day') next.setUTCDate(next.getUTCDate() + 1);
  else next.setUTCMonth(next.getUTCMonth() + 1);
  return next.toISOString();
}

/** What a cap is raised to: as much again, or twice that as often as it takes to leave room. */
export const raisedTo = ({ cap, to }: ReachedCap): number => to ?? 2 * cap;

/** `needed`: what the cap would have had to be. */
function reachedCap(scope: ScopeKind, unit: Unit, cap: number, needed: number): ReachedCap {
  let to = 2 * cap;
  if (to >= needed || cap === 0) return { scope, unit, cap };
  while (to < needed) to *= 2;
  return { scope, unit, cap, to };
}

/**
 * How many further parts there is room for in all scopes, where `used` is spent or reserved: none is a
 * refusal. `reached`: the cap that leaves no room for more; `null`: all that is wanted fits.
 */
export function grant(
  { fixed, each, want }: SpendRequest,
  scopes: readonly { kind: ScopeKind; caps: Caps; used: Amount }[],
): { parts: number; reached: ReachedCap | null } {
  let parts = want;
  let reached: ReachedCap | null = null;
  for (const { kind, caps, used } of scopes)
    for (const unit of Unit.options) {
      const cap = caps[unit];
      if (cap === undefined) continue;
      const left = cap - used[unit] - fixed[unit];
      const fits = each[unit] > 0 ? Math.floor(left / each[unit]) : left < 0 ? 0 : want;
      if (fits >= parts) continue;
      parts = fits;
      reached = reachedCap(kind, unit, cap, used[unit] + fixed[unit] + each[unit]);
    }
  return { parts: Math.max(0, parts), reached };
}

export const SCOPE_WORDS: Record<ScopeKind, string> = {
  run: 'of this run',
  task: 'of this task',
  lineage: 'of all work on this issue',
  repository: 'of this repository in a month',
  day: 'of all repositories in a day',
};

/** Without its unit, but for money: `2,000,000`, `1.5`, `$4.20`. */
export function numberInWords(unit: Unit, amount: number): string {
  if (unit === 'nanoUsd') return moneyInWords(amount);
  const count = unit === 'ms' ? readable(amount / MS_PER_MINUTE) : amount;
  return count.toLocaleString('en-US', { maximumFractionDigits: 9 });
}

/** Less than one is told as far as it says something. */
const readable = (minutes: number): number =>
  Number(minutes < 1 ? minutes.toPrecision(2) : minutes.toFixed(1));

/** Such as `2,000,000 tokens`. */
export function amountInWords(unit: Unit, amount: number): string {
  const number = numberInWords(unit, amount);
  switch (unit) {
    case 'calls':
      return `${number} ${amount === 1 ? 'call' : 'calls'} of models`;
    case 'tokens':
      return `${number} ${amount === 1 ? 'token' : 'tokens'}`;
    case 'nanoUsd':
      return number;
    case 'ms':
      return `${number} ${number === '1' ? 'minute' : 'minutes'} of work`;
  }
}

/** In dollars: to the cent, and where it is less than one, as far as it says something. */
export function moneyInWords(nanoUsd: number): string {
  const usd = usdOf(nanoUsd);
  const digits = usd === 0 || usd >= 1 ? 2 : Math.min(9, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: Math.max(2, digits) })}`;
}

/** A price of which a part may not be known: `$4.20`, `at least $4.20`, or `unpriced`. */
export type KnownPrice = { nanoUsd: number; isWhole: boolean; words: string };

export function knownPrice(nanoUsd: number, isWhole: boolean): KnownPrice {
  const money = moneyInWords(nanoUsd);
  const words = isWhole ? money : nanoUsd === 0 ? 'unpriced' : `at least ${money}`;
  return { nanoUsd, isWhole, words };
}

/** Such as `the cap of this run from 2,000,000 tokens to 4,000,000 tokens`. */
export const raiseInWords = (reached: ReachedCap): string => {
  const { scope, unit, cap } = reached;
  const [from, to] = [cap, raisedTo(reached)].map(amount => amountInWords(unit, amount));
  return `the cap ${SCOPE_WORDS[scope]} from ${from} to ${to}`;
};

/** Such as `the cap of this run, 2,000,000 tokens`. */
export const capInWords = ({ scope, unit, cap }: ReachedCap): string =>
  `the cap ${SCOPE_WORDS[scope]}, ${amountInWords(unit, cap)}`;
