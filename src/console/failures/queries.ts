/** What is asked about failures. */
import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';
import type { operations } from '../api/schema.d.ts';

type FailuresQuery = NonNullable<operations['getFailures']['parameters']['query']>;

export const failuresQuery = (query: FailuresQuery) =>
  queryOptions({
    queryKey: ['failures', query],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/failures', { params: { query }, signal })),
  });
