/**
 * The ledger: what was reserved and what was spent, in one place for all processes. Its entries are
 * only added to. What is spent is reserved first, in all scopes at once, so that no cap is passed.
 */
import type { Usage } from '../../core/agent-event.ts';
import type { Amount, Caps, ReachedCap, ScopeKind, SpendRequest } from '../../core/budget.ts';
import type { RunSpend, Spent } from '../../core/spend.ts';

/** Who spends. */
export type Spender = { task: string; run: string };

/** A budget that a spend counts in; `key` is the same for all who share it. */
export type LedgerScope = { kind: ScopeKind; key: string; caps: Caps };

export type ReserveRequest = SpendRequest & {
  by: Spender;
  scopes: readonly LedgerScope[];
  /** Null of the worker's time. */
  model: { provider: string; name: string } | null;
  /** Which prices tell what it costs; null: that is not known. */
  prices: string | null;
};

/** What is reserved, by its id and the keys of its scopes. */
export type Reservation = { id: string; scopes: readonly string[] };

export type Reserved = Reservation & {
  ok: true;
  /** How many further parts were given, at least 1. */
  parts: number;
  /** The cap that left no room for all that was wanted; `null`: there was room. */
  reached: ReachedCap | null;
};

/** One call of a model, as the ledger has it. */
export type LedgerCall = {
  provider: string;
  model: string;
  from: Date;
  /** null: it is not over. */
  to: Date | null;
  /** Milliseconds; null: no byte came, or it is not known. */
  firstByteMs: number | null;
  usage: Usage;
  /** null: there is no price. */
  nanoUsd: number | null;
  /** It was settled without its worker, by what was counted last. */
  isLost: boolean;
};

/** `until`: the last entry of the run that is counted. `isTold`: its task's events are known to have all of it. */
export type RunSpent = { run: string; until: number; isTold: boolean; spend: RunSpend };

export type Ledger = {
  /** Takes what is asked for in all scopes, or nothing and names the cap that leaves no room. */
  reserve(request: ReserveRequest): Promise<Reserved | { ok: false; reached: ReachedCap }>;
  /**
   * What open reservations have come to so far. A reservation that is not renewed for
   * `RESERVATION_MS` is settled by what was counted last, at first its fixed part.
   */
  renew(counted: readonly { id: string; spent: Spent }[]): Promise<void>;
  /**
   * What it came to, and after how many milliseconds the first byte came. Of one that was settled
   * without its worker, what is more than that is added. It may be said again: it counts once.
   */
  settle(reserved: Reservation, spent: Spent, firstByteMs?: number | null): Promise<void>;
  /** Settles what a run had reserved whose worker is gone. */
  settleLost(by: Spender): Promise<void>;
  /** The same of all reservations that nobody renewed; returns how many there were. */
  settleExpired(): Promise<number>;
  /** What each run of a task has spent, or one of them. */
  spentBy(task: string, run?: string): Promise<RunSpent[]>;
  /**
   * Some of the runs with spends that are not in the task's events, while none of their reservations is
   * open, in one order: those after `after`, `null`: the first.
   */
  untold(after: Spender | null): Promise<Spender[]>;
  /** The task's events have all that the run has spent up to this entry. */
  told(by: Spender, until: number): Promise<void>;
  /** The calls of a run, the latest first. */
  calls(by: Spender, limit: number): Promise<LedgerCall[]>;
  /** What is reserved and spent in a scope. */
  standing(key: string): Promise<{ reserved: Amount; spent: Amount }>;
  /** The same of those of these scopes in which something is, what cost most first. */
  standings(keys: readonly string[], limit: number): Promise<ScopeSum[]>;
};

export type ScopeSum = { key: string; reserved: Amount; spent: Amount };

/** Milliseconds. */
export const RESERVATION_MS = 60_000;
