/** What each day cost, as a chart. The table by day has the same in numbers. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { count } from '../show/count.ts';
import page from '../show/page.module.css';
import { Answered } from '../states/answered.tsx';
import { Loading } from '../states/state.tsx';
import { daySeries } from './day-series.ts';
import { spendsQuery } from './queries.ts';
import type { SpendSearch } from './search.ts';

const DayChart = lazy(() =>
  import('../show/day-chart.tsx').then(({ DayChart }) => ({ default: DayChart })),
);

/** As many as the API gives at once. */
const MOST_ROWS = 500;

const AMOUNTS = {
  usd: (dollars: number) => `$${dollars.toLocaleString('en-US', { maximumFractionDigits: 4 })}`,
  tokens: count,
} as const;

export function Days({ search }: { search: SpendSearch }) {
  const query = { ...search, group: 'day' as const, limit: MOST_ROWS };
  const spends = useQuery(spendsQuery(query));
  return (
    <section aria-labelledby="days">
      <h3 id="days">Day by day</h3>
      <Answered query={spends} what="the days">
        {({ rows, from, to }) => {
          const series = daySeries(rows, from, to);
          return (
            <>
              <Suspense fallback={<Loading what="the chart" />}>
                <DayChart series={series} what="What was spent" amount={AMOUNTS[series.unit]} />
              </Suspense>
              <p className={page.quiet}>
                {series.unit === 'usd'
                  ? 'In US dollars, models below and compute above; what has no price is not in it.'
                  : 'In tokens: nothing that was spent has a price.'}{' '}
                {search.group !== 'day' && (
                  <Link to="/budgets" search={{ ...search, group: 'day' }}>
                    The days in numbers
                  </Link>
                )}
              </p>
            </>
          );
        }}
      </Answered>
    </section>
  );
}
