/** The store: all ports that are implemented on PostgreSQL. */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { ApprovalIndex } from '../../engine/ports/approval-index.ts';
import type { BacklogIndex } from '../../engine/ports/backlog-index.ts';
import type { KnownCalls } from '../../engine/ports/calls.ts';
import type { Changes } from '../../engine/ports/changes.ts';
import type { DecisionIndex } from '../../engine/ports/decision-index.ts';
import type { Deliveries } from '../../engine/ports/deliveries.ts';
import type { DueWork } from '../../engine/ports/due-work.ts';
import type { EventLog, Outbox, TaskIndex } from '../../engine/ports/event-log.ts';
import type { EventPages } from '../../engine/ports/event-pages.ts';
import type { Hints } from '../../engine/ports/hints.ts';
import type { Leases } from '../../engine/ports/leases.ts';
import type { Ledger } from '../../engine/ports/ledger.ts';
import type { MachineTokens } from '../../engine/ports/machine-tokens.ts';
import type { QuestionIndex } from '../../engine/ports/question-index.ts';
import type { QueueHealth } from '../../engine/ports/queue-health.ts';
import type { RememberedQuotas } from '../../engine/ports/quotas.ts';
import type { RepositoryIndex } from '../../engine/ports/repository-index.ts';
import type { RequestBudget } from '../../engine/ports/request-budget.ts';
import type { RunFailures } from '../../engine/ports/run-failures.ts';
import type { RunOutput } from '../../engine/ports/run-output.ts';
import type { RunRecords } from '../../engine/ports/run-records.ts';
import type { KnownSchedules } from '../../engine/ports/schedules.ts';
import type { SealedTokens } from '../../engine/ports/sealed-tokens.ts';
import type { Sessions } from '../../engine/ports/sessions.ts';
import type { Spends } from '../../engine/ports/spends.ts';
import type { TaskPages } from '../../engine/ports/task-pages.ts';
import type { Workers } from '../../engine/ports/workers.ts';
import { createGatheringSocket } from './connection/gathering-socket.ts';
import { createDueWork } from './due-work.ts';
import { PrismaClient } from './generated/client.ts';
import { createLedger } from './ledger/ledger.ts';
import { createSpends } from './ledger/spends.ts';
import { createEventLog } from './log/event-log.ts';
import { createEventPages } from './log/event-pages.ts';
import { createHints } from './log/hints.ts';
import { createOutbox } from './log/outbox.ts';
import { createQueueHealth } from './log/queue-health.ts';
import { createApprovalIndex } from './rows/approval-index.ts';
import { createBacklogIndex } from './rows/backlog-index.ts';
import { createDecisionIndex } from './rows/decision-index.ts';
import { createQuestionIndex } from './rows/question-index.ts';
import { createRepositoryIndex } from './rows/repository-index.ts';
import { createRunFailures } from './rows/run-failures.ts';
import { createRunRecords } from './rows/run-records.ts';
import { createTaskIndex } from './rows/task-index.ts';
import { createTaskPages } from './rows/task-pages.ts';
import { createCalls } from './shared/calls.ts';
import { createChanges } from './shared/changes.ts';
import { createDeliveries } from './shared/deliveries.ts';
import { createLeases } from './shared/leases.ts';
import { createMachineTokens } from './shared/machine-tokens.ts';
import { createQuotas } from './shared/quotas.ts';
import { createRequestBudget } from './shared/request-budget.ts';
import { createRunOutput } from './shared/run-output.ts';
import { createSchedules } from './shared/schedules.ts';
import { createSealedTokens } from './shared/sealed-tokens.ts';
import { createSessions } from './shared/sessions.ts';
import { createWorkers } from './shared/workers.ts';

