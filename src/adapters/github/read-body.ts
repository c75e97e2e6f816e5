/** Reads a request's body under a cap, so that no sender can make memory grow. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** All bodies being read at once may take this many times the cap of one. */
const AT_ONCE = 8;
const READ_MS = 10_000;
/** How long the rest of a refused body is discarded, so that its sender can read the answer. */
const DRAIN_MS = 1_000;

type Refusal = { status: number; problem: string };

/**
 * A reader of bodies of at most `maxBytes`. A refusal of size is answered here and its connection
 * closed; other refusals are for the caller to answer.
 */
export function readBody(
  maxBytes: number,
): (request: IncomingMessage, response: ServerResponse) => Promise<Buffer | Refusal> {
  let held = 0;
  const tooLarge = { status: 413, problem: `The body is over ${maxBytes} bytes.` };

  return async (request, response) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > maxBytes) return close(request, response, tooLarge);
    if (held + declared > AT_ONCE * maxBytes)
      return close(request, response, { status: 503, problem: 'Too many bodies at once.' });
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => request.destroy(), READ_MS);
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        size += chunk.length;
        held += chunk.length;
        if (size > maxBytes) {
          chunks.length = 0;
          return close(request, response, tooLarge);
        }
        chunks.push(chunk);
      }
      return Buffer.concat(chunks, size);
    } catch {
      return { status: 400, problem: 'The body did not arrive whole.' };
    } finally {
      clearTimeout(timer);
      held -= size;
    }
  };
}

/** Answers at once; the rest of the body is discarded for a moment, then the connection is cut. */
function close(request: IncomingMessage, response: ServerResponse, refusal: Refusal): Refusal {
  const text = `${refusal.problem}\n`;
  response.writeHead(refusal.status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  });
  response.write(text);
  const timer = setTimeout(() => request.destroy(), DRAIN_MS);
  const done = () => {
    clearTimeout(timer);
    response.end();
  };
  request.on('error', () => undefined);
  request.once('end', done).once('close', done).resume();
  return refusal;
}
