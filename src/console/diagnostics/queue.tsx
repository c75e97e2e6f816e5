/** Queue and workers: what is ready, running, delayed and stalled, and who works. */
import { Label } from '@primer/react';
import type { FromApi } from '../api/client.ts';
import { count, counted } from '../show/count.ts';
import page from '../show/page.module.css';
import { Table } from '../show/table.tsx';
import { duration } from '../show/when.tsx';
import { Partial } from '../states/state.tsx';

const LOOKS = {
  working: { word: 'Working', variant: 'success' },
  silent: { word: 'Silent', variant: 'attention' },
  lost: { word: 'Lost', variant: 'danger' },
} as const;

export function Queue({ queue }: { queue: FromApi<'Queue'> }) {
  const { jobs, oldestReadyMs, deliveriesWaiting, workers } = queue;
  const working = workers.filter(({ state }) => state === 'working').length;
  const figures = [
    ['Ready', count(jobs.ready)],
    ['Running', count(jobs.running)],
    ['Delayed', count(jobs.delayed)],
    ['Stalled', count(jobs.stalled)],
    ['Oldest ready', oldestReadyMs === null ? '–' : duration(oldestReadyMs)],
    ['Deliveries waiting', count(deliveriesWaiting)],
  ] as const;
  return (
    <>
      <h2>Queue</h2>
      <dl className={page.figures}>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {jobs.stalled > 0 && (
        <Partial>
          Due for more than a minute, and performed by nobody: {counted(jobs.stalled, 'job')}. Start
          a worker with <code>gatehouse worker</code>, or look whether the workers below are lost.
        </Partial>
      )}
      <h2>Workers</h2>
      {working === 0 && (
        <Partial>
          No worker is at work. Start one with <code>gatehouse serve</code> or{' '}
          <code>gatehouse worker</code>.
        </Partial>
      )}
      {workers.length > 0 && (
        <Table
          label="Workers"
          columns={[
            { title: 'Worker' },
            { title: 'State' },
            { title: 'Last heard', number: true },
            { title: 'Labels' },
            { title: 'Agents' },
          ]}
          rows={workers.map(({ name, state, silentMs, labels, agents }) => ({
            key: name,
            cells: [
              name,
              <Label key="state" variant={LOOKS[state].variant}>
                {LOOKS[state].word}
              </Label>,
              `${duration(silentMs)} ago`,
              labels.join(', ') || '–',
              agents.map(({ adapter, version }) => `${adapter} ${version}`).join(', ') || '–',
            ],
          }))}
        />
      )}
    </>
  );
}
