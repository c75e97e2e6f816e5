/**
 * The model door: forwards the model endpoints of one dialect, adds the credential outside the
 * sandbox, counts tokens, and refuses once the limit is spent.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NO_USAGE, type Usage } from '../core/agent-event.ts';
import type { ModelRoute } from '../engine/ports/gateway.ts';
import { DIALECTS } from './dialects.ts';
import { reachesOut } from './hosted.ts';
import { createMeter, estimate, type Meter } from './meter.ts';
import { exchange, isEncoded, only, passedBack, readBody, readSome } from './upstream.ts';

export type ModelEndpoint = {
  /** Answers one request; `refuse` hears of what may not be called. */
  handle(
    asked: IncomingMessage,
    answer: ServerResponse,
    refuse: (what: string, reason: string) => void,
  ): Promise<void>;
  spent(): { usage: Usage; requests: number; failures: Record<number, number> };
};

export function createModelEndpoint(route: ModelRoute, tokenLimit: number | null): ModelEndpoint {
  const dialect = DIALECTS[route.dialect];
  const base = route.upstream.replace(/\/$/, '');
  const settled: Usage = { ...NO_USAGE };
  const running = new Set<Meter>();
  const failures: Record<number, number> = {};
  let requests = 0;
  /** What the requests under way will at least cost, so that a burst can't pass the limit. */
  let reserved = 0;

  const send = async (
    asked: IncomingMessage,
    answer: ServerResponse,
    call: { path: string; body: Buffer | null; metered: boolean },
  ): Promise<void> => {
    const fail = (status: number, code: string, message: string) => {
      failures[status] = (failures[status] ?? 0) + 1;
      say(answer, status, code, message);
    };

    let secret: string;
    try {
      secret = await route.credential();
    } catch {
      return fail(503, 'no_credential', 'the gateway has no credential for this model');
    }
    if (call.metered) requests += 1;
    const headers = {
      ...only(asked, ['accept', 'user-agent', ...dialect.headers]),
      ...dialect.credential(secret),
    };
    let given: IncomingMessage;
    try {
      given = await exchange(new URL(base + call.path), asked, answer, headers, call.body);
    } catch (error) {
      const why = error instanceof Error ? error.message.replaceAll(secret, '…') : 'failed';
      return fail(502, 'upstream_unreachable', `the model does not answer: ${why}`);
    }

    const status = given.statusCode ?? 502;
    if (status === 401 || status === 403) {
      // What a provider says about a bad key may quote it.
      given.resume();
      return fail(status, 'credential_refused', "the provider refused the gateway's credential");
    }
    if (status < 200 || status > 299) {
      failures[status] = (failures[status] ?? 0) + 1;
      const text = await readSome(given);
      return void answer.writeHead(status, passedBack(given)).end(text.replaceAll(secret, '…'));
    }
    if (isEncoded(given)) {
      given.destroy();
      return fail(502, 'upstream_encoding', 'the model compressed its answer unasked');
    }
    answer.writeHead(status, passedBack(given));
    answer.flushHeaders();
    if (!call.metered) return pipeline(given, answer);
    await pass(given, answer, call.body?.length ?? 0);
  };

  /** Passes the answer on as it comes, counting; a cut on either side ends both. */
  const pass = async (given: IncomingMessage, answer: ServerResponse, requestBytes: number) => {
    const streamed = /^text\/event-stream/i.test(given.headers['content-type'] ?? '');
    const meter = createMeter(dialect, requestBytes, streamed);
    running.add(meter);
    const counting = new Transform({
      transform(chunk, _encoding, done) {
        meter.feed(chunk);
        done(null, chunk);
      },
    });
    try {
      await pipeline(given, counting, answer);
    } finally {
      running.delete(meter);
      add(settled, meter.usage());
    }
  };

  const say = (answer: ServerResponse, status: number, code: string, message: string) => {
    if (answer.headersSent) return void answer.destroy();
    const text = JSON.stringify(dialect.error(status, code, `Gatehouse: ${message}`));
    answer.writeHead(status, { 'content-type': 'application/json' }).end(text);
  };

  return {
    spent() {
      const usage = { ...settled };
      for (const meter of running) add(usage, meter.usage());
      return { usage, requests, failures: { ...failures } };
    },

    async handle(asked, answer, refuse) {
      // The path alone: `//elsewhere/v1` must not be read as a host.
      const url = new URL(`http://gateway${asked.url ?? '/'}`);
      const what = `${asked.method} ${url.pathname}`;
      const kind = dialect.endpoint(asked.method ?? '', url.pathname);
      if (kind === null) {
        refuse(what, 'not a model endpoint of this run');
        return say(answer, 403, 'forbidden_path', `${what} is not a model endpoint of this run`);
      }
      const body = asked.method === 'POST' ? await readBody(asked) : null;
      if (typeof body === 'string') return say(answer, 400, 'invalid_request_error', body);
      const hosted = body && reachesOut(route.dialect, body);
      if (hosted) {
        refuse(what, hosted);
        return say(answer, 403, 'forbidden_feature', hosted);
      }

      const bytes = body && Buffer.from(JSON.stringify(dialect.prepare(body)));
      const cost = kind === 'metered' ? estimate(bytes?.length ?? 0) : 0;
      if (kind === 'metered' && tokenLimit !== null && total(settled) + reserved >= tokenLimit)
        return say(answer, 429, 'insufficient_quota', `the limit of ${tokenLimit} tokens is spent`);
      reserved += cost;
      const query = url.searchParams.get('alt') === 'sse' ? '?alt=sse' : '';
      try {
        const call = { path: url.pathname + query, body: bytes, metered: kind === 'metered' };
        await send(asked, answer, call);
      } finally {
        reserved -= cost;
      }
    },
  };
}

const total = (usage: Usage): number =>
  usage.input + usage.cached + usage.cacheWrite + usage.output;

function add(sum: Usage, usage: Usage): void {
  for (const key of Object.keys(NO_USAGE) as (keyof Usage)[]) sum[key] += usage[key];
}
