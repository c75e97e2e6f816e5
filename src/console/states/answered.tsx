/** Shows what was asked of the API once it is there, and until then the state that it is in. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiProblem, unreachable } from '../api/problem.ts';
import { Failed, Loading, Stale } from './state.tsx';

type Asked<T> = Pick<UseQueryResult<T>, 'data' | 'error' | 'dataUpdatedAt' | 'refetch'>;

/** `what` is loaded, as in "Loading the tasks …". */
export function Answered<T>({
  query,
  what,
  children,
}: {
  query: Asked<T>;
  what: string;
  children: (data: T) => ReactNode;
}) {
  const { data, error, dataUpdatedAt } = query;
  const again = () => void query.refetch();
  const problem = error instanceof ApiProblem ? error : error && unreachable();
  // What one may not see any more is not shown any longer either.
  if (problem && (data === undefined || [401, 403, 404].includes(problem.status)))
    return <Failed problem={problem} again={again} />;
  if (data === undefined) return <Loading what={what} />;
  return (
    <>
      {problem && <Stale since={new Date(dataUpdatedAt)} again={again} />}
      {children(data)}
    </>
  );
}
