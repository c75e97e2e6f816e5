/**
 * A queue of a process's output, read in the order of arrival. Where its reader lags, the process is
 * not read either, and waits with what it wants to print.
 */
type OutputChunk = { stream: 'stdout' | 'stderr'; chunk: Buffer };

type OutputQueue = {
  push(chunk: OutputChunk): void;
  end(): void;
  /** From now on nothing pauses: the process has been killed, and is read to its end. */
  release(): void;
  /** Ends once `end` was called and every chunk was read. */
  chunks: AsyncIterable<OutputChunk>;
};

/** How reading the process is paused, and goes on. */
type Flow = { pause(): void; resume(): void };

/** Bytes that may wait for the reader, and what a chunk takes besides its own. */
const MOST_WAITING = 1024 * 1024;
const OVERHEAD = 256;

export function createOutputQueue(flow: Flow): OutputQueue {
  const queue: OutputChunk[] = [];
  let waiting = 0;
  let paused = false;
  let released = false;
  let abandoned = false;
  let ended = false;
  let wake = () => {};
  const resume = () => {
    if (paused) flow.resume();
    paused = false;
  };
  const release = () => {
    released = true;
    resume();
  };
  return {
    push(chunk) {
      if (abandoned) return;
      queue.push(chunk);
      waiting += chunk.chunk.length + OVERHEAD;
      if (waiting > MOST_WAITING && !paused && !released) {
        paused = true;
        flow.pause();
      }
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    release,
    chunks: (async function* () {
      try {
        for (;;) {
          const next = queue.shift();
          if (next !== undefined) {
            waiting -= next.chunk.length + OVERHEAD;
            if (waiting <= MOST_WAITING / 2) resume();
            yield next;
          } else if (ended) return;
          else await new Promise<void>(resolve => (wake = resolve));
        }
      } finally {
        // Nobody reads what still comes, and the process is not kept from ending.
        abandoned = true;
        queue.length = 0;
        release();
      }
    })(),
  };
}
