/**
 * The model endpoint: it forwards requests of one provider's dialect, adds the credential outside the
 * sandbox, counts tokens, and refuses what was not granted: other paths, fields, models, and calls
 * that there is no budget for.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { NO_USAGE } from '../core/agent-event.ts';
import type {
  AnswerRecord,
  GatewayReport,
  GatewaySpec,
  ModelRoute,
  ReservedCall,
} from '../engine/ports/gateway.ts';
import { attachedTokens } from './attached-tokens.ts';
import { createBackgroundCalls } from './background-calls.ts';
import { createCountedAnswers } from './counted-answers.ts';
import { faultIn } from './dialects/allow.ts';
import { DIALECTS } from './dialects.ts';
import { codeIn, createCallEnds, failedWith } from './last-call.ts';
import { estimateTokens } from './meter.ts';
import {
  type AdmittedRequest,
  type FollowedCall,
  type ModelRefusal,
  type Rejection,
  readPath,
} from './model-request.ts';
import { createModelsAllowed } from './models-allowed.ts';
import { createOutputBounds } from './output-bounds.ts';
import type { ReadJsonBody } from './read-json-body.ts';
import { NO_RECORD, recorded, reply } from './record-answer.ts';
import type { AdmitCall } from './request-limit.ts';
import {
  isEncoded,
  pickHeaders,
  readErrorBody,
  responseHeaders,
  sendUpstream,
} from './upstream.ts';
import { LEFT, watchCall } from './watched-call.ts';
import { writeJson } from './write-json.ts';

export type ModelEndpoint = {
  /** Answers one request; `refuse` is called where the request is not allowed. */
  handle(request: IncomingMessage, response: ServerResponse, refuse: Refuse): Promise<void>;
  spent(): Pick<GatewayReport, 'usage' | 'failures' | 'lastCall'> & { requests: number };
};
type Refuse = (what: string, reason: string) => void;

/** A context of millions of tokens; pictures are sent as text. Bytes. */
export const MAX_BODY = 16 * 1024 * 1024;
/** A server that runs open models says so by the second. */
const REFUSES_BOUND = new Set([400, 422]);
const REFUSED =
  'the provider refused the credential that Gatehouse has; whoever operates it sees which by `gatehouse doctor --live`';

