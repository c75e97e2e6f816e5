/** Shows what was asked of the API once it is there, and until then the state that it is in. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { problemIn } from '../api/problem.ts';
import { PageTitle } from '../show/page-title.tsx';
import { Failed, Loading, Stale } from './state.tsx';

type ShownQuery<T> = Pick<UseQueryResult<T>, 'data' | 'error' | 'dataUpdatedAt' | 'refetch'>;

/**
 * `what` is loaded, as in "Loading the tasks …". `title`: the heading of the page, where what is asked
 * for is the whole page and has a heading of its own once it is there. `within`: it is part of a page that
 * says by itself where the server does not answer.
 */
export function Answered<T>({
  query,
  what,
  title,
  within = false,
  children,
}: {
  query: ShownQuery<T>;
  what: string;
  title?: string;
  within?: boolean;
  children: (data: T) => ReactNode;
}) {
  const { data, error, dataUpdatedAt } = query;
  const again = () => void query.refetch();
  const problem = error && problemIn(error);
  // What one may not see any more is not shown any longer either.
  if (problem && (data === undefined || [401, 403, 404].includes(problem.status)))
    return (
      <>
        {title && <PageTitle title={title} />}
        <Failed problem={problem} again={again} />
      </>
    );
  if (data === undefined)
    return (
      <>
        {title && <PageTitle title={title} />}
        <Loading what={what} />
      </>
    );
  return (
    <>
      {problem && !(within && problem.status === 0) && (
        <Stale problem={problem} since={new Date(dataUpdatedAt)} again={again} />
      )}
      {children(data)}
    </>
  );
}
