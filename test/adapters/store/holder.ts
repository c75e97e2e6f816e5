/**
 * A process that holds the embedded PostgreSQL of `argv[2]` until its input ends. Says one line of
 * JSON: what it was told, where the server is, how long it took.
 */
import { startEmbeddedPostgres } from '../../../src/adapters/store/embedded.ts';

const told: string[] = [];
const began = performance.now();
const server = await startEmbeddedPostgres({
  stateDir: process.argv[2] ?? '',
  log: message => {
    told.push(message);
  },
});
console.log(JSON.stringify({ told, url: server.url, ms: performance.now() - began }));
process.stdin.resume().once('end', () => void server.stop());
