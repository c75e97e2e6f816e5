/**
 * A process that takes of the quota `argv[3]` on the database `argv[2]` as fast as it can, at most
 * `argv[4]` times a second, and prints a line for each take that was granted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createStore } from '../../../src/adapters/store/store.ts';

const [, , url = '', name = '', limit] = process.argv;
const store = await createStore({ url, log: console.error });
console.log('ready');
for (;;) {
  const wait = await store.quotas.take(name, [{ spanMs: 1_000, limit: Number(limit) }]);
  if (wait === 0) console.log('given');
  else await sleep(wait);
}
