/** A provider in a process of its own: it answers at once, or streams as a fast model does. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { anthropic } from '../../model/dialects/anthropic.ts';
import { answerWith } from '../child.ts';

/** A word each five milliseconds: 200 tokens a second, more than models send. */
const WORDS = 400;
const EACH_MS = 5;

const events = (words: number) =>
  anthropic
    .stream({
      answer: { texts: ['word '.repeat(words)], call: null, outputTokens: words },
      id: '0',
      model: 'bench',
    })
    .map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

const [short, long] = [events(1), events(WORDS)];

const server = createServer(async (asked, response) => {
  asked.resume();
  await once(asked, 'end');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (!asked.headers['user-agent']?.includes('stream')) return response.end(short.join(''));
  const began = performance.now();
  for (const [index, event] of long.entries()) {
    response.write(event);
    // By the clock, so that no delay adds up.
    const ahead = began + (index + 1) * EACH_MS - performance.now();
    if (ahead > 0) await sleep(ahead);
  }
  return response.end();
}).listen(0, '127.0.0.1');
await once(server, 'listening');

answerWith(async () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
