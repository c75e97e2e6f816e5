/** Reads the JSON bodies of one run's requests under one budget of bytes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBodyParts, giveBack } from '../core/bounds/body-parts.ts';
import { createByteBudget } from '../core/bounds/byte-budget.ts';
import { DEEPEST_JSON, jsonExcess } from '../core/bounds/json-excess.ts';
import { createRate } from '../core/bounds/rate.ts';
import { isEncoded } from './upstream.ts';

/** Bytes of all bodies of a run together, until they are answered. */
const ALL_BYTES = 24 * 1024 * 1024;
/** What a run sends beyond it waits in its connections. Bytes. */
const RATE = { perSecond: 20 * 1024 * 1024, burst: 8 * 1024 * 1024 };
/** Values in one body: each costs many times its bytes once it is parsed. */
const MOST_VALUES = 400_000;

/** The JSON object of a request, or as text what is wrong with the body. */
export type ReadJsonBody = (
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
) => Promise<Record<string, unknown> | string>;

export function createReadJsonBody(): ReadJsonBody {
  const budget = createByteBudget(ALL_BYTES);
  const rate = createRate(RATE);
  return async (request, response, maxBytes) => {
    if (isEncoded(request)) return 'send the request body uncompressed';
    const { promise, resolve } = Promise.withResolvers<Uint8Array<ArrayBuffer> | string>();
    const bytes = createBodyParts();
    const end = (outcome: Uint8Array<ArrayBuffer> | string) => {
      request.off('data', take);
      held.arrived();
      resolve(outcome);
    };
    const refuse = (problem: string) => {
      held.release();
      bytes.free();
      // What is left of the body is not waited for.
      response.shouldKeepAlive = false;
      request.on('data', giveBack);
      request.resume();
      end(problem);
    };
    const held = budget.open(() =>
      refuse(`the request bodies of this run are larger than ${ALL_BYTES} bytes together`),
    );
    const take = (part: Buffer) => {
      if (bytes.size + part.length > maxBytes)
        return refuse(`the request body is larger than ${maxBytes} bytes`);
      const wait = rate(performance.now(), part.length);
      bytes.push(part);
      // The rest of it would come in parts as small.
      if (bytes.isFragmented) return void request.destroy();
      held.hold(bytes.held);
      if (wait < 1) return;
      request.pause();
      setTimeout(() => request.resume(), wait);
    };
    request.on('data', take);
    request.once('end', () => end(bytes.whole()));
    request.once('error', () => {});
    request.once('close', () => {
      bytes.free();
      end('the request body did not arrive whole');
    });
    response.once('close', held.release);
    const body = await promise;
    return typeof body === 'string' ? body : parse(body);
  };
}

function parse(bytes: Uint8Array<ArrayBuffer>): Record<string, unknown> | string {
  const text = new TextDecoder().decode(bytes);
  giveBack(bytes);
  const excess = jsonExcess(text, { mostValues: MOST_VALUES });
  if (excess !== null)
    return excess.kind === 'values'
      ? `the request body holds more than ${MOST_VALUES} values`
      : `the request body is nested more than ${DEEPEST_JSON} levels deep`;
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    // It is not JSON at all.
  }
  return 'the request body is not a JSON object';
}
