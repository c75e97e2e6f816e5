/**
 * The model endpoint: it forwards requests of one provider's dialect, adds the credential outside the
 * sandbox, counts tokens, and refuses requests once the token limit is reached.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NO_USAGE, type Usage } from '../core/agent-event.ts';
import type { ModelRoute } from '../engine/ports/gateway.ts';
import { DIALECTS } from './dialects.ts';
import { createMeter, estimateTokens, type Meter } from './meter.ts';
import { providerAccessIn } from './provider-access.ts';
import {
  isEncoded,
  pickHeaders,
  readBody,
  readErrorBody,
  responseHeaders,
  sendUpstream,
} from './upstream.ts';

type ModelEndpoint = {
  /** Answers one request; `refuse` is called where the request is not allowed. */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
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
  /** The estimated cost of running requests, so that many at once can't exceed the limit. */
  let reserved = 0;

  const send = async (
    request: IncomingMessage,
    response: ServerResponse,
    call: { path: string; body: Buffer | null; metered: boolean },
  ): Promise<void> => {
    const fail = (status: number, code: string, message: string) => {
      failures[status] = (failures[status] ?? 0) + 1;
      replyWithError(response, status, code, message);
    };

    let secret: string;
    try {
      secret = await route.credential();
    } catch {
      return fail(503, 'no_credential', 'the gateway has no credential for this model');
    }
    if (call.metered) requests += 1;
    const headers = {
      ...pickHeaders(request, ['accept', 'user-agent', ...dialect.headers]),
      ...dialect.credential(secret),
    };
    let upstreamResponse: IncomingMessage;
    try {
      upstreamResponse = await sendUpstream(
        new URL(base + call.path),
        { request, response },
        headers,
        call.body,
      );
    } catch (error) {
      const why = error instanceof Error ? error.message.replaceAll(secret, '…') : 'failed';
      return fail(502, 'upstream_unreachable', `the model does not answer: ${why}`);
    }

    const status = upstreamResponse.statusCode ?? 502;
    if (status === 401 || status === 403) {
      // A provider's message about a bad key may contain it, so it is not forwarded.
      upstreamResponse.resume();
      return fail(status, 'credential_refused', "the provider refused the gateway's credential");
    }
    if (status < 200 || status > 299) {
      failures[status] = (failures[status] ?? 0) + 1;
      const text = await readErrorBody(upstreamResponse);
      return void response
        .writeHead(status, responseHeaders(upstreamResponse))
        .end(text.replaceAll(secret, '…'));
    }
    if (isEncoded(upstreamResponse)) {
      upstreamResponse.destroy();
      return fail(502, 'upstream_encoding', 'the model compressed its answer unasked');
    }
    response.writeHead(status, responseHeaders(upstreamResponse));
    response.flushHeaders();
    if (!call.metered) return pipeline(upstreamResponse, response);
    await forwardCounting(upstreamResponse, response, call.body?.length ?? 0);
  };

  /** Forwards the response as it arrives and counts it; an abort on either side ends both. */
  const forwardCounting = async (
    upstreamResponse: IncomingMessage,
    response: ServerResponse,
    requestBytes: number,
  ) => {
    const streamed = /^text\/event-stream/i.test(upstreamResponse.headers['content-type'] ?? '');
    const meter = createMeter(dialect, requestBytes, streamed);
    running.add(meter);
    const counting = new Transform({
      transform(chunk, _encoding, done) {
        meter.feed(chunk);
        done(null, chunk);
      },
    });
    try {
      await pipeline(upstreamResponse, counting, response);
    } finally {
      running.delete(meter);
      add(settled, meter.usage());
    }
  };

  const replyWithError = (
    response: ServerResponse,
    status: number,
    code: string,
    message: string,
  ) => {
    if (response.headersSent) return void response.destroy();
    const text = JSON.stringify(dialect.error(status, code, `Gatehouse: ${message}`));
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  };

  return {
    spent() {
      const usage = { ...settled };
      for (const meter of running) add(usage, meter.usage());
      return { usage, requests, failures: { ...failures } };
    },

    async handle(request, response, refuse) {
      // Only the path is read: `//elsewhere/v1` must not be taken for a host.
      const url = new URL(`http://gateway${request.url ?? '/'}`);
      const what = `${request.method} ${url.pathname}`;
      const kind = dialect.endpoint(request.method ?? '', url.pathname);
      if (kind === null) {
        refuse(what, 'not a model endpoint of this run');
        return replyWithError(
          response,
          403,
          'forbidden_path',
          `${what} is not a model endpoint of this run`,
        );
      }
      const body = request.method === 'POST' ? await readBody(request) : null;
      if (typeof body === 'string')
        return replyWithError(response, 400, 'invalid_request_error', body);
      const hosted = body && providerAccessIn(route.dialect, body);
      if (hosted) {
        refuse(what, hosted);
        return replyWithError(response, 403, 'forbidden_feature', hosted);
      }

      const bytes = body && Buffer.from(JSON.stringify(dialect.prepare(body)));
      const cost = kind === 'metered' ? estimateTokens(bytes?.length ?? 0) : 0;
      if (kind === 'metered' && tokenLimit !== null && total(settled) + reserved >= tokenLimit)
        return replyWithError(
          response,
          429,
          'insufficient_quota',
          `the limit of ${tokenLimit} tokens is spent`,
        );
      reserved += cost;
      const query = url.searchParams.get('alt') === 'sse' ? '?alt=sse' : '';
      try {
        const call = { path: url.pathname + query, body: bytes, metered: kind === 'metered' };
        await send(request, response, call);
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
