/** Server-sent events that go on, however the connection ended. */

/** A browser whose connection was refused, as by a proxy while the server starts anew, does not come back by itself. */
const AGAIN_MS = 2_000;

/** `address`: asked for at each opening. `listen` gets every connection. Returns what ends it. */
export function followStream(
  address: () => URL,
  listen: (source: EventSource) => void,
): () => void {
  let again: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource;
  const open = () => {
    const opened = new EventSource(address());
    source = opened;
    opened.addEventListener('error', () => {
      if (opened.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
    });
    listen(opened);
  };
  open();
  return () => {
    clearTimeout(again);
    source.close();
  };
}
