/** What is asked about one backlog, and what a person does to it. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api, type FromApi } from '../api/client.ts';

export const backlogQuery = (backlog: string) =>
  queryOptions({
    queryKey: ['backlog', backlog],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/backlogs/{backlog}', { params: { path: { backlog } }, signal })),
  });

/** Whatever came of it, what is shown of the backlog is asked for anew. */
export function useBacklogAct(backlog: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: FromApi<'BacklogAct'>) =>
      answerOf(
        api.POST('/api/v1/backlogs/{backlog}/acts', { params: { path: { backlog } }, body }),
      ),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['backlog', backlog] }),
        client.invalidateQueries({ queryKey: ['backlogs'] }),
        client.invalidateQueries({ queryKey: ['approvals'] }),
      ]),
  });
}
