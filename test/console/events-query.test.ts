/** Events are read once: a page that is reloaded asks only for newer ones. */
import { InfiniteQueryObserver } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { createQueryClient } from '../../src/console/api/query-client.ts';
import { eventsQueryOf } from '../../src/console/task/events-query.ts';

type Asked = { limit: number; before?: number; after?: number };

it('asks only for newer events, and for the newest alone where there are very many', async () => {
  let written = 450;
  const ask = vi.fn(async ({ limit, before = written + 1, after }: Asked) => {
    const first = after === undefined ? Math.max(1, before - limit) : after + 1;
    const last = after === undefined ? before - 1 : Math.min(written, after + limit);
    const seqs = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    const events = seqs.map(seq => ({ seq }) as never);
    return after === undefined
      ? { events: events.toReversed(), more: first > 1 }
      : { events, more: last < written };
  });
  const client = createQueryClient();
  const observer = new InfiniteQueryObserver(client, eventsQueryOf('t', ask));
  const leave = observer.subscribe(() => {});
  const shown = () =>
    observer.getCurrentResult().data?.pages.flatMap(({ events }) => events.map(({ seq }) => seq));
  const downFrom = (seq: number) => Array.from({ length: seq }, (_, at) => seq - at);
  await vi.waitFor(() => expect(shown()).toHaveLength(200));
  await observer.fetchNextPage();
  await observer.fetchNextPage();
  expect(shown()).toEqual(downFrom(450));

  ask.mockClear();
  written = 453;
  await client.invalidateQueries();
  expect(shown()).toEqual(downFrom(453));
  expect(ask.mock.calls.map(([asked]) => asked)).toEqual([{ limit: 500, after: 450 }]);

  written = 2_000;
  await client.invalidateQueries();
  expect(shown()?.slice(0, 200)).toEqual(downFrom(2_000).slice(0, 200));
  expect(shown()).toEqual(downFrom(2_000).slice(0, shown()?.length));
  leave();
  client.clear();
});
