/** One backlog: its items, what each waits for, and the task of each. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { answerOf, api } from '../api/client.ts';
import page from '../show/page.module.css';
import { PageTitle } from '../show/page-title.tsx';
import { Status } from '../show/status.tsx';
import { Table } from '../show/table.tsx';
import { Answered } from '../states/answered.tsx';
import { Partial } from '../states/state.tsx';

const route = getRouteApi('/backlogs/$backlog');

export function Backlog() {
  const { backlog: id } = route.useParams();
  const backlog = useQuery({
    queryKey: ['backlog', id],
    queryFn: () =>
      answerOf(api.GET('/api/v1/backlogs/{backlog}', { params: { path: { backlog: id } } })),
  });
  return (
    <Answered query={backlog} what="the backlog" title="Backlog">
      {({
        title,
        repository,
        tracking,
        status,
        requester,
        done,
        items,
        entries,
        stuckOn,
        atOnce,
      }) => (
        <>
          <PageTitle title={title} />
          <p>
            <Status status={status} /> {done} of {items} are done, at most {atOnce} at once.
          </p>
          <p className={page.quiet}>
            {repository}, shown on issue #{tracking}, for {requester}
          </p>
          {stuckOn.length > 0 && (
            <Partial>
              Nothing goes on before people decide about {stuckOn.join(', ')}: on the issue, by
              /agent retry or /agent cancel.
            </Partial>
          )}
          <Table
            label="Items"
            columns={[
              { title: 'Item' },
              { title: 'State' },
              { title: 'Waits for' },
              { title: 'Needs' },
              { title: 'Task' },
            ]}
            rows={entries.map(entry => ({
              key: entry.id,
              cells: [
                `${entry.id}: ${entry.title}`,
                <Status key="status" status={entry.status} />,
                entry.waitsFor.join(', ') || '–',
                entry.needs.join(', ') || '–',
                entry.task ? (
                  <Link key="task" to="/tasks/$task" params={{ task: entry.task }} data-row>
                    {entry.task}
                  </Link>
                ) : (
                  '–'
                ),
              ],
            }))}
          />
        </>
      )}
    </Answered>
  );
}
