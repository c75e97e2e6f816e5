/**
 * Open pages are told which tasks and backlogs have grown, as server-sent events: hints alone, upon which
 * a page loads anew what it shows. One listener of the process serves all of them.
 */
import { randomUUID } from 'node:crypto';
import type { Hint, Hints } from '../../engine/ports/hints.ts';
import type { SentEvent, WriteEvents } from '../event-writer.ts';
import { repositoriesOf, type Viewer } from '../viewer.ts';

export type LiveStreams = {
  /** Resolves once this process hears of what happens. */
  listening(): Promise<void>;
  /** Writes one stream. `lastEventId`: the last that the client had. */
  open(viewer: Viewer, lastEventId: string | undefined): WriteEvents;
  /** Aborted by `end`. */
  closing: AbortSignal;
  /** Ends every stream, and opens none any more: browsers come back to whoever serves then. */
  end(): void;
};

/** Hints that a client may have missed between two connections. */
const KEPT_HINTS = 2_000;
/** Hints for a client that reads nothing: then they give way to one that says that some were missed. */
const MOST_UNREAD = 500;
const IDLE_MS = 60_000;
/**
 * What grows within this time is told together, once for each task or backlog: every hint has each open page ask
 * for what it shows. Milliseconds.
 */
const TOGETHER_MS = 150;

type LiveClient = {
  repositories: ReadonlySet<number>;
  unread: SentEvent[];
  wake(): void;
};
type Told = { number: number; hint: Hint; event: SentEvent };

export function createLiveStreams(hints: Hints): LiveStreams {
  // Another process, and this one once it has started anew, counts from the beginning.
  const process = randomUUID().slice(0, 8);
  const clients = new Set<LiveClient>();
  const kept: Told[] = [];
  const closing = new AbortController();
  let number = 0;
  let following: Promise<unknown> | null = null;
  const waiting = new Map<string, Hint>();
  let isDue = false;
  let toldAt = 0;
  const missedSome = (): SentEvent => ({ event: 'missed', id: `${process}-${number}`, data: {} });
  const tell = (client: LiveClient, event: SentEvent) => {
    if (client.unread.length < MOST_UNREAD) client.unread.push(event);
    else client.unread = [missedSome()];
    client.wake();
  };
  const tellAll = () => {
    isDue = false;
    toldAt = Date.now();
    for (const hint of waiting.values()) {
      const event = { event: 'changed', id: `${process}-${++number}`, data: hint };
      kept.push({ number, hint, event });
      if (kept.length > KEPT_HINTS) kept.shift();
      for (const client of clients)
        if (client.repositories.has(hint.repository)) tell(client, event);
    }
    waiting.clear();
  };
  const changed = (hint: Hint) => {
    const name = `${hint.kind}/${hint.id}`;
    if ((waiting.get(name)?.version ?? 0) < hint.version) waiting.set(name, hint);
    if (isDue) return;
    isDue = true;
    // However the clock was set meanwhile.
    const left = Math.min(TOGETHER_MS, Math.max(0, toldAt + TOGETHER_MS - Date.now()));
    setTimeout(tellAll, left);
  };
  const missed = () => {
    kept.length = 0;
    for (const client of clients) tell(client, missedSome());
  };

  /** What the client has not had yet; where nobody knows, that it missed some. */
  const since = (
    lastEventId: string | undefined,
    repositories: ReadonlySet<number>,
  ): SentEvent[] => {
    if (lastEventId === undefined) return [];
    const [, of, last] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(lastEventId) ?? [];
    const first = kept[0]?.number ?? number + 1;
    if (of !== process || Number(last) < first - 1) return [missedSome()];
    return kept
      .filter(told => told.number > Number(last) && repositories.has(told.hint.repository))
      .map(({ event }) => event);
  };

  return {
    async listening() {
      following ??= hints.follow({ changed, missed }).catch(error => {
        following = null;
        throw error;
      });
      await following;
    },
    open(viewer, lastEventId) {
      const repositories = new Set(repositoriesOf(viewer));
      return async (stream, ended) => {
        const unread = since(lastEventId, repositories);
        const client: LiveClient = { repositories, unread, wake: stream.wake };
        clients.add(client);
        ended(() => clients.delete(client));
        do {
          for (let next = client.unread.shift(); next; next = client.unread.shift())
            if (!(await stream.send(next))) return;
        } while (await stream.wait(IDLE_MS));
      };
    },
    closing: closing.signal,
    end: () => closing.abort(),
  };
}
