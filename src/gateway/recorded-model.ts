/** The model endpoint of a replay: each request gets its recorded answer, and nothing is forwarded. */
import type { ServerResponse } from 'node:http';
import { NO_USAGE } from '../core/agent-event.ts';
import type { CallEnd, PlayedAnswer, RecordedRoute } from '../engine/ports/gateway.ts';
import type { Dialect } from './dialects/dialect.ts';
import { DIALECTS } from './dialects.ts';
import { codeIn, createCallEnds, endOfAnswer, failedWith } from './last-call.ts';
import { createMeter } from './meter.ts';
import { MAX_BODY, type ModelEndpoint } from './model-endpoint.ts';
import { readPath } from './model-request.ts';
import type { ReadJsonBody } from './read-json-body.ts';

export function createRecordedModel(
  { dialect, playback }: RecordedRoute,
  readBody: ReadJsonBody,
): ModelEndpoint {
  const ofDialect = DIALECTS[dialect];
  const calls = createCallEnds();
  return {
    // A replay spends nothing.
    spent: () => ({ usage: { ...NO_USAGE }, requests: 0, failures: {}, lastCall: calls.last() }),
    async handle(request, response) {
      const ends = calls.begin();
      const read = request.method === 'POST' ? await readBody(request, response, MAX_BODY) : null;
      const body = typeof read === 'string' ? null : read;
      const { pathname, path } = readPath(request);
      const method = request.method ?? '';
      const answer = await playback.answer({
        method,
        path,
        body,
        forwarded: output => body && ofDialect.prepare(body, output),
      });
      if (answer && ofDialect.endpoint(method, pathname) === 'metered') {
        const end = endOfRecorded(ofDialect, answer);
        if (end) ends(end);
      }
      play(response, answer);
    },
  };
}

/** `null`: there is no such answer, and the run is ended. */
export function play(response: ServerResponse, answer: PlayedAnswer | null): void {
  if (!answer) return void response.destroy();
  const { head, next } = answer;
  if (head) response.writeHead(head.status, head.headers).flushHeaders();
  if (next === 'end') response.end(answer.body);
  else if (head) response.write(answer.body, () => next === 'cut' && response.destroy());
  else if (next === 'cut') response.destroy();
}

/** How the call ended when it was recorded; `null`: it had not ended yet, as the run was ended first. */
function endOfRecorded(dialect: Dialect, { head, body, next }: PlayedAnswer): CallEnd | null {
  if (head === null || next === 'wait') return null;
  const { status } = head;
  if (status < 200 || status > 299)
    return failedWith(status, codeIn(body.toString()), `the provider answered with ${status}`);
  const streamed = /^text\/event-stream/i.test(head.headers['content-type'] ?? '');
  const meter = createMeter(dialect, 0, streamed);
  meter.feed(body);
  meter.usage();
  return endOfAnswer(meter, next === 'cut');
}
