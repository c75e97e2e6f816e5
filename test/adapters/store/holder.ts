/**
 * A process that uses the embedded PostgreSQL of `argv[2]` until its input ends. It prints one line
 * of JSON: the log's messages, the server's URL, and how long the start took.
 */
import { startEmbeddedPostgres } from '../../../src/adapters/store/embedded/embedded.ts';

const messages: string[] = [];
const began = performance.now();
const server = await startEmbeddedPostgres({
  stateDir: process.argv[2] ?? '',
  log: message => {
    messages.push(message);
  },
});
console.log(JSON.stringify({ messages, url: server.url, ms: performance.now() - began }));
process.stdin.resume().once('end', () => void server.stop());
