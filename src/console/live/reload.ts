/** Loads anew what has changed, however often it does: what is on its way comes, and is not begun again for each change. */
import type { QueryClient, QueryFilters } from '@tanstack/react-query';

/** Whatever takes longer is not waited for: it is asked for anew. */
const LONGEST_MS = 20_000;

/** What it returns has one `load` at a time run, and one more afterwards where it was called meanwhile. */
export function oneAtATime(load: () => Promise<unknown>): () => void {
  let running = false;
  let wanted = false;
  const run = async () => {
    running = true;
    while (wanted) {
      wanted = false;
      await load();
    }
    running = false;
  };
  return () => {
    wanted = true;
    if (!running) void run();
  };
}

/** An answer that was on its way may be from before the change, so it is asked for once more. */
export async function reload(client: QueryClient, filters: QueryFilters = {}): Promise<void> {
  const coming = client.getQueryCache().findAll({ ...filters, fetchStatus: 'fetching' });
  await inTime(Promise.allSettled(coming.map(({ promise }) => promise)));
  await inTime(client.invalidateQueries(filters));
}

const inTime = (loaded: Promise<unknown>): Promise<unknown> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, LONGEST_MS);
  });
  return Promise.race([loaded, late]).finally(() => clearTimeout(timer));
};
