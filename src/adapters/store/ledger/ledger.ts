/**
 * The ledger in PostgreSQL. What is reserved and settled at the same time goes into one transaction: it
 * locks the sums of its scopes in the order of their keys, decides, and writes entries and sums. Others
 * wait for these locks, so it takes two round trips: its connections send statements together, without
 * waiting for the answers to those before.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { NO_USAGE } from '../../../core/agent-event.ts';
import {
  type Amount,
  grant,
  NO_AMOUNT,
  plus,
  type ReachedCap,
  times,
} from '../../../core/budget.ts';
import { amountOf, type Spent } from '../../../core/spend.ts';
import type {
  Ledger,
  Reservation,
  Reserved,
  ReserveRequest,
  Spender,
} from '../../../engine/ports/ledger.ts';
import { RESERVATION_MS } from '../../../engine/ports/ledger.ts';
import { createGroupCommit } from '../connection/group-commit.ts';
import { readCalls, readSpends } from './ledger-reads.ts';
import {
  closeReservations,
  type LedgerEntry,
  type LedgerWrite,
  lockSums,
  lostEntries,
  type OpenReservation,
  RENEW,
  STANDING,
  STANDINGS,
  TOLD,
  toAmount,
  UNTOLD,
  write,
} from './ledger-statements.ts';

type Settlement = { reserved: Reservation; spent: Spent; firstByteMs: number | null };
type LedgerJob = { reserve: ReserveRequest } | { settle: Settlement };
type Answer = Reserved | { ok: false; reached: ReachedCap } | null;

/** A batch is one transaction, which others wait for: it stays short. */
const MOST_AT_ONCE = 50;
const DEADLINE_MS = 10_000;

/** By their names they are sent together with the statements around them. */
const BEGIN = { name: 'begin', text: 'BEGIN' };
const COMMIT = { name: 'commit', text: 'COMMIT' };

/** Which open reservations are settled without whoever holds them. */
type Abandoned = { expired: true } | { task: string; run: string };

/** `pool`: its connections must be pipelined. */
export function createLedger(pool: pg.Pool): Ledger {
  const jobs = createGroupCommit<LedgerJob, Answer>({
    flush: batch => inTransaction(pool, client => work(client, batch)),
    bytesOf: () => 1,
    maxRows: MOST_AT_ONCE,
    maxBytes: MOST_AT_ONCE,
    inFlight: 1,
    deadlineMs: DEADLINE_MS,
  });
  const settleAbandoned = (which: Abandoned) =>
    inTransaction(pool, async client => {
      const rows = await closeReservations(client, which);
      const written = nothingWritten();
      for (const row of rows)
        settle(written, row, { kind: 'lost', spent: row.counted, firstByteMs: null });
      await lockSums(client, [...written.sums.keys()]);
      return { written, result: rows.length };
    });
  return {
    async reserve(request) {
      const answer = await jobs.add({ reserve: request });
      if (answer === null) throw new Error('a reservation was answered by nothing');
      return answer;
    },
    async settle(reserved, spent, firstByteMs = null) {
      await jobs.add({ settle: { reserved, spent, firstByteMs } });
    },
    async renew(counted) {
      const ids = counted.map(({ id }) => id);
      const texts = counted.map(({ spent }) => JSON.stringify(spent));
      await pool.query({ name: 'renew', text: RENEW, values: [ids, texts, RESERVATION_MS] });
    },
    async settleLost(by) {
      await settleAbandoned(by);
    },
    settleExpired: () => settleAbandoned({ expired: true }),
    calls: (by, limit) => readCalls(pool, by, limit),
    spentBy: (task, run) => readSpends(pool, task, run ?? null),
    async untold(after) {
      const values = [after?.task ?? '', after?.run ?? ''];
      const { rows } = await pool.query<Spender>({ name: 'untold', text: UNTOLD, values });
      return rows;
    },
    async told({ task, run }, until) {
      await pool.query({ name: 'told', text: TOLD, values: [task, run, until] });
    },
    async standing(key) {
      const { rows } = await pool.query({ name: 'standing', text: STANDING, values: [key] });
      const reserved = rows[0] ? toAmount(rows[0], 'reserved') : NO_AMOUNT;
      return { reserved, spent: rows[0] ? toAmount(rows[0], 'spent') : NO_AMOUNT };
    },
    async standings(keys, limit) {
      const { rows } = await pool.query({
        name: 'standings',
        text: STANDINGS,
        values: [keys, limit],
      });
      return rows.map(row => ({
        key: row.key,
        reserved: toAmount(row, 'reserved'),
        spent: toAmount(row, 'spent'),
      }));
    },
  };
}

async function work(
  client: pg.PoolClient,
  batch: readonly LedgerJob[],
): Promise<{ written: LedgerWrite; result: Answer[] }> {
  const settlements = batch.flatMap(job => ('settle' in job ? [job.settle] : []));
  const asked = batch.flatMap(job => ('reserve' in job ? [job.reserve] : []));
  const ids = settlements.map(({ reserved }) => reserved.id);
  const keys = [
    ...asked.flatMap(keysOf),
    ...settlements.flatMap(({ reserved }) => reserved.scopes),
  ];
  const [open, used] = await Promise.all([
    ids.length > 0 ? closeReservations(client, { ids }) : [],
    lockSums(client, [...new Set(keys)]),
  ]);
  const written = nothingWritten();
  await settleAll(client, written, { settlements, open });
  for (const [key, { reserved, spent }] of written.sums)
    used.set(key, plus(used.get(key) ?? NO_AMOUNT, plus(reserved, spent)));
  const result = batch.map(job => ('reserve' in job ? reserve(written, used, job.reserve) : null));
  return { written, result };
}

