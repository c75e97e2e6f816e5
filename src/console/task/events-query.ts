/** The events of a task, newest first, page by page backwards. They never change: once read, only newer ones are asked for. */
import { type InfiniteData, infiniteQueryOptions } from '@tanstack/react-query';
import type { components } from '../api/schema.d.ts';

type EventPage = components['schemas']['EventPage'];
type AskedPage = { limit: number; before?: number; after?: number };

const PAGE = 200;
/** As many as the API gives at once. */
const MOST_NEW = 500;

export const eventsQueryOf = (
  task: string,
  ask: (page: AskedPage, signal: AbortSignal) => Promise<EventPage>,
) =>
  infiniteQueryOptions({
    queryKey: ['task', task, 'events'],
    queryFn: async ({ pageParam, signal, client, queryKey }): Promise<EventPage> => {
      const before = pageParam > 0 ? { before: pageParam } : {};
      const read = client.getQueryData<InfiniteData<EventPage, number>>(queryKey);
      const page = read?.pages[read.pageParams.indexOf(pageParam)];
      if (page === undefined) return ask({ limit: PAGE, ...before }, signal);
      if (pageParam > 0) return page;
      const after = page.events[0]?.seq ?? 0;
      const newer = await ask({ limit: MOST_NEW, after }, signal);
      if (newer.more) return ask({ limit: PAGE }, signal);
      return { ...page, events: [...newer.events.toReversed(), ...page.events] };
    },
    initialPageParam: 0,
    getNextPageParam: ({ events, more }) => (more ? events.at(-1)?.seq : undefined),
  });
