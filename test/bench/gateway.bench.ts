/**
 * Measures what the gateway adds to a request of an agent, beside the same request sent to the provider
 * directly: until the first byte of the answer, and until the end of a stream.
 */
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { compared, type Figure, valued } from '../figures/figures.ts';
import { startChild } from './child.ts';
import { alternate, median } from './rounds.ts';

export const name = 'gateway';

const ASKED = 300;
const WARM = 50;
const STREAMS = 7;
/** A run may make more at once than this; after that its calls keep a rate. */
const OF_A_RUN = 50;

/** Where to send it: an agent keeps its connection, to the gateway as to a provider. */
type Place = { options: { socketPath: string } | { host: string; port: string }; agent: Agent };
type Took = { first: number; whole: number };

export async function measure(): Promise<Figure[]> {
  const provider = startChild(join(import.meta.dirname, 'gateway/provider.ts'));
  const gateway = startChild(join(import.meta.dirname, 'gateway/gateway.ts'));
  const url = new URL(await provider.ask<string>({}));
  const ofNewRun = async (): Promise<Place> => ({
    options: { socketPath: await gateway.ask<string>({ upstream: url.href }) },
    agent: new Agent({ keepAlive: true }),
  });
  const places: Record<'ours' | 'plain', Place> = {
    ours: await ofNewRun(),
    plain: {
      options: { host: url.hostname, port: url.port },
      agent: new Agent({ keepAlive: true }),
    },
  };
  const text = await readFile(join(import.meta.dirname, '../gateway/requests/claude.json'), 'utf8');
  const body = Buffer.from(grown(text));
  try {
    const firsts: Record<keyof typeof places, number[]> = { ours: [], plain: [] };
    for (let round = 0; round < WARM + ASKED; round++) {
      if (round % OF_A_RUN === 0) {
        places.ours.agent.destroy();
        places.ours = await ofNewRun();
      }
      for (const which of ['plain', 'ours'] as const) {
        const { first } = await ask(places[which], body, 'first byte');
        if (round >= WARM) firsts[which].push(first);
      }
    }
    const added = median(firsts.ours) - median(firsts.plain);
    const whole = async (place: Place) => (await ask(place, body, 'stream')).whole;
    const stream = await alternate(
      STREAMS,
      () => whole(places.ours),
      () => whole(places.plain),
    );
    return [
      valued('what the gateway adds to the first byte of an answer, at the median', added, 'ms', {
        most: 3,
      }),
      compared(
        'a stream of 400 words in 2 s through the gateway, beside a direct connection',
        { value: stream.ours, unit: 'ms', baseline: stream.plain },
        { most: 1.05 },
      ),
    ];
  } finally {
    for (const { agent } of Object.values(places)) agent.destroy();
    await gateway.stop();
    await provider.stop();
  }
}

/** As large as the requests of a real conversation, which hold all of it each time. */
function grown(text: string): string {
  const body = JSON.parse(text);
  const result = {
    type: 'tool_result',
    tool_use_id: 't',
    content: 'a line of output\n'.repeat(200),
  };
  const turns = Array.from({ length: 30 }, () => ({ role: 'user', content: [result] }));
  return JSON.stringify({ ...body, messages: [...body.messages, ...turns] });
}

/** Milliseconds from the request to the first byte of the body, and to its end. */
function ask({ options, agent }: Place, body: Buffer, what: string): Promise<Took> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let first = 0;
    const asked = request({
      ...options,
      path: '/v1/messages',
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        'content-length': body.length,
        'user-agent': what,
      },
    });
    asked.on('error', reject);
    asked.on('response', response => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      response.on('data', () => {
        if (first === 0) first = performance.now() - began;
      });
      response.on('end', () => resolve({ first, whole: performance.now() - began }));
    });
    asked.end(body);
  });
}