const nothingWritten = (): LedgerWrite => ({ entries: [], sums: new Map(), opened: [] });

const keysOf = ({ scopes }: ReserveRequest): string[] => scopes.map(({ key }) => key);

function reserve(
  written: LedgerWrite,
  used: Map<string, Amount>,
  request: ReserveRequest,
): Reserved | { ok: false; reached: ReachedCap } {
  const { by, scopes, model, fixed, each, prices } = request;
  const standing = scopes.map(({ kind, caps, key }) => ({
    kind,
    caps,
    used: used.get(key) ?? NO_AMOUNT,
  }));
  const { parts, reached } = grant(request, standing);
  if (reached !== null && parts < 1) return { ok: false, reached };
  const id = randomUUID();
  const amount = plus(fixed, times(each, parts));
  const keys = keysOf(request);
  for (const key of keys) {
    used.set(key, plus(used.get(key) ?? NO_AMOUNT, amount));
    add(written, key, { reserved: amount, spent: NO_AMOUNT });
  }
  const place = {
    ...by,
    scopes: keys,
    provider: model?.provider ?? null,
    model: model?.name ?? null,
    prices,
  };
  const usage = { ...NO_USAGE, input: fixed.tokens };
  const price = (nanoUsd: number) => (prices === null ? null : nanoUsd);
  const atMost: Spent = {
    calls: amount.calls,
    usage: { ...usage, output: amount.tokens - fixed.tokens },
    nanoUsd: price(amount.nanoUsd),
    ms: amount.ms,
  };
  const { calls, ms } = fixed;
  const counted: Spent = { calls, usage, nanoUsd: price(fixed.nanoUsd), ms };
  written.entries.push({
    kind: 'reserved',
    reservation: id,
    ...place,
    spent: atMost,
    firstByteMs: null,
  });
  written.opened.push({ id, ...place, amount, counted });
  return { ok: true, id, scopes: keys, parts, reached };
}

async function settleAll(
  client: pg.PoolClient,
  written: LedgerWrite,
  { settlements, open }: { settlements: readonly Settlement[]; open: readonly OpenReservation[] },
): Promise<void> {
  const rows = new Map(open.map(row => [row.id, row]));
  const late = settlements.map(({ reserved }) => reserved.id).filter(id => !rows.has(id));
  const lost = late.length > 0 ? await lostEntries(client, late) : new Map<string, LedgerEntry>();
  for (const { reserved, spent, firstByteMs } of settlements) {
    const row = rows.get(reserved.id);
    const before = lost.get(reserved.id);
    rows.delete(reserved.id);
    if (row) settle(written, row, { kind: 'spent', spent, firstByteMs });
    else if (before) settleLate(written, { ...before, firstByteMs }, spent);
    lost.delete(reserved.id);
  }
}

function settle(
  written: LedgerWrite,
  { id, amount, counted: _, ...place }: OpenReservation,
  {
    kind,
    spent,
    firstByteMs,
  }: Pick<LedgerEntry, 'spent' | 'firstByteMs'> & {
    kind: 'spent' | 'lost';
  },
): void {
  for (const key of place.scopes)
    add(written, key, { reserved: times(amount, -1), spent: amountOf(spent) });
  written.entries.push({ ...place, kind, reservation: id, spent, firstByteMs });
}

/** It was settled without its worker: what it came to beyond that is added. */
function settleLate(written: LedgerWrite, before: LedgerEntry, spent: Spent): void {
  const more = (now: number, then: number) => Math.max(0, now - then);
  const { usage: was } = before.spent;
  const { usage: is } = spent;
  const rest: Spent = {
    calls: more(spent.calls, before.spent.calls),
    usage: {
      input: more(is.input, was.input),
      cached: more(is.cached, was.cached),
      cacheWrite: more(is.cacheWrite, was.cacheWrite),
      output: more(is.output, was.output),
      reasoning: more(is.reasoning, was.reasoning),
    },
    nanoUsd: spent.nanoUsd === null ? null : more(spent.nanoUsd, before.spent.nanoUsd ?? 0),
    ms: more(spent.ms, before.spent.ms),
  };
  for (const key of before.scopes)
    add(written, key, { reserved: NO_AMOUNT, spent: amountOf(rest) });
  written.entries.push({ ...before, kind: 'spent', spent: rest });
}

function add(
  { sums }: LedgerWrite,
  key: string,
  change: { reserved: Amount; spent: Amount },
): void {
  const before = sums.get(key);
  const { reserved, spent } = change;
  sums.set(
    key,
    before
      ? { reserved: plus(before.reserved, reserved), spent: plus(before.spent, spent) }
      : change,
  );
}

/** What `work` returns is written and committed; where that fails, nothing is. */
async function inTransaction<R>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<{ written: LedgerWrite; result: R }>,
): Promise<R> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const [, { written, result }] = await Promise.all([client.query(BEGIN), work(client)]);
    // Of a statement that failed, the commit makes a rollback.
    await Promise.all([write(client, written, RESERVATION_MS), client.query(COMMIT)]);
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(failed => {
      broken = failed;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
