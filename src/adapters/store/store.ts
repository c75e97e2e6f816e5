/** Everything that Gatehouse keeps in PostgreSQL, on one pool of connections. */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Deliveries } from '../../engine/ports/deliveries.ts';
import type { EventLog, Outbox, TaskIndex } from '../../engine/ports/event-log.ts';
import type { Leases } from '../../engine/ports/leases.ts';
import type { WriteBudget } from '../../engine/ports/write-budget.ts';
import { createDeliveries } from './deliveries.ts';
import { createEventLog } from './event-log.ts';
import { PrismaClient } from './generated/client.ts';
import { createLeases } from './leases.ts';
import { createOutbox } from './outbox.ts';
import { createTaskIndex } from './tasks.ts';
import { createWriteBudget } from './write-budget.ts';

export type Store = {
  log: EventLog;
  outbox: Outbox;
  tasks: TaskIndex;
  deliveries: Deliveries;
  leases: Leases;
  writeBudget: WriteBudget;
  /** The database's clock. */
  now(): Promise<Date>;
  /** Throws where the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

const CONNECTIONS = 20;
/** A database that hangs is a database that is down: nobody waits for it longer than this. */
const QUERY_MS = 10_000;

/** The database must have been migrated (`applyMigrations`). */
export async function createStore(parts: {
  url: string;
  log: (message: string) => void;
}): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: parts.url,
    application_name: 'gatehouse',
    max: CONNECTIONS,
    connectionTimeoutMillis: QUERY_MS,
    query_timeout: QUERY_MS,
    // A machine that is gone says no goodbye: what its transaction has locked is free after this.
    idle_in_transaction_session_timeout: QUERY_MS,
  });
  // Connections that are lost are made again; unheard, the event would end the process.
  const lost = (error: Error) => parts.log(`a database connection was lost: ${error.message}`);
  pool.on('error', lost);
  pool.on('connect', client => client.on('error', lost));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const leases = createLeases(pool);
  const store: Store = {
    log: createEventLog(prisma, pool),
    outbox: createOutbox(pool, leases),
    tasks: createTaskIndex(prisma),
    deliveries: createDeliveries(prisma, pool),
    leases,
    writeBudget: createWriteBudget(pool),
    async now() {
      const { rows } = await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now');
      if (!rows[0]) throw new Error('the database did not tell the time');
      return rows[0].now;
    },
    async ping() {
      await pool.query('SELECT');
    },
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
  await store.ping();
  return store;
}
