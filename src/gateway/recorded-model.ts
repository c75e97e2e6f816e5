/** The model endpoint of a replay: each request gets its recorded answer, and nothing is forwarded. */
import { NO_USAGE } from '../core/agent-event.ts';
import type { RecordedRoute } from '../engine/ports/gateway.ts';
import { DIALECTS } from './dialects.ts';
import { MAX_BODY, type ModelEndpoint, readPath } from './model-endpoint.ts';
import type { ReadJsonBody } from './read-json-body.ts';

export function createRecordedModel(
  { dialect, playback }: RecordedRoute,
  readBody: ReadJsonBody,
): ModelEndpoint {
  const { prepare } = DIALECTS[dialect];
  return {
    // A replay spends nothing.
    spent: () => ({ usage: { ...NO_USAGE }, requests: 0, failures: {} }),
    async handle(request, response) {
      const read = request.method === 'POST' ? await readBody(request, response, MAX_BODY) : null;
      const body = typeof read === 'string' ? null : read;
      const answer = await playback.answer({
        method: request.method ?? '',
        path: readPath(request).path,
        body,
        forwarded: output => body && prepare(body, output),
      });
      // There is no such answer: the run is ended.
      if (!answer) return void response.destroy();
      const { head, next } = answer;
      if (head) response.writeHead(head.status, head.headers).flushHeaders();
      if (next === 'end') response.end(answer.body);
      else if (head) response.write(answer.body, () => next === 'cut' && response.destroy());
      else if (next === 'cut') response.destroy();
    },
  };
}
