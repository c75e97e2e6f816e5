/**
 * Open pages are told which tasks and backlogs have grown, as server-sent events: hints alone, upon which
 * a page loads anew what it shows. One listener of the process serves all of them.
 */
import { randomUUID } from 'node:crypto';
import type { Hint, Hints } from '../../engine/ports/hints.ts';
import { repositoriesOf, type Viewer } from '../viewer.ts';

export type LiveStreams = {
  /** `lastEventId`: the last one that the client had. `null`: too many are open. */
  open(viewer: Viewer, lastEventId: string | undefined): Promise<ReadableStream<Uint8Array> | null>;
  /** Ends every stream, and opens none any more: browsers come back to whoever serves then. */
  end(): void;
};

const LIMITS = { ofViewer: 20, ofProcess: 300 };
const BEAT_MS = 15_000;
/** How long a browser waits before it comes back. */
const AGAIN_MS = 2_000;
/** Then the browser comes back, and what it may see is looked up anew. */
const LONGEST_MS = 5 * 60_000;
/** Hints that a client may have missed between two connections. */
const KEPT_HINTS = 2_000;
/** Of a client that reads nothing: then it is left, and comes back. */
const MOST_UNREAD = 64 * 1024;

type LiveClient = { repositories: ReadonlySet<number>; send(text: string): void; end(): void };
type Told = { number: number; hint: Hint };

export function createLiveStreams(hints: Hints): LiveStreams {
  // Another process, and this one once it has started anew, counts from the beginning.
  const process = randomUUID().slice(0, 8);
  const clients = new Set<LiveClient>();
  const perViewer = new Map<string, number>();
  const kept: Told[] = [];
  let number = 0;
  let ended = false;
  let following: Promise<unknown> | null = null;
  const toAll = (text: string, mayGo: (client: LiveClient) => boolean) => {
    for (const client of clients) if (mayGo(client)) client.send(text);
  };
  const changed = (hint: Hint) => {
    const told = { number: ++number, hint };
    kept.push(told);
    if (kept.length > KEPT_HINTS) kept.shift();
    toAll(event(told), client => client.repositories.has(hint.repository));
  };
  const missed = () => {
    kept.length = 0;
    toAll(missedSome(), () => true);
  };
  const event = ({ number: id, hint }: Told): string =>
    `id: ${process}-${id}\nevent: changed\ndata: ${JSON.stringify(hint)}\n\n`;
  const missedSome = (): string => `id: ${process}-${number}\nevent: missed\ndata: {}\n\n`;

  /** What the client has not had yet; where nobody knows, that it missed some. */
  const since = (lastEventId: string | undefined, repositories: ReadonlySet<number>): string => {
    if (lastEventId === undefined) return '';
    const [, of, last] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(lastEventId) ?? [];
    const first = kept[0]?.number ?? number + 1;
    if (of !== process || Number(last) < first - 1) return missedSome();
    return kept
      .filter(told => told.number > Number(last) && repositories.has(told.hint.repository))
      .map(event)
      .join('');
  };

  return {
    async open(viewer, lastEventId) {
      const name = viewerName(viewer);
      const open = perViewer.get(name) ?? 0;
      if (ended || open >= LIMITS.ofViewer || clients.size >= LIMITS.ofProcess) return null;
      following ??= hints.follow({ changed, missed }).catch(error => {
        following = null;
        throw error;
      });
      await following;
      const repositories = new Set(repositoriesOf(viewer));
      const encoder = new TextEncoder();
      let close = () => {};
      return new ReadableStream<Uint8Array>(
        {
          start(controller) {
            const timers = [
              setInterval(() => client.send(': beat\n\n'), BEAT_MS),
              setTimeout(() => client.end(), LONGEST_MS),
            ];
            const leave = () => {
              if (!clients.delete(client)) return;
              for (const timer of timers) clearTimeout(timer);
              const left = (perViewer.get(name) ?? 1) - 1;
              if (left > 0) perViewer.set(name, left);
              else perViewer.delete(name);
            };
            const client: LiveClient = {
              repositories,
              send(text) {
                if ((controller.desiredSize ?? 0) < -MOST_UNREAD) client.end();
                else controller.enqueue(encoder.encode(text));
              },
              end() {
                leave();
                controller.close();
              },
            };
            clients.add(client);
            perViewer.set(name, open + 1);
            close = leave;
            client.send(`retry: ${AGAIN_MS}\n\n${since(lastEventId, repositories)}`);
          },
          cancel: () => close(),
        },
        { highWaterMark: 0, size: chunk => chunk.byteLength },
      );
    },
    end() {
      ended = true;
      for (const client of [...clients]) client.end();
    },
  };
}

const viewerName = ({ who }: Viewer): string =>
  who.kind === 'operator' ? `operator ${who.name}` : `${who.kind} ${who.id}`;
