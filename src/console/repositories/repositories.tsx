/** The repositories that there are tasks of. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answerOf, api } from '../api/client.ts';
import { count } from '../show/count.ts';
import { PageTitle } from '../show/page-title.tsx';
import { Table } from '../show/table.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { Empty } from '../states/state.tsx';

export function Repositories() {
  const repositories = useQuery({
    queryKey: ['repositories'],
    queryFn: () => answerOf(api.GET('/api/v1/repositories')),
  });
  return (
    <>
      <PageTitle title="Repositories" />
      <Answered query={repositories} what="the repositories">
        {({ repositories: all }) =>
          all.length === 0 ? (
            <Empty title="There is no task of a repository that you may see">
              Install the App on a repository, and comment <code>/agent fix</code> on an issue.
            </Empty>
          ) : (
            <Table
              label="Repositories"
              columns={[
                { title: 'Repository' },
                { title: 'Your role' },
                { title: 'Open', number: true },
                { title: 'Wait for people', number: true },
                { title: 'Failed in 30 days', number: true },
                { title: 'All tasks', number: true },
                { title: 'Changed' },
              ]}
              rows={all.map(({ id, name, role, open, waiting, failed, tasks, changedAt }) => ({
                key: String(id),
                cells: [
                  <Link
                    key="name"
                    to="/repositories/$repository"
                    params={{ repository: String(id) }}
                    data-row
                  >
                    {name}
                  </Link>,
                  role,
                  count(open),
                  count(waiting),
                  count(failed),
                  count(tasks),
                  <When key="changed" at={changedAt} />,
                ],
              }))}
            />
          )
        }
      </Answered>
    </>
  );
}
