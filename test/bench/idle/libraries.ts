/**
 * The libraries of `serve`, connected as it connects them: an embedded PostgreSQL, a pool with the
 * Prisma client on it, BullMQ's queue and worker, and an HTTP server. Nothing uses them.
 */
import { createServer } from 'node:http';
import { PrismaPg } from '@prisma/adapter-pg';
import { createPostgresBackend, withBackend } from 'bullmq';
import pg from 'pg';
import { PrismaClient } from '../../../src/adapters/store/generated/client.ts';
import { bind } from '../../../src/compose/http/bind.ts';
import { answerWith } from '../child.ts';
import { ownDatabase } from '../own-database.ts';

const closing: (() => Promise<unknown>)[] = [];

answerWith(
  async () => {
    const url = await ownDatabase(closing);
    const pool = new pg.Pool({ connectionString: url, max: 20 });
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
    await prisma.delivery.findFirst();
    closing.unshift(async () => {
      await prisma.$disconnect();
      await pool.end();
    });
    const { Queue, Worker } = withBackend(createPostgresBackend);
    const connection = { connectionString: url, schema: 'bullmq', max: 5, migrate: true };
    const queue = new Queue('idle', { connection });
    await queue.waitUntilReady();
    const worker = new Worker('idle', async () => {}, {
      connection,
      concurrency: 16,
      lockDuration: 5_000,
      stalledInterval: 2_500,
    });
    await worker.waitUntilReady();
    closing.unshift(
      () => worker.close(),
      () => queue.close(),
    );
    const server = createServer((_, response) => response.end());
    await bind(server, { host: '127.0.0.1', port: 0 });
  },
  async () => {
    for (const close of closing) await close();
  },
);
