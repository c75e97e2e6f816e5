/** How many runs failed on each day, as a chart. The table by day has the same in numbers. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { count } from '../show/count.ts';
import { daysBetween } from '../show/days-between.ts';
import { Answered } from '../states/answered.tsx';
import { Loading } from '../states/state.tsx';
import { failuresQuery } from './queries.ts';
import type { FailureSearch } from './search.ts';

const DayChart = lazy(() =>
  import('../show/day-chart.tsx').then(({ DayChart }) => ({ default: DayChart })),
);

/** As many as the API gives at once. */
const MOST_ROWS = 500;

export function FailureDays({ search }: { search: FailureSearch }) {
  const query = { ...search, group: 'day' as const, limit: MOST_ROWS };
  const failures = useQuery(failuresQuery(query));
  return (
    <section aria-labelledby="days">
      <h2 id="days">Day by day</h2>
      <Answered query={failures} what="the days">
        {({ rows, from, to }) => {
          const byDay = new Map(rows.map(({ key, failed }) => [key, failed]));
          const days = daysBetween(from, to);
          const failed = days.map(day => byDay.get(day) ?? 0);
          return (
            <Suspense fallback={<Loading what="the chart" />}>
              <DayChart
                series={{ days, lower: failed, upper: [] }}
                what="How many runs failed"
                amount={count}
              />
            </Suspense>
          );
        }}
      </Answered>
    </section>
  );
}
