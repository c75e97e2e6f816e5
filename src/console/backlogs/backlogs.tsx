/** All backlogs, the latest first. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answerOf, api } from '../api/client.ts';
import page from '../show/page.module.css';
import { PageTitle } from '../show/page-title.tsx';
import { Status } from '../show/status.tsx';
import { Table } from '../show/table.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { Empty } from '../states/state.tsx';

export function Backlogs() {
  const backlogs = useQuery({
    queryKey: ['backlogs'],
    queryFn: () => answerOf(api.GET('/api/v1/backlogs')),
  });
  return (
    <>
      <PageTitle title="Backlogs" />
      <Answered query={backlogs} what="the backlogs">
        {({ backlogs: all, more }) =>
          all.length === 0 ? (
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
              {more && <p className={page.quiet}>Older ones are not listed.</p>}
            </>
          )
        }
      </Answered>
    </>
  );
}
