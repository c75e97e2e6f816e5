/**
 * The model endpoint: it forwards requests of one provider's dialect, adds the credential outside the
 * sandbox, counts tokens, and refuses what was not granted: other paths, fields, models, and calls
 * that there is no budget for.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { NO_USAGE, type Usage } from '../core/agent-event.ts';
import type {
  AnswerRecord,
  CallBudget,
  GatewayReport,
  ModelRoute,
  RecordExchange,
  ReservedCall,
} from '../engine/ports/gateway.ts';
import { backgroundAnswer, followAnswer } from './background-answer.ts';
import { faultIn } from './dialects/allow.ts';
import { DIALECTS } from './dialects.ts';
import { codeIn, createCallEnds, endOfAnswer, failedWith } from './last-call.ts';
import { createMeter, estimateTokens, type Meter } from './meter.ts';
import {
  type AdmittedRequest,
  type FollowedCall,
  type ModelRefusal,
  type Rejection,
  readPath,
} from './model-request.ts';
import { createModelsAllowed } from './models-allowed.ts';
import type { ReadJsonBody } from './read-json-body.ts';
import { NO_RECORD, recorded, reply } from './record-answer.ts';
import {
  isEncoded,
  pickHeaders,
  readErrorBody,
  responseHeaders,
  sendUpstream,
} from './upstream.ts';

export type ModelEndpoint = {
  /** Answers one request; `refuse` is called where the request is not allowed. */
  handle(request: IncomingMessage, response: ServerResponse, refuse: Refuse): Promise<void>;
  spent(): Pick<GatewayReport, 'usage' | 'failures' | 'lastCall'> & { requests: number };
};
type Refuse = (what: string, reason: string) => void;

/** A context of millions of tokens; pictures are sent as text. Bytes. */
export const MAX_BODY = 16 * 1024 * 1024;
/** A provider that ignores its bound is cut off at this many times the output, as estimated. */
const SLACK = 4;
/** Where a request does not say how much output it wants, it is held to this. */
const USUAL_OUTPUT = 64_000;

