/** One backlog: what waits for people, its graph, and its items with their tasks and pull requests. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { FromApi } from '../api/client.ts';
import page from '../show/page.module.css';
import { PageTitle } from '../show/page-title.tsx';
import { Said } from '../show/said.tsx';
import { Status } from '../show/status.tsx';
import { Table } from '../show/table.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { Loading, Partial } from '../states/state.tsx';
import { BacklogActs } from './acts.tsx';
import { backlogQuery } from './queries.ts';

const ItemGraph = lazy(() => import('../show/graph.tsx').then(({ Graph }) => ({ default: Graph })));
const route = getRouteApi('/backlogs/$backlog');

export function Backlog() {
  const { backlog: id } = route.useParams();
  const backlog = useQuery(backlogQuery(id));
  return (
    <Answered query={backlog} what="the backlog" title="Backlog">
      {shown => (
        <>
          <PageTitle title={shown.title} />
          <Standing backlog={shown} />
          <BacklogActs backlog={shown} />
          <section>
            <h2>Graph</h2>
            <Suspense fallback={<Loading what="the graph" />}>
              <ItemGraph
                of="items"
                nodes={shown.entries.map(entry => ({ ...entry, standing: entry.status }))}
              />
            </Suspense>
          </section>
          <Items backlog={shown} />
        </>
      )}
    </Answered>
  );
}

function Standing({ backlog }: { backlog: FromApi<'Backlog'> }) {
  const { status, done, items, atOnce, repository, tracking, web, requester } = backlog;
  const { waits, last, cursor } = backlog;
  return (
    <>
      <p>
        <Status status={status} /> {done} of {items} are done, at most {atOnce} at once.
      </p>
      <p className={page.quiet}>
        <a href={web}>
          {repository}#{tracking}
        </a>
        , for {requester}. Last: <Said text={last.what} />, <When at={last.at} /> (event{' '}
        {cursor.event}, <code title={cursor.hash}>{cursor.hash.slice(0, 19)}</code>)
      </p>
      {waits && (
        <Partial>
          <Said text={waits.reason} />
        </Partial>
      )}
    </>
  );
}

function Items({ backlog: { entries, web } }: { backlog: FromApi<'Backlog'> }) {
  const pulls = web.replace(/issues\/\d+$/, 'pull');
  return (
    <Table
      label="Items"
      columns={[
        { title: 'Item' },
        { title: 'State' },
        { title: 'Now', long: true },
        { title: 'Needs' },
        { title: 'Pull request' },
        { title: 'Task' },
      ]}
      rows={entries.map(entry => ({
        key: entry.id,
        cells: [
          `${entry.id}: ${entry.title}`,
          <Status key="status" status={entry.status} />,
          <Said key="now" text={nowOf(entry)} />,
          entry.needs.join(', ') || '–',
          entry.pull === null ? (
            '–'
          ) : (
            <a key="pull" href={`${pulls}/${entry.pull}`}>
              #{entry.pull}
            </a>
          ),
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
  );
}

function nowOf({
  waitsFor,
  phase,
  reason,
  attempt,
}: FromApi<'Backlog'>['entries'][number]): string {
  const tries = attempt > 1 ? ` (attempt ${attempt})` : '';
  if (waitsFor.length > 0) return `waits for ${waitsFor.join(', ')}`;
  return `${phase || reason || '–'}${tries}`;
}
