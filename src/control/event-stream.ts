/** Server-sent events: written as fast as the reader takes them, and ended when nobody reads any more. */
import { type ApiAnswer, refused } from './endpoint.ts';
import type { EventWriter, SentEvent, WriteEvents } from './event-writer.ts';
import type { HttpProblem } from './problem.ts';
import { stillStands } from './still-stands.ts';
import { type Viewer, viewerName } from './viewer.ts';

/** Streams of this process at once, and those of one viewer. */
const MOST_STREAMS = 500;
const MOST_OF_VIEWER = 20;
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

/** Of whom each stream is that is open. */
const streams = new Map<StreamReader, string>();

const encoder = new TextEncoder();
/** What many streams send is encoded once. */
const encoded = new WeakMap<SentEvent, Uint8Array>();

function encodedOf(sent: SentEvent): Uint8Array {
  const known = encoded.get(sent);
  if (known) return known;
  const { event, id, data } = sent;
  const named = id === undefined ? '' : `id: ${id}\n`;
  const bytes = encoder.encode(`${named}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  encoded.set(sent, bytes);
  return bytes;
}

type StreamReader = {
  viewer: Viewer;
  /** Aborted when nobody reads any more. */
  gone: AbortSignal;
  /** Whether the reader is still known, and may see what it could. */
  stands(): Promise<boolean>;
};

export function eventStream(reader: StreamReader, write: WriteEvents): ApiAnswer<never> {
  const { viewer, gone, stands } = reader;
  const name = viewerName(viewer);
  if (streams.size >= MOST_STREAMS) return refused(TOO_MANY);
  if (
    streams
      .values()
      .filter(of => of === name)
      .toArray().length >= MOST_OF_VIEWER
  )
    return refused(TOO_MANY_OF_VIEWER);
  streams.set(reader, name);
  const stops: (() => void)[] = [];
  const signal = AbortSignal.any([gone, AbortSignal.timeout(LASTS_MS)]);
  let isOver = false;
  const maySee = stillStands(stands);
  let woken = Promise.withResolvers<void>();
  let room = Promise.withResolvers<void>();
  const end = () => {
    if (isOver) return;
    isOver = true;
    streams.delete(reader);
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
      // What is aborted already tells nobody so.
      if (signal.aborted) return close();
      signal.addEventListener('abort', close, { once: true });
      put(`retry: ${RETRY_MS}\n\n`);
      const writer: EventWriter = {
        async send(sent) {
          while (!isOver && (controller.desiredSize ?? 0) <= 0) {
            room = Promise.withResolvers();
            await room.promise;
          }
          if (!isOver && !(await maySee())) close();
          if (isOver) return false;
          controller.enqueue(encodedOf(sent));
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

const TOO_MANY_OF_VIEWER: HttpProblem = {
  status: 429,
  title: 'Too Many Requests',
  code: 'too_many_streams',
  message: 'You follow as many pages and logs at once as one may.',
  next: 'Close some of them, or read page by page.',
  headers: { 'retry-after': '30' },
};
