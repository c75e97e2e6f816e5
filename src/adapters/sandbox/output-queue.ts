/** A queue of a process's output, read in the order of arrival. */
type OutputChunk = { stream: 'stdout' | 'stderr'; chunk: Buffer };

type OutputQueue = {
  push(chunk: OutputChunk): void;
  end(): void;
  /** Ends once `end` was called and every chunk was read. */
  chunks: AsyncIterable<OutputChunk>;
};

export function createOutputQueue(): OutputQueue {
  const queue: OutputChunk[] = [];
  let ended = false;
  let wake = () => {};
  return {
    push(chunk: OutputChunk) {
      queue.push(chunk);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    chunks: (async function* () {
      for (;;) {
        const next = queue.shift();
        if (next !== undefined) yield next;
        else if (ended) return;
        else await new Promise<void>(resolve => (wake = resolve));
      }
    })(),
  };
}
