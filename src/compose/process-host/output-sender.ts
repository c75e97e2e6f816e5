/** Sends a process's output to Gatehouse: gathered, and no faster than it is read there. */
import { costOf, type SentOutput } from './messages.ts';

/** Small pieces that come within this time are sent together. Milliseconds. */
const GATHER_MS = 5;
/** What may be on its way and unread. Bytes. */
const MOST_UNREAD = 1024 * 1024;

export type OutputSender = {
  /** Resolves once more may come. */
  add(one: SentOutput): Promise<void>;
  /** The other end has read output of this cost. */
  read(cost: number): void;
  flush(): void;
};

export function createOutputSender(send: (output: SentOutput[]) => void): OutputSender {
  let gathered: SentOutput[] = [];
  let unread = 0;
  let last = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let wake = () => {};
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    last = performance.now();
    if (gathered.length > 0) send(gathered);
    gathered = [];
  };
  return {
    async add(one) {
      gathered.push(one);
      unread += costOf(one);
      const since = performance.now() - last;
      if (since >= GATHER_MS) flush();
      else timer ??= setTimeout(flush, GATHER_MS - since);
      while (unread > MOST_UNREAD) await new Promise<void>(resolve => (wake = resolve));
    },
    read(cost) {
      unread -= cost;
      wake();
    },
    flush,
  };
}
