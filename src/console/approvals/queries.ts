/** What is asked about requests for approval, and what a person does. */
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { answerOf, api, type FromApi } from '../api/client.ts';

export const LISTS = ['mine', 'waiting', 'aside', 'decided'] as const;
export type InboxTab = (typeof LISTS)[number];

/** Requests of a page, and the most questions. */
export const PAGE = 50;

export const inboxQuery = (list: InboxTab) =>
  infiniteQueryOptions({
    queryKey: ['approvals', list],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        api.GET('/api/v1/approvals', {
          params: { query: { list, limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page): string | null => page.next,
  });

export const approvalQuery = (task: string, approval: string) =>
  queryOptions({
    queryKey: ['task', task, 'approval', approval],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/tasks/{task}/approvals/{approval}', {
          params: { path: { task, approval } },
          signal,
        }),
      ),
  });

/** Whatever came of it, what is shown of the task is asked for anew. */
export function useAct(task: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: FromApi<'Act'>) =>
      answerOf(api.POST('/api/v1/tasks/{task}/acts', { params: { path: { task } }, body })),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['task', task] }),
        client.invalidateQueries({ queryKey: ['approvals'] }),
      ]),
  });
}
