/** How many tasks the filters leave, told to those who do not see the columns change. */
import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { counted } from '../show/count.ts';
import { columnQuery } from './queries.ts';
import type { BoardColumn, TaskSearch } from './search.ts';

export function Found({ turns, search }: { turns: readonly BoardColumn[]; search: TaskSearch }) {
  const client = useQueryClient();
  // The columns ask; this looks again whenever one of them has begun or ended.
  useIsFetching({ queryKey: ['tasks'] });
  const loaded = turns.map(turn => client.getQueryData(columnQuery(turn, search).queryKey));
  const pages = loaded.flatMap(column => column?.pages ?? []);
  const tasks = pages.reduce((sum, page) => sum + page.tasks.length, 0);
  const more = loaded.some(column => column?.pages.at(-1)?.next);
  return (
    <p role="status">
      {loaded.includes(undefined)
        ? ''
        : `${counted(tasks, 'task')} found${more ? ', and more that are not shown yet' : ''}.`}
    </p>
  );
}
