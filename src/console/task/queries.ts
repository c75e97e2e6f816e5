/** What is asked about one task. */
import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';

export const taskQuery = (task: string) =>
  queryOptions({
    queryKey: ['task', task],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/tasks/{task}', { params: { path: { task } }, signal })),
  });
