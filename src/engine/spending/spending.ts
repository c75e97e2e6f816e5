/**
 * What a run spends while it is worked on: each call of a model and the worker's time are reserved
 * before and settled after, in all scopes.
 */
import { NO_USAGE, type Usage } from '../../core/agent-event.ts';
import { capInWords, NO_AMOUNT, nanoOf, type ReachedCap } from '../../core/budget.ts';
import {
  cappedInMoneyAlone,
  type UnheldCaps,
  unheldCaps,
} from '../../core/repository-config/unheld-caps.ts';
import type { Spent } from '../../core/spend.ts';
import type { Dependencies } from '../dependencies.ts';
import type { CallBudget, ReservedCall } from '../ports/gateway.ts';
import type { LedgerScope, Reservation, Reserved, Spender } from '../ports/ledger.ts';
import { type PricedModel, SETTINGS } from '../ports/prices.ts';
import { hasPrice } from './unpriced.ts';

export type Spending = {
  /** For the gateway, which calls models of this provider. */
  budgetFor(provider: string): CallBudget;
  /** What a call came to that a lost worker had reserved for; what was settled of it since is not added again. */
  settleLeft(reservation: Reservation, model: PricedModel, usage: Usage): void;
  /** Reserves time to work, in milliseconds, at most what is wanted; `null`: a cap leaves none. */
  takeTime(wanted: number): Promise<number | null>;
  /** Milliseconds that are left of the time that a cap leaves it, whatever it does with them; `null`: none shortens it. */
  timeLeft(): number | null;
  /** The caps that hold nothing of what it spends on this model; `null`: every one holds. */
  unheldFor(model: PricedModel): UnheldCaps | null;
  /** What the calls that ended cost, in billionths of a US dollar; `null`: of one, it is not known. */
  paid(): number | null;
  /** The cap that leaves no room; `null`: none did. */
  reached(): ReachedCap | null;
  /** The cap for which it got less time than it wanted. */
  shortened(): ReachedCap | null;
  /** Aborted where a cap was reached and the run has had time to end by itself. */
  overdue: AbortSignal;
  /** Settles what is open. */
  close(): Promise<void>;
};

type Settlement = { reservation: Reservation; spent: Spent; firstByteMs: number | null };

/** A reservation is renewed several times before it would expire. */
const RENEW_MS = 15_000;
/** An agent whose call was refused may still write down where it stands. */
const MOST_MS_TO_END = 20_000;
/** OpenAI takes no lower bound of an answer's length. Tokens. */
const LEAST_OUTPUT = 16;
const MS_PER_HOUR = 3_600_000;