export function createModelEndpoint(
  route: ModelRoute,
  of: { budget: CallBudget | null; record: RecordExchange | null; readBody: ReadJsonBody },
): ModelEndpoint {
  const { budget, record, readBody } = of;
  const dialect = DIALECTS[route.dialect];
  const base = route.upstream.replace(/\/$/, '');
  const whyNot = createModelsAllowed(route);
  const settled: Usage = { ...NO_USAGE };
  const running = new Set<Meter>();
  const failures: Record<number, number> = {};
  const calls = createCallEnds();
  let requests = 0;

  /** What may be sent of a request, with its cost reserved. */
  const admit = async (
    request: IncomingMessage,
    response: ServerResponse,
    refuse: Refuse,
  ): Promise<AdmittedRequest | Rejection> => {
    const { pathname, path } = readPath(request);
    const what = `${request.method} ${pathname}`;
    let asked: string | null = null;
    let isMetered = false;
    const reject = (refusal: ModelRefusal): Rejection => ({
      ...refusal,
      path,
      body: asked === null ? null : Buffer.from(asked),
      isMetered,
    });
    const forbid = (code: string, message: string): Rejection => {
      refuse(what, message);
      return reject({ status: 403, code, message });
    };
    const kind = dialect.endpoint(request.method ?? '', pathname);
    if (kind === null)
      return forbid('forbidden_path', `${what} is not a model endpoint of this run`);
    isMetered = kind === 'metered';
    const free = { path, isMetered: false, reserved: null, background: null };
    if (request.method !== 'POST') return { ...free, body: null };

    const body = await readBody(request, response, MAX_BODY);
    if (typeof body === 'string')
      return reject({ status: 400, code: 'invalid_request_error', message: body });
    asked = JSON.stringify(body);
    const fault = faultIn(dialect.request, body);
    if (fault !== null) return forbid('forbidden_feature', fault);
    const model = dialect.model(pathname, body);
    const denied = await whyNot(model);
    if (denied !== null) return forbid('forbidden_model', denied);
    const bytes = (output: number | null) =>
      Buffer.from(JSON.stringify(dialect.prepare(body, output)));
    if (!isMetered) return { ...free, body: bytes(null) };

    const reserved = await reserve(String(model), asked.length, dialect.output(body));
    if (typeof reserved === 'string')
      return reject({ status: 429, code: 'insufficient_quota', message: reserved });
    return {
      path,
      body: bytes(reserved?.output ?? null),
      isMetered,
      reserved,
      background: dialect.background(body),
    };
  };

  /** `null`: nothing limits it. A text says why it is not sent. */
  const reserve = async (model: string, characters: number, output: number) => {
    if (!budget) return null;
    const call = { model, input: estimateTokens(characters), output: output || USUAL_OUTPUT };
    try {
      return await budget.reserve(call);
    } catch {
      return 'what it costs could not be reserved';
    }
  };

  const send = async (
    request: IncomingMessage,
    response: ServerResponse,
    call: AdmittedRequest & FollowedCall,
  ): Promise<void> => {
    const { path, body, isMetered, reserved, background, answer, ends } = call;
    const fail = (status: number, code: string, message: string) => {
      failures[status] = (failures[status] ?? 0) + 1;
      // Nobody waits for it any more.
      if (!response.destroyed) ends(failedWith(status, code, message));
      replyWithError(response, { status, code, message }, answer);
    };
    let secret: string | null;
    try {
      secret = route.credential && (await route.credential());
    } catch {
      reserved?.settle(null);
      return fail(503, 'no_credential', 'the gateway has no credential for this model');
    }
    if (isMetered) requests += 1;
    const forwarded = pickHeaders(request, ['accept', 'user-agent', ...dialect.headers]);
    const headers = { ...forwarded, ...(secret !== null && dialect.credential(secret, forwarded)) };
    const withoutSecret = (text: string) => (secret === null ? text : text.replaceAll(secret, '…'));
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
      if (response.destroyed && isMetered) {
        const input = estimateTokens(body?.length ?? 0);
        settle(reserved, { ...NO_USAGE, input, output: reserved?.output ?? 0 });
      }
      const why = error instanceof Error ? withoutSecret(error.message) : 'failed';
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
      const text = withoutSecret(await readErrorBody(upstreamResponse));
      ends(failedWith(status, codeIn(text), `the provider answered with ${status}`));
      return reply(response, { status, headers: responseHeaders(upstreamResponse), text }, answer);
    }
    if (isEncoded(upstreamResponse)) {
      upstreamResponse.destroy();
      return fail(502, 'upstream_encoding', 'the model compressed its answer unasked');
    }
    const passed = responseHeaders(upstreamResponse);
    response.writeHead(status, passed);
    response.flushHeaders();
    answer.began(status, passed);
    if (!isMetered) return pipeline(upstreamResponse, recorded(answer), response);
    const counted = { reserved, sent: body?.length ?? 0, answer, ends };
    const isStream = /^text\/event-stream/i.test(upstreamResponse.headers['content-type'] ?? '');
    const source =
      background && isStream
        ? backgroundAnswer(upstreamResponse, {
            ...followAnswer(route, base + background.answers),
            isGone: () => response.destroyed,
          })
        : upstreamResponse;
    await forwardCounting({ source, isStream }, response, counted);
  };

  /** Forwards the response as it arrives and counts it; an abort on either side ends both. */
  const forwardCounting = async (
    { source, isStream }: { source: AsyncIterable<Buffer>; isStream: boolean },
    response: ServerResponse,
    counted: { reserved: ReservedCall | null; sent: number } & FollowedCall,
  ) => {
    const { reserved, sent, answer, ends } = counted;
    const meter = createMeter(dialect, sent, isStream);
    const most = reserved ? reserved.output * SLACK : Number.POSITIVE_INFINITY;
    reserved?.follow(meter.usage);
    running.add(meter);
    let isCut = false;
    const counting = new Transform({
      transform(chunk, _encoding, done) {
        meter.feed(chunk);
        if (meter.output() > most) {
          isCut = true;
          done(new Error('the model sends more than it was asked for'));
        } else {
          answer.chunk(chunk);
          done(null, chunk);
        }
      },
    });
    async function* untilCut() {
      try {
        yield* source;
      } catch (error) {
        // Where the client has left, the provider was let go.
        isCut = !response.destroyed;
        throw error;
      }
    }
    try {
      await pipeline(untilCut, counting, response);
    } finally {
      running.delete(meter);
      settle(reserved, meter.usage());
      ends(endOfAnswer(meter, isCut));
    }
  };

  /** Counts what a request cost, once. */
  const settle = (reserved: ReservedCall | null, usage: Usage) => {
    reserved?.settle(usage);
    add(settled, usage);
  };

  const replyWithError = (
    response: ServerResponse,
    { status, code, message }: ModelRefusal,
    answer: AnswerRecord,
  ) => {
    if (response.headersSent) return void response.destroy();
    const text = JSON.stringify(dialect.error(status, code, `Gatehouse: ${message}`));
    reply(response, { status, headers: { 'content-type': 'application/json' }, text }, answer);
  };

  return {
    spent() {
      const usage = { ...settled };
      for (const meter of running) add(usage, meter.usage());
      return { usage, requests, failures: { ...failures }, lastCall: calls.last() };
    },

    async handle(request, response, refuse) {
      const ended = calls.begin();
      const call = await admit(request, response, refuse);
      const ends: FollowedCall['ends'] = end => {
        if (call.isMetered) ended(end);
      };
      const rejected = 'status' in call;
      const { path, body } = call;
      const output = rejected ? null : (call.reserved?.output ?? null);
      const method = request.method ?? '';
      const asked = { method, path, body, forwarded: !rejected, output };
      const answer = record?.(asked) ?? NO_RECORD;
      try {
        if (rejected) {
          ends(failedWith(call.status, call.code, call.message));
          replyWithError(response, call, answer);
        } else await send(request, response, { ...call, answer, ends });
      } finally {
        // A call that was not counted until now cost nothing.
        if (!rejected) call.reserved?.settle(NO_USAGE);
        answer.ended(response.writableEnded);
      }
    },
  };
}

function add(sum: Usage, usage: Usage): void {
  for (const key of Object.keys(NO_USAGE) as (keyof Usage)[]) sum[key] += usage[key];
}
