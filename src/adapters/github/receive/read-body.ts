/**
 * Reads the bodies of requests under one budget, so that no sender can make memory grow. Whether a
 * body is signed is known only at its end, so size decides: where all together hold too much, the
 * largest that has not arrived whole is refused. Small bodies never wait for large ones.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBodyParts, giveBack } from '../../../core/bounds/body-parts.ts';
import { createByteBudget } from '../../../core/bounds/byte-budget.ts';
import { createRate } from '../../../core/bounds/rate.ts';

/** Bytes of all bodies together, from their first byte until they are answered. */
const ALL_BYTES = 64 * 1024 * 1024;
/** A body has the first time, and up to the second one where it arrives at this rate. Milliseconds. */
const BASE_MS = 4_000;
const MOST_MS = 10_000;
const BYTES_IN_MS = 1024;
/** A body that is no larger is read at once; what is over it keeps this rate together. Bytes in a second. */
const SMALL_BYTES = 128 * 1024;
const LARGE_RATE = 40 * 1024 * 1024;
/** How long the rest of a refused body is discarded, so that its sender can read the answer. */
const DRAIN_MS = 1_000;

type Refusal = { status: number; problem: string };

/** How a refusal of size is written. */
type Form = { contentType: string; text: (refusal: Refusal) => string };
const PLAIN: Form = { contentType: 'text/plain; charset=utf-8', text: ({ problem }) => problem };

type ReadBody = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<Buffer<ArrayBuffer> | Refusal>;

/**
 * A reader of bodies of at most `maxBytes`. A refusal of size is answered here and its connection
 * closed; other refusals are for the caller to answer.
 */
export function createReadBody(
  maxBytes: number,
  allBytes: number = ALL_BYTES,
  form: Form = PLAIN,
): ReadBody {
  const budget = createByteBudget(allBytes);
  const rate = createRate({ perSecond: LARGE_RATE, burst: LARGE_RATE / 10 });
  /** What large bodies send waits in their connections, so that reading them leaves time for others. */
  const pace = (request: IncomingMessage, bytes: number) => {
    const wait = rate(performance.now(), bytes);
    if (wait < 1) return;
    request.pause();
    setTimeout(() => request.resume(), wait);
  };
  const close = (request: IncomingMessage, response: ServerResponse, refusal: Refusal) => {
    const { status } = refusal;
    const { contentType } = form;
    refuseAndClose(request, response, { status, contentType, said: form.text(refusal) });
    request.on('data', (part: Buffer) => {
      pace(request, part.length);
      giveBack(part);
    });
    return refusal;
  };
  const tooLarge = { status: 413, problem: `The body is over ${maxBytes} bytes.` };
  const tooMany = { status: 503, problem: 'Too many bytes at once: send it again later.' };

  return (request, response) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > maxBytes) return Promise.resolve(close(request, response, tooLarge));
    const { promise, resolve } = Promise.withResolvers<Buffer<ArrayBuffer> | Refusal>();
    const began = performance.now();
    const bytes = createBodyParts();
    const end = (outcome: Buffer<ArrayBuffer> | Refusal) => {
      clearTimeout(timer);
      request.off('data', take);
      held.arrived();
      resolve(outcome);
    };
    const refuse = (refusal: Refusal) => {
      held.release();
      // The request lives on until its sender has read the answer, and its bytes do not.
      bytes.free();
      end(close(request, response, refusal));
    };
    const held = budget.open(() => refuse(tooMany));
    const take = (part: Buffer) => {
      if (bytes.size + part.length > maxBytes) return refuse(tooLarge);
      const { length } = part;
      bytes.push(part);
      // The rest of it would come in parts as small.
      if (bytes.isFragmented) return void request.destroy();
      held.hold(bytes.held);
      if (bytes.size > SMALL_BYTES) pace(request, length);
    };
    const cutWhereSlow = () => {
      const allowed = Math.min(MOST_MS, BASE_MS + bytes.size / BYTES_IN_MS);
      const late = performance.now() - began - allowed;
      if (late >= 0) request.destroy();
      else timer = setTimeout(cutWhereSlow, -late);
    };
    let timer = setTimeout(cutWhereSlow, BASE_MS);
    request.on('data', take);
    request.once('end', () => end(asBuffer(bytes.whole())));
    request.once('error', () => {});
    request.once('close', () => {
      bytes.free();
      end({ status: 400, problem: 'The body did not arrive whole.' });
    });
    response.once('close', held.release);
    return promise;
  };
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>) =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Answers at once; the rest of the body is discarded for a moment, then the connection is cut. */
function refuseAndClose(
  request: IncomingMessage,
  response: ServerResponse,
  { status, contentType, said }: { status: number; contentType: string; said: string },
): void {
  const text = `${said}\n`;
  response.writeHead(status, {
    'content-type': contentType,
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
}
