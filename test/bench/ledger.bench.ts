/**
 * Measures the ledger: a reservation over five scopes with 20 in flight, of which all share the day and
 * the repository, beside rows that are inserted one by one. Each reservation is settled before its
 * caller makes the next, as a run does with its calls. And what 20 processes take of one cap together.
 */
import { NO_USAGE } from '../../src/core/agent-event.ts';
import type { ScopeKind } from '../../src/core/budget.ts';
import type { Ledger, LedgerScope } from '../../src/engine/ports/ledger.ts';
import { compared, type Figure } from '../figures/figures.ts';
import { race } from './ledger/race.ts';
import { openDatabases } from './log/databases.ts';
import { percentile } from './rounds.ts';

export const name = 'ledger';

const IN_FLIGHT = 20;
const EACH = 150;
/** The first of each caller are not counted: connections open, and statements are prepared. */
const UNCOUNTED = 10;

export async function measure(): Promise<Figure[]> {
  const { databases, close } = await openDatabases(['ledger']);
  try {
    const [database] = databases;
    if (!database) throw new Error('no database was opened');
    const { store, sql } = database;
    await sql.query('CREATE TABLE plain (id bigserial PRIMARY KEY, body text NOT NULL)');
    const insert = { name: 'plain', text: 'INSERT INTO plain (body) VALUES ($1)', values: ['x'] };
    const plain = await inFlight(async () => {
      const began = performance.now();
      await sql.query(insert);
      return performance.now() - began;
    });
    const ours = await inFlight(caller => reserveAndSettle(store.ledger, caller));
    const what = `a reservation over five scopes, ${IN_FLIGHT} in flight`;
    const [p99, plainP99] = [percentile(ours, 0.99), percentile(plain, 0.99)];
    return [
      compared(
        `${what}, p99, beside single-row inserts`,
        { value: p99, unit: 'ms', baseline: plainP99 },
        { most: 2.5 },
      ),
      ...(await race(database.url)),
    ];
  } finally {
    await close();
  }
}

/** The times that the calls took, of all callers. */
async function inFlight(call: (caller: number) => Promise<number>): Promise<number[]> {
  const callers = Array.from({ length: IN_FLIGHT }, async (_, caller) => {
    const times: number[] = [];
    for (let n = 0; n < EACH + UNCOUNTED; n += 1) times.push(await call(caller));
    return times.slice(UNCOUNTED);
  });
  return (await Promise.all(callers)).flat();
}

async function reserveAndSettle(ledger: Ledger, caller: number): Promise<number> {
  const began = performance.now();
  const reserved = await ledger.reserve({
    by: { task: `task-${caller}`, run: 'author-1-1' },
    scopes: scopesOf(caller),
    model: { provider: 'openai', name: 'large' },
    prices: 'settings',
    fixed: { calls: 1, tokens: 1_000, nanoUsd: 2_500_000, ms: 0 },
    each: { calls: 0, tokens: 1, nanoUsd: 10_000, ms: 0 },
    want: 4_000,
  });
  const took = performance.now() - began;
  if (!reserved.ok) throw new Error(`refused by ${JSON.stringify(reserved.reached)}`);
  const usage = { ...NO_USAGE, input: 1_010, output: 300 };
  await ledger.settle(reserved, { calls: 1, usage, nanoUsd: 5_525_000, ms: 0 });
  return took;
}

const CAPS = { tokens: 1e12, nanoUsd: 1e15 };

function scopesOf(caller: number): LedgerScope[] {
  const keys: Record<ScopeKind, string> = {
    run: `run:task-${caller}/author-1-1`,
    task: `task:task-${caller}`,
    lineage: `lineage:${caller}`,
    repository: 'repository:1:2026-11',
    day: 'day:2026-11-28',
  };
  return Object.entries(keys).map(([kind, key]) => ({ kind: kind as ScopeKind, key, caps: CAPS }));
}