export type Store = {
  log: EventLog;
  hints: Hints;
  outbox: Outbox;
  dueWork: DueWork;
  tasks: TaskIndex;
  taskPages: TaskPages;
  eventPages: EventPages;
  deliveries: Deliveries;
  leases: Leases;
  changes: Changes;
  calls: KnownCalls;
  machineTokens: MachineTokens;
  quotas: RememberedQuotas & { forget(): Promise<void> };
  requestBudget: RequestBudget;
  runOutput: RunOutput & { forget(): Promise<void> };
  schedules: KnownSchedules;
  sealedTokens: SealedTokens;
  sessions: Sessions;
  runRecords: RunRecords;
  runFailures: RunFailures;
  approvals: ApprovalIndex;
  questions: QuestionIndex;
  backlogs: BacklogIndex;
  decisions: DecisionIndex;
  workers: Workers;
  ledger: Ledger;
  queueHealth: QueueHealth;
  spends: Spends;
  repositoryIndex: RepositoryIndex;
  /** The database's clock. */
  now(): Promise<Date>;
  /** Throws where the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

const MAX_CONNECTIONS = 20;
/** Of who looks on over HTTP: however much they ask for, those who work have theirs. */
const PAGE_CONNECTIONS = 6;
/** One writes; the others renew and read meanwhile. */
const LEDGER_CONNECTIONS = 3;
/** The time limit of a query: a database that hangs is treated as one that is down. */
const QUERY_TIMEOUT_MS = 10_000;
/** Then the database itself ends a query that nobody waits for any more. */
const STATEMENT_TIMEOUT_MS = QUERY_TIMEOUT_MS + 1_000;

/** The database must have been migrated (`applyMigrations`). */
export async function createStore(options: {
  url: string;
  log: (message: string) => void;
}): Promise<Store> {
  // The pool replaces lost connections; without a listener the error would end the process.
  const lost = (error: Error) => options.log(`a database connection was lost: ${error.message}`);
  const openPool = (config: pg.PoolConfig) => {
    const opened = new pg.Pool({
      connectionString: options.url,
      application_name: 'gatehouse',
      connectionTimeoutMillis: QUERY_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      // The rows that a transaction locked are freed after this time if its machine is lost.
      idle_in_transaction_session_timeout: QUERY_TIMEOUT_MS,
      ...config,
    });
    opened.on('error', lost);
    opened.on('connect', client => client.on('error', lost));
    return opened;
  };
  const pool = openPool({ max: MAX_CONNECTIONS });
  const pages = openPool({ max: PAGE_CONNECTIONS });
  const pipelined = openPool({
    max: LEDGER_CONNECTIONS,
    pipeline: true,
    stream: createGatheringSocket,
  });
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const leases = createLeases(pool);
  const hints = createHints(pool, options.log);
  const runOutput = createRunOutput(pool, options.log);
  const store: Store = {
    log: createEventLog(prisma, pool, hints),
    hints,
    outbox: createOutbox(pool, leases),
    dueWork: createDueWork(pool),
    tasks: createTaskIndex(prisma, pool),
    taskPages: createTaskPages(pages),
    eventPages: createEventPages(prisma),
    deliveries: createDeliveries(prisma, pool),
    leases,
    changes: createChanges(pool),
    calls: createCalls(pool),
    machineTokens: createMachineTokens(pool),
    quotas: createQuotas(pool),
    requestBudget: createRequestBudget(pool),
    runOutput,
    schedules: createSchedules(pool),
    sealedTokens: createSealedTokens(pool),
    sessions: createSessions(pages),
    approvals: createApprovalIndex(pool),
    questions: createQuestionIndex(pool),
    backlogs: createBacklogIndex(pool),
    decisions: createDecisionIndex(pages),
    runRecords: createRunRecords(prisma, pool),
    runFailures: createRunFailures(pages),
    workers: createWorkers(pool),
    ledger: createLedger(pipelined),
    queueHealth: createQueueHealth(pool),
    spends: createSpends(pages),
    repositoryIndex: createRepositoryIndex(pool),
    async now() {
      const { rows } = await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now');
      if (!rows[0]) throw new Error('the database returned no time');
      return rows[0].now;
    },
    async ping() {
      await pool.query('SELECT');
    },
    async close() {
      runOutput.close();
      await hints.close();
      await prisma.$disconnect();
      await Promise.all([pool, pages, pipelined].map(one => one.end()));
    },
  };
  await store.ping();
  return store;
}
