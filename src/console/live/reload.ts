/** Loads anew what has changed, however often it does: what is on its way comes, and is not begun again for each change. */
import type { Query, QueryClient, QueryFilters } from '@tanstack/react-query';

/** Whatever takes longer is not waited for: it is asked for anew. */
const LONGEST_MS = 20_000;

/** Those that are asked for once more as soon as their answer has come. */
const waiting = new WeakSet<Query>();

export function reload(client: QueryClient, filters: QueryFilters = {}): void {
  for (const query of client.getQueryCache().findAll(filters)) void askAgain(client, query);
}

/** An answer that is on its way may be from before the change. */
async function askAgain(client: QueryClient, query: Query): Promise<void> {
  if (waiting.has(query)) return;
  if (query.state.fetchStatus === 'fetching') {
    waiting.add(query);
    await settled(query.promise);
    waiting.delete(query);
  }
  await client.invalidateQueries({ queryKey: query.queryKey, exact: true });
}

function settled(answer: Promise<unknown> | undefined): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, LONGEST_MS);
  });
  return Promise.race([Promise.allSettled([answer]), late]).finally(() => clearTimeout(timer));
}
