/** What is asked about a change: its files, and the parts of them that are looked at. */
import { queryOptions } from '@tanstack/react-query';
import { ASKED_ONCE } from '../api/asked-once.ts';
import { answerOf, api } from '../api/client.ts';

/** The change that a request is about, as a whole or since it was approved; or that a run made; without either, the last that was accepted. */
export type ChangeOf = { approval: string; since: 'base' | 'approval' } | { run?: string };

export const diffQuery = (task: string, of: ChangeOf) =>
  queryOptions({
    queryKey: ['task', task, 'diff', of],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/tasks/{task}/diff', {
          params: { path: { task }, query: of },
          signal,
        }),
      ),
  });

/** What a part shows never changes in one `version` of the change; `null`: the change has another one now. */
export const partQuery = (
  task: string,
  { of, version }: { of: ChangeOf; version: string },
  { file, part }: { file: number; part: number },
) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ['diff', task, of, version, file, part],
    queryFn: async ({ signal, client }) => {
      const answer = await answerOf(
        api.GET('/api/v1/tasks/{task}/diff/{file}/{part}', {
          params: { path: { task, file, part }, query: of },
          signal,
        }),
      );
      if (answer.version === version) return answer;
      void client.invalidateQueries({ queryKey: diffQuery(task, of).queryKey });
      return null;
    },
  });
