/** What a process prints, handed on in the order of its arrival. */
export type Chunk = { stream: 'stdout' | 'stderr'; chunk: Buffer };

export type Output = {
  push(chunk: Chunk): void;
  end(): void;
  /** Ends once `end` was said and everything is read. */
  chunks: AsyncIterable<Chunk>;
};

export function createOutput(): Output {
  const queue: Chunk[] = [];
  let ended = false;
  let wake = () => {};
  return {
    push(chunk: Chunk) {
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
