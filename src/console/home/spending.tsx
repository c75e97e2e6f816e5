/** What was spent in the last thirty days, and on which repositories most of it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { spendsQuery } from '../budgets/queries.ts';
import { counted } from '../show/count.ts';
import { Answered } from '../states/answered.tsx';
import css from './home.module.css';

const SHOWN = 5;

export function Spending() {
  const asked = useQuery(spendsQuery({ group: 'repository', limit: SHOWN }));
  return (
    <section className={css.tile} aria-labelledby="spending">
      <h2 id="spending">
        <Link to="/budgets">Spending</Link>
      </h2>
      <Answered query={asked} what="what was spent" within>
        {({ total, rows }) => (
          <>
            <p>
              {total.models.words} at models in thirty days, for {counted(total.calls, 'call')}
            </p>
            <ul className={css.rows}>
              {rows.map(row => (
                <li key={row.key} className={css.sum}>
                  <span>{row.name ?? 'no repository'}</span>
                  <span>{row.models.words}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </Answered>
    </section>
  );
}
