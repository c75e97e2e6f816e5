/** All backlogs, the latest first. */
import { Button } from '@primer/react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answerOf, api } from '../api/client.ts';
import { PageTitle } from '../show/page-title.tsx';
import { Status } from '../show/status.tsx';
import { Table } from '../show/table.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { Empty } from '../states/state.tsx';

export function Backlogs() {
  const query = useInfiniteQuery({
    queryKey: ['backlogs'],
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        api.GET('/api/v1/backlogs', {
          params: { query: pageParam === '' ? {} : { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next,
  });
  return (
    <>
      <PageTitle title="Backlogs" />
      <Answered query={query} what="the backlogs">
        {({ pages }) => {
          const all = pages.flatMap(({ backlogs }) => backlogs);
          return all.length === 0 ? (
            <Empty title="There is no backlog">
              Comment <code>/agent play</code> on an issue that lists tasks.
            </Empty>
          ) : (
            <>
              <Table
                label="Backlogs"
                columns={[
                  { title: 'Backlog' },
                  { title: 'Repository' },
                  { title: 'State' },
                  { title: 'Done', number: true },
                  { title: 'Begun' },
                ]}
                rows={all.map(({ id, title, repository, status, done, items, createdAt }) => ({
                  key: id,
                  cells: [
                    <Link key="title" to="/backlogs/$backlog" params={{ backlog: id }} data-row>
                      {title}
                    </Link>,
                    repository,
                    <Status key="status" status={status} />,
                    `${done} of ${items}`,
                    <When key="at" at={createdAt} />,
                  ],
                }))}
              />
              {query.hasNextPage && (
                <Button
                  onClick={() => void query.fetchNextPage()}
                  loading={query.isFetchingNextPage}
                >
                  Show more
                </Button>
              )}
            </>
          );
        }}
      </Answered>
    </>
  );
}