export function openSpending(
  deps: Pick<Dependencies, 'ledger' | 'prices' | 'settings' | 'logger'>,
  by: Spender,
  scopes: readonly LedgerScope[],
): Spending {
  const { ledger, prices, logger } = deps;
  const open = new Map<Reserved, () => Spent>();
  const settling = new Set<Promise<void>>();
  /** Settlements that failed: nobody else knows these figures. */
  const unsettled = new Set<Settlement>();
  const overdue = new AbortController();
  let paid: number | null = 0;
  let reached: ReachedCap | null = null;
  let shortened: ReachedCap | null = null;
  let until = Number.POSITIVE_INFINITY;
  let ending: NodeJS.Timeout | null = null;

  const warn = (message: string) => (error: unknown) => logger.warn({ err: error, ...by }, message);
  const renewing = setInterval(() => {
    const counted = [...open].map(([{ id }, spent]) => ({ id, spent: spent() }));
    if (counted.length > 0)
      ledger.renew(counted).catch(warn('what a run spends could not be renewed'));
    settleAgain();
  }, RENEW_MS);

  const settle = (reserved: Reserved, spent: Spent, firstByteMs: number | null = null): void => {
    if (open.delete(reserved)) settleIn(reserved, spent, firstByteMs);
  };

  const settleIn = (
    reservation: Reservation,
    spent: Spent,
    firstByteMs: number | null = null,
  ): void => {
    if (spent.calls > 0)
      paid = spent.nanoUsd === null || paid === null ? null : paid + spent.nanoUsd;
    write({ reservation, spent, firstByteMs });
  };

  const write = (settlement: Settlement): void => {
    const { reservation, spent, firstByteMs } = settlement;
    const settled = ledger
      .settle(reservation, spent, firstByteMs)
      .catch(error => {
        unsettled.add(settlement);
        warn('what a run spent could not be settled yet')(error);
      })
      .finally(() => settling.delete(settled));
    settling.add(settled);
  };

  function settleAgain(): void {
    const again = [...unsettled];
    unsettled.clear();
    for (const settlement of again) write(settlement);
  }

  const spentOn = (model: PricedModel, usage: Usage): Spent => ({
    calls: 1,
    usage,
    nanoUsd: prices.priceOf(model, usage),
    ms: 0,
  });

  const refuse = (cap: ReachedCap): string => {
    reached ??= cap;
    ending ??= setTimeout(() => overdue.abort(), MOST_MS_TO_END);
    return `${capInWords(cap)}, is spent, or reserved by calls that run`;
  };

  const reserveCall = async (
    model: PricedModel,
    { input, output }: { input: number; output: number },
  ): Promise<ReservedCall | string> => {
    const priceOf = (usage: Partial<Usage>) => prices.priceOf(model, { ...NO_USAGE, ...usage });
    // Input that is written to a cache may cost more than other input.
    const read = greater(priceOf({ input }), priceOf({ cacheWrite: input }));
    const whole = priceOf({ input, output });
    const priced = read !== null && whole !== null;
    const each = priced ? Math.ceil((whole - (priceOf({ input }) ?? 0)) / output) : 0;
    const reserved = await ledger.reserve({
      by,
      scopes,
      model,
      prices: priced ? prices.sourceOf(model) : null,
      fixed: { calls: 1, tokens: input, nanoUsd: read ?? 0, ms: 0 },
      each: { calls: 0, tokens: 1, nanoUsd: each, ms: 0 },
      want: output,
    });
    if (!reserved.ok) return refuse(reserved.reached);
    const spent = (usage: Usage) => spentOn(model, usage);
    const short = reserved.reached;
    if (short && reserved.parts < LEAST_OUTPUT) {
      settleIn(reserved, { ...spent(NO_USAGE), calls: 0 });
      return refuse(short);
    }
    open.set(reserved, () => spent({ ...NO_USAGE, input }));
    return {
      reservation: { id: reserved.id, scopes: reserved.scopes },
      output: reserved.parts,
      follow: usage => void open.set(reserved, () => spent(usage())),
      settle(usage, firstByteMs) {
        // The answer ended where the cap left no more: what its agent makes of that is no fault of its own.
        if (short && usage && usage.output >= reserved.parts) reached ??= short;
        settle(
          reserved,
          usage ? spent(usage) : { ...spent(NO_USAGE), calls: 0 },
          firstByteMs ?? null,
        );
      },
      leave() {
        const counted = open.get(reserved);
        if (!counted || !open.delete(reserved)) return;
        // Where this fails, it expires, and is settled by what was counted before.
        ledger
          .renew([{ id: reserved.id, spent: counted() }])
          .catch(warn('what a run spends could not be renewed'));
      },
    };
  };

  return {
    settleLeft: (reservation, model, usage) => settleIn(reservation, spentOn(model, usage)),
    budgetFor: provider => ({
      reserve: ({ model: name, ...tokens }) => reserveCall({ provider, name }, tokens),
    }),
    async takeTime(wanted) {
      const { workerHourUsd } = deps.settings;
      const nanoPerMs = workerHourUsd === null ? null : nanoOf(workerHourUsd) / MS_PER_HOUR;
      const reserved = await ledger.reserve({
        by,
        scopes,
        model: null,
        prices: nanoPerMs === null ? null : SETTINGS,
        fixed: NO_AMOUNT,
        each: { ...NO_AMOUNT, ms: 1, nanoUsd: Math.ceil(nanoPerMs ?? 0) },
        want: wanted,
      });
      if (!reserved.ok) {
        reached ??= reserved.reached;
        return null;
      }
      shortened = reserved.reached;
      const began = performance.now();
      if (shortened) until = began + reserved.parts;
      open.set(reserved, () => {
        const ms = Math.round(performance.now() - began);
        const nanoUsd = nanoPerMs === null ? null : Math.ceil(ms * nanoPerMs);
        return { calls: 0, usage: NO_USAGE, nanoUsd, ms };
      });
      return reserved.parts;
    },
    timeLeft: () => (shortened ? Math.max(1, Math.round(until - performance.now())) : null),
    unheldFor(model) {
      if (hasPrice(prices, model)) return null;
      const alone = cappedInMoneyAlone(scope => scopes.find(({ kind }) => kind === scope)?.caps);
      return unheldCaps([`${model.provider}/${model.name}`], alone);
    },
    paid: () => paid,
    reached: () => reached,
    shortened: () => shortened,
    overdue: overdue.signal,
    async close() {
      clearInterval(renewing);
      if (ending) clearTimeout(ending);
      for (const [reserved, spent] of open) settle(reserved, spent());
      await Promise.all(settling);
      // What can't be settled now expires, and is settled by what was counted last.
      settleAgain();
      await Promise.all(settling);
    },
  };
}

const greater = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? a : Math.max(a, b);
