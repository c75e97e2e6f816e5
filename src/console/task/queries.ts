/** What is asked about one task. */
import { queryOptions } from '@tanstack/react-query';
import { ASKED_ONCE } from '../api/asked-once.ts';
import { answerOf, api } from '../api/client.ts';
import { eventsQueryOf } from './events-query.ts';
import { whileWorking } from './while-working.ts';

export const taskQuery = (task: string) =>
  queryOptions({
    queryKey: ['task', task],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/tasks/{task}', { params: { path: { task } }, signal })),
    refetchInterval: ({ state }) => whileWorking(state.data?.runs),
  });

export const eventsQuery = (task: string) =>
  eventsQueryOf(task, (query, signal) =>
    answerOf(api.GET('/api/v1/tasks/{task}/events', { params: { path: { task }, query }, signal })),
  );

export const decisionsQuery = (task: string) =>
  queryOptions({
    queryKey: ['task', task, 'decisions'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/tasks/{task}/decisions', { params: { path: { task } }, signal })),
  });

/** A decision that was taken never changes. */
export const explainQuery = (task: string, seq: number) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ['decision', task, seq],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/tasks/{task}/decisions/{seq}', {
          params: { path: { task, seq } },
          signal,
        }),
      ),
  });

export const filesQuery = (task: string) =>
  queryOptions({
    queryKey: ['task', task, 'files'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/tasks/{task}/artifacts', { params: { path: { task } }, signal })),
  });

export const actsQuery = (task: string) =>
  queryOptions({
    queryKey: ['task', task, 'acts'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/tasks/{task}/acts', { params: { path: { task } }, signal })),
  });

export const budgetsQuery = (task: string) =>
  queryOptions({
    queryKey: ['task', task, 'budgets'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/tasks/{task}/budgets', { params: { path: { task } }, signal })),
  });

export const callsQuery = (task: string, run: string) =>
  queryOptions({
    queryKey: ['task', task, 'calls', run],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/tasks/{task}/runs/{run}/calls', {
          params: { path: { task, run } },
          signal,
        }),
      ),
  });
