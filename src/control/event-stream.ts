/** Server-sent events: written as fast as the reader takes them, and ended when nobody reads any more. */
import { type ApiAnswer, refused } from './endpoint.ts';
import type { EventWriter, WriteEvents } from './event-writer.ts';
import type { HttpProblem } from './problem.ts';

/** Streams of this process at once. */
const MOST_STREAMS = 500;
/** A proxy takes a connection on which nothing is said for dead. Milliseconds. */
const HEARTBEAT_MS = 15_000;
/** After so long the client comes again, and is asked again who it is. Milliseconds. */
const LASTS_MS = 120_000;
/** How soon it comes again. Milliseconds. */
const RETRY_MS = 1_000;

const HEADERS = {
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

let streams = 0;

/** `gone`: aborted when nobody reads any more. */
export function eventStream(gone: AbortSignal, write: WriteEvents): ApiAnswer<never> {
  if (streams >= MOST_STREAMS) return refused(TOO_MANY);
  streams += 1;
  const encoder = new TextEncoder();
  const stops: (() => void)[] = [];
  const signal = AbortSignal.any([gone, AbortSignal.timeout(LASTS_MS)]);
  let isOver = false;
  let woken = Promise.withResolvers<void>();
  let room = Promise.withResolvers<void>();
  const end = () => {
    if (isOver) return;
    isOver = true;
    streams -= 1;
    for (const stop of stops) stop();
    woken.resolve();
    room.resolve();
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const put = (text: string) => controller.enqueue(encoder.encode(text));
      const heartbeat = setInterval(() => put(':\n\n'), HEARTBEAT_MS);
      stops.push(() => clearInterval(heartbeat));
      const close = () => {
        if (isOver) return;
        end();
        controller.close();
      };
      signal.addEventListener('abort', close, { once: true });
      put(`retry: ${RETRY_MS}\n\n`);
      const writer: EventWriter = {
        async send({ event, id, data }) {
          while (!isOver && (controller.desiredSize ?? 0) <= 0) {
            room = Promise.withResolvers();
            await room.promise;
          }
          if (isOver) return false;
          put(
            `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
          );
          return true;
        },
        async wait(ms) {
          const timer = setTimeout(woken.resolve, ms);
          await woken.promise;
          clearTimeout(timer);
          woken = Promise.withResolvers();
          return !isOver;
        },
        wake: () => woken.resolve(),
      };
      // What fails ends the stream: the client comes again, and is told why where that fails as well.
      const ended = (stop: () => void) => void (isOver ? stop() : stops.push(stop));
      write(writer, ended).then(close, close);
    },
    pull: () => room.resolve(),
    cancel: end,
  });
  return { ok: true, etag: null, headers: HEADERS, body };
}

const TOO_MANY: HttpProblem = {
  status: 503,
  title: 'Service Unavailable',
  code: 'too_many_streams',
  message: 'This process follows as much as it can at once.',
  next: 'Read page by page, or try again later.',
  headers: { 'retry-after': '30' },
};
