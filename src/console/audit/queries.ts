/** What is asked about the proof of a task. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ASKED_ONCE } from '../api/asked-once.ts';
import { answerOf, api } from '../api/client.ts';
import { type DecisionSearch, decisionQueryOf } from './decision-search.ts';

/** What was verified stands until somebody asks for it again: nothing does by the way. */
const ONCE = { ...ASKED_ONCE, gcTime: 0 } as const;

/** `anchors`: what GitHub keeps is compared as well. */
export const verdictQuery = (task: string, anchors: boolean) =>
  queryOptions({
    ...ONCE,
    queryKey: ['verdict', task, anchors],
    queryFn: ({ signal }) => {
      const query = anchors ? { anchors: 'github' as const } : {};
      const params = { path: { task }, query };
      return answerOf(api.GET('/api/v1/tasks/{task}/verify', { params, signal }));
    },
  });

export const replayQuery = (task: string) =>
  queryOptions({
    ...ONCE,
    queryKey: ['replayed', task],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/tasks/{task}/replay', { params: { path: { task } }, signal })),
  });

export const stateQuery = (task: string, seq: number) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ['state', task, seq],
    queryFn: ({ signal }) => {
      const params = { path: { task, seq } };
      return answerOf(api.GET('/api/v1/tasks/{task}/states/{seq}', { params, signal }));
    },
  });

export const todayQuery = (task: string, seq: number) =>
  queryOptions({
    ...ONCE,
    queryKey: ['today', task, seq],
    queryFn: ({ signal }) => {
      const params = { path: { task, seq } };
      return answerOf(api.GET('/api/v1/tasks/{task}/decisions/{seq}/today', { params, signal }));
    },
  });

/** The tasks of a pull request. */
export const ofPullQuery = (repository: string, pull: number) =>
  queryOptions({
    queryKey: ['tasks of', repository, pull],
    queryFn: ({ signal }) => {
      const params = { query: { repository, pull } };
      return answerOf(api.GET('/api/v1/tasks', { params, signal }));
    },
  });

export const foundDecisionsQuery = (search: DecisionSearch) =>
  infiniteQueryOptions({
    queryKey: ['found decisions', search],
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam === '' ? {} : { cursor: pageParam };
      const query = { ...decisionQueryOf(search), ...cursor };
      return answerOf(api.GET('/api/v1/decisions', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (page): string | null => page.next,
  });
