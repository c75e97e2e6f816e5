/** Server-sent events that go on, however the connection ended. */

/** A browser whose connection was refused, as by a proxy while the server starts anew, does not come back by itself. */
const AGAIN_MS = 2_000;

/** What tells whether somebody sees the page: the document. */
type Seen = EventTarget & { readonly visibilityState: string };

/**
 * `address`: asked for at each opening. `listen` gets every connection. Returns what ends it. A tab that
 * nobody sees has none: over HTTP/1.1 a browser has six for all of its tabs, and with these taken by
 * streams nothing else is answered.
 */
export function followStream(
  address: () => URL,
  listen: (source: EventSource) => void,
  tab: Seen,
): () => void {
  let again: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource | undefined;
  const open = () => {
    const opened = new EventSource(address());
    source = opened;
    opened.addEventListener('error', () => {
      if (opened.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
    });
    listen(opened);
  };
  const close = () => {
    clearTimeout(again);
    source?.close();
  };
  const look = () => {
    close();
    if (tab.visibilityState === 'visible') open();
  };
  tab.addEventListener('visibilitychange', look);
  look();
  return () => {
    tab.removeEventListener('visibilitychange', look);
    close();
  };
}
