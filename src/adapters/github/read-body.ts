/**
 * Reads the bodies of requests under one budget, so that no sender can make memory grow. Whether a
 * body is signed is known only at its end, so size decides: where all together hold too much, the
 * largest that has not arrived whole is refused. Small bodies never wait for large ones.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Bytes of all bodies together, from their first byte until they are answered. */
const ALL_BYTES = 64 * 1024 * 1024;
/** A body has the first time, and up to the second one where it arrives at this rate. Milliseconds. */
const BASE_MS = 4_000;
const MOST_MS = 10_000;
const BYTES_IN_MS = 1024;
/** How long the rest of a refused body is discarded, so that its sender can read the answer. */
const DRAIN_MS = 1_000;
const FIRST_BYTES = 16 * 1024;

type Refusal = { status: number; problem: string };

type ReadBody = (
  request: IncomingMessage,
  response: ServerResponse,
  /** Sees each part as it arrives. */
  onPart?: (part: Buffer) => void,
) => Promise<Buffer | Refusal>;

/** A body that is arriving. */
type Arriving = { held: number; refuse(refusal: Refusal): void };

/**
 * A reader of bodies of at most `maxBytes`. A refusal of size is answered here and its connection
 * closed; other refusals are for the caller to answer.
 */
export function createReadBody(maxBytes: number, allBytes: number = ALL_BYTES): ReadBody {
  const arriving = new Set<Arriving>();
  let held = 0;
  const tooLarge = { status: 413, problem: `The body is over ${maxBytes} bytes.` };
  const tooMany = { status: 503, problem: 'Too many bytes at once: send it again later.' };

  const makeRoom = () => {
    while (held > allBytes) {
      const largest = [...arriving].reduce<Arriving | null>(
        (most, one) => (most === null || one.held > most.held ? one : most),
        null,
      );
      // All else is whole and will be answered soon.
      if (largest === null) return;
      largest.refuse(tooMany);
    }
  };

  return (request, response, onPart = () => {}) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > maxBytes) return Promise.resolve(close(request, response, tooLarge));
    const { promise, resolve } = Promise.withResolvers<Buffer | Refusal>();
    const began = performance.now();
    // One buffer that grows: a list of parts would cost more than its bytes where they are small.
    let bytes: Buffer = Buffer.alloc(0);
    let size = 0;
    const hold = (next: Buffer) => {
      held += next.length - bytes.length;
      bytes = next;
      body.held = next.length;
    };
    const end = (outcome: Buffer | Refusal) => {
      clearTimeout(timer);
      arriving.delete(body);
      request.off('data', take);
      resolve(outcome);
    };
    const body: Arriving = {
      held: 0,
      refuse(refusal) {
        hold(Buffer.alloc(0));
        end(close(request, response, refusal));
      },
    };
    const take = (part: Buffer) => {
      if (size + part.length > maxBytes) return body.refuse(tooLarge);
      if (size + part.length > bytes.length) {
        const wanted = Math.max(size + part.length, 2 * bytes.length, FIRST_BYTES);
        const most = Math.max(size + part.length, Math.min(declared || maxBytes, maxBytes));
        const grown = Buffer.allocUnsafeSlow(Math.min(wanted, most));
        bytes.copy(grown, 0, 0, size);
        hold(grown);
      }
      part.copy(bytes, size);
      size += part.length;
      onPart(part);
      makeRoom();
    };
    const cutWhereSlow = () => {
      const allowed = Math.min(MOST_MS, BASE_MS + size / BYTES_IN_MS);
      const late = performance.now() - began - allowed;
      if (late >= 0) request.destroy();
      else timer = setTimeout(cutWhereSlow, -late);
    };
    let timer = setTimeout(cutWhereSlow, BASE_MS);
    arriving.add(body);
    request.on('data', take);
    request.once('end', () => end(bytes.subarray(0, size)));
    request.once('error', () => {});
    request.once('close', () => end({ status: 400, problem: 'The body did not arrive whole.' }));
    response.once('close', () => hold(Buffer.alloc(0)));
    return promise;
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
