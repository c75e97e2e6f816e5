/** The tasks of one column, page by page. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';
import { type BoardColumn, filterOf, type TaskSearch } from './search.ts';

const PAGE = 25;

/** Whoever has waited for longest first; what has ended, newest first. */
export const columnQuery = (turn: BoardColumn, search: TaskSearch) => {
  const filter = filterOf(search);
  return infiniteQueryOptions({
    queryKey: ['tasks', turn, filter],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        api.GET('/api/v1/tasks', {
          params: {
            query: {
              ...filter,
              waitsOn: turn,
              sort: turn === 'nobody' ? 'updated' : 'waiting',
              limit: PAGE,
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next,
  });
};
