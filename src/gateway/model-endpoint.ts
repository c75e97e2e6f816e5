/**
 * The model endpoint: it forwards requests of one provider's dialect, adds the credential outside the
 * sandbox, counts tokens, and refuses what was not granted: other paths, fields, models, and tokens
 * beyond the limit.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NO_USAGE, type Usage } from '../core/agent-event.ts';
import type { ModelRoute } from '../engine/ports/gateway.ts';
import { faultIn } from './dialects/allow.ts';
import { DIALECTS } from './dialects.ts';
import { createMeter, estimateTokens, type Meter } from './meter.ts';
import { createModelsAllowed } from './models-allowed.ts';
import type { ReadJsonBody } from './read-json-body.ts';
import { createTokenBudget, type Reservation } from './token-budget.ts';
import {
  isEncoded,
  pickHeaders,
  readErrorBody,
  responseHeaders,
  sendUpstream,
} from './upstream.ts';

type ModelEndpoint = {
  /** Answers one request; `refuse` is called where the request is not allowed. */
  handle(request: IncomingMessage, response: ServerResponse, refuse: Refuse): Promise<void>;
  spent(): { usage: Usage; requests: number; failures: Record<number, number> };
};
type Refuse = (what: string, reason: string) => void;

/** What is sent; `reservation` is `null` where it costs nothing. */
type AdmittedRequest = { path: string; body: Buffer | null; reservation: Reservation | null };
/** Why nothing is sent. */
type Rejection = { status: number; code: string; message: string };

/** A context of millions of tokens; pictures are sent as text. Bytes. */
const MAX_BODY = 16 * 1024 * 1024;
/** A provider that ignores its bound is cut off at this many times the output, as estimated. */
const SLACK = 4;

export function createModelEndpoint(
  route: ModelRoute,
  tokenLimit: number | null,
  readBody: ReadJsonBody,
): ModelEndpoint {
  const dialect = DIALECTS[route.dialect];
  const base = route.upstream.replace(/\/$/, '');
  const whyNot = createModelsAllowed(route);
  const budget = createTokenBudget(tokenLimit);
  const settled: Usage = { ...NO_USAGE };
  const running = new Set<Meter>();
  const failures: Record<number, number> = {};
  let requests = 0;

  /** What may be sent of a request, with its cost reserved. */
  const admit = async (
    request: IncomingMessage,
    response: ServerResponse,
    refuse: Refuse,
  ): Promise<AdmittedRequest | Rejection> => {
    // Only the path is read: `//elsewhere/v1` must not be taken for a host.
    const url = new URL(`http://gateway${request.url ?? '/'}`);
    const what = `${request.method} ${url.pathname}`;
    const forbid = (code: string, message: string): Rejection => {
      refuse(what, message);
      return { status: 403, code, message };
    };
    const kind = dialect.endpoint(request.method ?? '', url.pathname);
    if (kind === null)
      return forbid('forbidden_path', `${what} is not a model endpoint of this run`);
    const path = url.pathname + (url.searchParams.get('alt') === 'sse' ? '?alt=sse' : '');
    if (request.method !== 'POST') return { path, body: null, reservation: null };

    const body = await readBody(request, response, MAX_BODY);
    if (typeof body === 'string')
      return { status: 400, code: 'invalid_request_error', message: body };
    const fault = faultIn(dialect.request, body);
    if (fault !== null) return forbid('forbidden_feature', fault);
    const denied = await whyNot(dialect.model(url.pathname, body));
    if (denied !== null) return forbid('forbidden_model', denied);
    const bytes = (output: number | null) =>
      Buffer.from(JSON.stringify(dialect.prepare(body, output)));
    if (kind === 'free') return { path, body: bytes(null), reservation: null };

    const input = estimateTokens(JSON.stringify(body).length);
    const reservation = budget.reserve(input, dialect.output(body));
    if (reservation) return { path, body: bytes(reservation.output), reservation };
    const message = `the limit of ${tokenLimit} tokens is spent, or reserved by requests that run`;
    return { status: 429, code: 'insufficient_quota', message };
  };

  const send = async (
    request: IncomingMessage,
    response: ServerResponse,
    { path, body, reservation }: AdmittedRequest,
  ): Promise<void> => {
    const fail = (status: number, code: string, message: string) => {
      failures[status] = (failures[status] ?? 0) + 1;
      replyWithError(response, { status, code, message });
    };
    let secret: string;
    try {
      secret = await route.credential();
    } catch {
      return fail(503, 'no_credential', 'the gateway has no credential for this model');
    }
    if (reservation) requests += 1;
    const headers = {
      ...pickHeaders(request, ['accept', 'user-agent', ...dialect.headers]),
      ...dialect.credential(secret),
    };
    let upstreamResponse: IncomingMessage;
    try {
      upstreamResponse = await sendUpstream(
        new URL(base + path),
        { request, response },
        headers,
        body,
      );
    } catch (error) {
      // The provider may go on with what nobody reads any more: all that was reserved counts.
      if (response.destroyed && reservation)
        settle(reservation, {
          ...NO_USAGE,
          input: estimateTokens(body?.length ?? 0),
          output: reservation.output ?? 0,
        });
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
    if (!reservation) return pipeline(upstreamResponse, response);
    await forwardCounting(upstreamResponse, response, { reservation, sent: body?.length ?? 0 });
  };

  /** Forwards the response as it arrives and counts it; an abort on either side ends both. */
  const forwardCounting = async (
    upstreamResponse: IncomingMessage,
    response: ServerResponse,
    { reservation, sent }: { reservation: Reservation; sent: number },
  ) => {
    const streamed = /^text\/event-stream/i.test(upstreamResponse.headers['content-type'] ?? '');
    const meter = createMeter(dialect, sent, streamed);
    const most =
      reservation.output === null ? Number.POSITIVE_INFINITY : reservation.output * SLACK;
    running.add(meter);
    const counting = new Transform({
      transform(chunk, _encoding, done) {
        meter.feed(chunk);
        if (meter.output() > most) done(new Error('the model sends more than it was asked for'));
        else done(null, chunk);
      },
    });
    try {
      await pipeline(upstreamResponse, counting, response);
    } finally {
      running.delete(meter);
      settle(reservation, meter.usage());
    }
  };

  /** Counts what a request cost, once. */
  const settle = (reservation: Reservation, usage: Usage) => {
    reservation.settle(total(usage));
    add(settled, usage);
  };

  const replyWithError = (response: ServerResponse, { status, code, message }: Rejection) => {
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
      const call = await admit(request, response, refuse);
      if ('status' in call) return replyWithError(response, call);
      try {
        await send(request, response, call);
      } finally {
        // Whatever was not counted until now cost nothing.
        call.reservation?.settle(0);
      }
    },
  };
}

const total = (usage: Usage): number =>
  usage.input + usage.cached + usage.cacheWrite + usage.output;

function add(sum: Usage, usage: Usage): void {
  for (const key of Object.keys(NO_USAGE) as (keyof Usage)[]) sum[key] += usage[key];
}
