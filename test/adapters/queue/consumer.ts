/** A process that takes jobs from the queue `argv[2]` at `argv[3]`, names each, and never ends one. */
import { createQueue } from '../../../src/adapters/queue/queue.ts';

const [, , kind, url = ''] = process.argv;
const queue = await createQueue(
  { kind: kind === 'redis' ? 'redis' : 'postgres', url },
  console.error,
);
const forever = new Promise<void>(() => {});
await queue.consume(
  job => {
    console.log(JSON.stringify(job));
    return forever;
  },
  { concurrency: 1 },
);
