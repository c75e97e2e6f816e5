/** The state of the deployment: its queue and workers, GitHub's limits, deliveries, and what to fix. */
import { useQuery } from '@tanstack/react-query';
import { answerOf, api, type FromApi } from '../api/client.ts';
import { meQuery } from '../settings/queries.ts';
import { count } from '../show/count.ts';
import { PageTitle } from '../show/page-title.tsx';
import { Table } from '../show/table.tsx';
import { When } from '../show/when.tsx';
import { Answered } from '../states/answered.tsx';
import { Findings } from './findings.tsx';
import { Jobs } from './jobs.tsx';
import { Queue } from './queue.tsx';

/** Milliseconds. A worker that was killed is told of within this and half a minute. */
const AGAIN_MS = 10_000;

export function Diagnostics() {
  const queue = useQuery({
    queryKey: ['queue'],
    queryFn: () => answerOf(api.GET('/api/v1/queue')),
    refetchInterval: AGAIN_MS,
  });
  const { data: me } = useQuery(meQuery);
  return (
    <>
      <PageTitle title="Diagnostics" />
      <Answered query={queue} what="the queue">
        {shown => <Queue queue={shown} />}
      </Answered>
      {/* Where the queue can't be read, the doctor may say why. */}
      {me?.mayNot.operate === null && (
        <>
          <Findings />
          <Rest />
          <Jobs />
        </>
      )}
    </>
  );
}

function Rest() {
  const diagnostics = useQuery({
    queryKey: ['diagnostics'],
    queryFn: () => answerOf(api.GET('/api/v1/diagnostics')),
    refetchInterval: 6 * AGAIN_MS,
  });
  return (
    <Answered query={diagnostics} what="limits and deliveries">
      {({ limits, deliveries, failedDeliveries, schedules }) => (
        <>
          <h2>GitHub’s limits</h2>
          {limits.length === 0 && <p>GitHub has told of no limit yet.</p>}
          <Limits limits={limits} />
          <h2>Deliveries of the last day</h2>
          <p>
            {count(deliveries.byWebhook)} came by webhook. {count(deliveries.fromLog)} were lost and
            fetched from GitHub’s log, {count(deliveries.bySearch)} more were found by looking.{' '}
            {count(deliveries.failed)} failed, {count(deliveries.waiting)} wait.
          </p>
          {failedDeliveries.length > 0 && (
            <Table
              label="The last deliveries that could not be followed or answered"
              columns={[
                { title: 'Event' },
                { title: 'Came' },
                { title: 'Why', long: true },
                { title: 'Id' },
              ]}
              rows={failedDeliveries.map(({ guid, event, receivedAt, note }) => ({
                key: guid,
                cells: [event, <When key="at" at={receivedAt} />, note, guid],
              }))}
            />
          )}
          <h2>Schedules</h2>
          {schedules.length === 0 && <p>No repository has a schedule in its configuration.</p>}
          {schedules.length > 0 && (
            <Table
              label="Schedules"
              columns={[
                { title: 'Repository' },
                { title: 'Name' },
                { title: 'Next' },
                { title: 'Last', long: true },
              ]}
              rows={schedules.map(({ repository, name, nextAt, lastAt, note }) => ({
                key: `${repository} ${name}`,
                cells: [
                  repository,
                  name,
                  <When key="next" at={nextAt} />,
                  lastAt ? `${new Date(lastAt).toLocaleString()}: ${note ?? ''}` : 'not yet',
                ],
              }))}
            />
          )}
        </>
      )}
    </Answered>
  );
}

function Limits({ limits }: { limits: FromApi<'Limit'>[] }) {
  if (limits.length === 0) return null;
  return (
    <Table
      label="GitHub’s limits"
      columns={[
        { title: 'Installation' },
        { title: 'Left', number: true },
        { title: 'Until' },
        { title: 'What waits', long: true },
      ]}
      rows={limits.map(({ installation, resource, left, silentUntil, says }) => ({
        key: `${installation} ${resource}`,
        cells: [
          `${installation}, ${resource === 'core' ? 'requests' : 'points of GraphQL'}`,
          left ? `${count(left.remaining)} of ${count(left.limit)}` : 'not told yet',
          left || silentUntil ? <When key="until" at={silentUntil ?? left?.resetAt ?? ''} /> : '–',
          says.join(' ') || 'nothing',
        ],
      }))}
    />
  );
}
