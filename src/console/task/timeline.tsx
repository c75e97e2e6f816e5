/** When each run of a task waited and worked, when people were asked, and below it every event. */
import { Button } from '@primer/react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { Events } from './events.tsx';
import { ModelCalls } from './model-calls.tsx';
import { taskQuery } from './queries.ts';
import { type RunBar, runBars, spanOf } from './run-bars.ts';
import { standingOf } from './standing.ts';
import type { TimeSpan } from './time-scale.ts';
import css from './timeline.module.css';
import { TimelinePicture } from './timeline-picture.tsx';
import { TimelineTable } from './timeline-table.tsx';
import { waitBars } from './wait-bars.ts';

const route = getRouteApi('/tasks/$task/timeline');

export function Timeline() {
  const { task } = route.useParams();
  const { data } = useSuspenseQuery(taskQuery(task));
  const [range, setRange] = useState<TimeSpan | null>(null);
  /** The run whose calls of models are shown. */
  const [zoomedTo, setZoomedTo] = useState<string | null>(null);
  const [table, setTable] = useState(false);
  const run = data.runs.find(({ id }) => id === zoomedTo);
  const now = data.finishedAt === null ? Date.now() : Date.parse(data.finishedAt);
  const bars = runBars(data.runs, now);
  const waits = waitBars(data.approvals, now);
  const whole = { from: Date.parse(data.startedAt), to: now };
  const shown = range ?? whole;
  // What comes last stands highest, as with the runs.
  const planned = data.steps
    .filter(step => standingOf(step, data) === 'waiting')
    .map(({ id }) => id)
    .reverse();
  return (
    <>
      <h2>Runs</h2>
      <div className={css.tools}>
        <Button disabled={table} onClick={() => setRange(zoomed(shown, 0.5))}>
          Zoom in
        </Button>
        <Button onClick={() => setRange(zoomed(shown, 2))} disabled={table || range === null}>
          Zoom out
        </Button>
        <Button disabled={table} onClick={() => setRange(moved(shown, -0.5))}>
          Earlier
        </Button>
        <Button disabled={table} onClick={() => setRange(moved(shown, 0.5))}>
          Later
        </Button>
        <Button
          onClick={() => {
            setRange(null);
            setZoomedTo(null);
          }}
          disabled={table || range === null}
        >
          All
        </Button>
        <Button aria-pressed={table} onClick={() => setTable(!table)}>
          As a table
        </Button>
      </div>
      {table ? (
        <TimelineTable bars={bars} waits={waits} />
      ) : (
        <TimelinePicture
          task={task}
          bars={bars}
          waits={waits}
          range={shown}
          planned={range === null ? planned : []}
          zoom={(bar: RunBar) => {
            setRange(zoomed(spanOf(bar), 1.2));
            setZoomedTo(bar.run.id);
          }}
        />
      )}
      {run && <ModelCalls task={task} run={run} range={shown} />}
      <Events task={task} asOf={data.asOf.event} />
    </>
  );
}

/** Around the same middle. */
function zoomed({ from, to }: TimeSpan, by: number): TimeSpan {
  const middle = (from + to) / 2;
  const half = Math.max(((to - from) / 2) * by, 50);
  return { from: middle - half, to: middle + half };
}

function moved({ from, to }: TimeSpan, by: number): TimeSpan {
  const step = (to - from) * by;
  return { from: from + step, to: to + step };
}