export function createModelEndpoint(
  route: ModelRoute,
  of: Pick<GatewaySpec, 'budget' | 'record' | 'background' | 'called'> & {
    readBody: ReadJsonBody;
    admitCall: AdmitCall;
  },
): ModelEndpoint {
  const { budget, record, background: answers, called, readBody, admitCall } = of;
  const dialect = DIALECTS[route.dialect];
  const base = route.upstream.replace(/\/$/, '');
  const whyNot = createModelsAllowed(route);
  const counted = createCountedAnswers(dialect);
  const bounds = createOutputBounds();
  const inBackground = createBackgroundCalls(route, counted, answers);
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
    let named = '';
    let isMetered = false;
    const reject = (refusal: ModelRefusal): Rejection => ({
      ...refusal,
      path,
      model: named,
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
    const nothing = { input: 0, reserved: null, again: () => null, background: null, left: null };
    const free = { path, model: named, isMetered: false, ...nothing };
    if (request.method !== 'POST') return { ...free, body: null };

    const body = await readBody(request, response, MAX_BODY);
    if (typeof body === 'string')
      return reject({ status: 400, code: 'invalid_request_error', message: body });
    asked = writeJson(body);
    const fault = faultIn(dialect.request, body);
    if (fault !== null) return forbid('forbidden_feature', fault);
    const model = dialect.model(pathname, body);
    named = typeof model === 'string' ? model : '';
    const denied = await whyNot(model);
    if (denied !== null) return forbid('forbidden_model', denied);
    const bytes = (output: number | null, of = body) =>
      Buffer.from(writeJson(dialect.prepare(of, output)));
    if (!isMetered) return { ...free, body: bytes(null) };

    const input = estimateTokens(asked) + attachedTokens(asked);
    const wanted = dialect.output(body);
    const output = wanted || bounds.usual(named, input);
    let reserved: ReservedCall | string | null;
    try {
      // `null`: nothing limits it. A text says which cap leaves no room.
      reserved = (await budget?.reserve({ model: String(model), input, output })) ?? null;
    } catch {
      const message = 'what it costs could not be reserved; this passes once the database answers';
      return reject({ status: 503, code: 'reservation_failed', message });
    }
    if (typeof reserved === 'string')
      return reject({ status: 429, code: 'insufficient_quota', message: reserved });
    const background = dialect.background(body);
    const forwarded = (output: number | null) => dialect.prepare(body, output);
    const askedAgain = { method: 'POST', path, body, forwarded };
    const bound = reserved?.output ?? null;
    return {
      path,
      model: named,
      body: bytes(bound),
      isMetered,
      input,
      reserved,
      again(said) {
        if (bound === null || wanted > 0) return null;
        const less = bounds.refused(named, { said, output: bound, input });
        return less && bytes(less.output, { ...body, ...less.fields });
      },
      background,
      // Where nobody can tell, it is asked for anew.
      left: (background && (await answers?.left(askedAgain).catch(() => null))) ?? null,
    };
  };

  const send = async (
    request: IncomingMessage,
    response: ServerResponse,
    call: AdmittedRequest & FollowedCall,
  ): Promise<void> => {
    const { path, body, isMetered, reserved, background, answer, watched, ends } = call;
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
    // Whoever left while the call was admitted waits for no answer.
    if (response.destroyed) return reserved?.settle(null);
    if (isMetered) requests += 1;
    const forwarded = pickHeaders(request, ['accept', 'user-agent', ...dialect.headers]);
    const headers = { ...forwarded, ...(secret !== null && dialect.credential(secret, forwarded)) };
    const withoutSecret = (text: string) => (secret === null ? text : text.replaceAll(secret, '…'));
    const began = performance.now();
    let isSent = false;
    const sent = () => {
      isSent = true;
    };
    const unanswered = () => {
      // A provider may go on with what nobody reads any more.
      const mayGoOn = response.destroyed || background !== null;
      if (isMetered) watched.used(counted.settleUnanswered({ ...call, began }, mayGoOn));
    };
    const client = { request, response, sent };
    const ask = (asked: Buffer | null) =>
      sendUpstream(new URL(base + path), client, headers, asked);
    let upstreamResponse: IncomingMessage;
    let refusal: string | null = null;
    try {
      upstreamResponse = await ask(body);
      if (REFUSES_BOUND.has(upstreamResponse.statusCode ?? 0)) {
        refusal = await readErrorBody(upstreamResponse);
        const less = call.again(refusal);
        if (less) {
          isSent = false;
          refusal = null;
          upstreamResponse = await ask(less);
        }
      }
    } catch (error) {
      if (isSent) unanswered();
      const why = error instanceof Error ? withoutSecret(error.message) : 'failed';
      return fail(502, 'upstream_unreachable', `the model does not answer: ${why}`);
    }

    const status = upstreamResponse.statusCode ?? 502;
    if (status === 401 || status === 403) {
      // A provider's message about a bad key may contain it, so it is not forwarded.
      upstreamResponse.resume();
      return fail(status, 'credential_refused', REFUSED);
    }
    if (status < 200 || status > 299) {
      failures[status] = (failures[status] ?? 0) + 1;
      const text = withoutSecret(refusal ?? (await readErrorBody(upstreamResponse)));
      ends(failedWith(status, codeIn(text), `the provider answered with ${status}`));
      return reply(response, { status, headers: responseHeaders(upstreamResponse), text }, answer);
    }
    if (isEncoded(upstreamResponse)) {
      upstreamResponse.destroy();
      unanswered();
      return fail(502, 'upstream_encoding', 'the model compressed its answer unasked');
    }
    const passed = responseHeaders(upstreamResponse);
    response.writeHead(status, passed);
    response.flushHeaders();
    answer.began(status, passed);
    if (!isMetered) return pipeline(upstreamResponse, recorded(answer), response);
    const isStream = /^text\/event-stream/i.test(upstreamResponse.headers['content-type'] ?? '');
    const followed = { ...call, began };
    if (isStream && background) return inBackground.follow(upstreamResponse, response, followed);
    const passing = { source: upstreamResponse, isStream };
    const never = () => false;
    await counted.forward(passing, response, { ...followed, isLeft: never, mayGoOn: never });
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
      const usage = counted.usage();
      return { usage, requests, failures: { ...failures }, lastCall: calls.last() };
    },

    async handle(request, response, refuse) {
      if (!(await admitCall(response))) return;
      const ended = calls.begin();
      const watched = watchCall(called);
      const call = await admit(request, response, refuse);
      const ends: FollowedCall['ends'] = end => {
        if (!call.isMetered) return;
        ended(end);
        watched.ended(call.model, end);
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
        } else {
          const followed = { ...call, answer, watched, ends };
          if (!(await inBackground.takeUpLeft(response, followed)))
            await send(request, response, followed);
        }
      } finally {
        // A call that was not counted until now cost nothing.
        if (!rejected) call.reserved?.settle(NO_USAGE);
        // The agent has left before an answer began.
        if (call.isMetered) watched.ended(call.model, LEFT);
        answer.ended(response.writableEnded);
      }
    },
  };
}
