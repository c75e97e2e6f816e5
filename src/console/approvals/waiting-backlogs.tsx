/** Backlogs that wait for people: each is decided on its own page. */
import { Link } from '@tanstack/react-router';
import type { FromApi } from '../api/client.ts';
import { Said } from '../show/said.tsx';
import { When } from '../show/when.tsx';
import css from './approvals.module.css';

export function WaitingBacklogs({ backlogs }: { backlogs: FromApi<'BacklogSummary'>[] }) {
  if (backlogs.length === 0) return null;
  return (
    <ul className={css.cards} aria-label="Backlogs">
      {backlogs.map(({ id, title, repository, tracking, requester, waits }) => (
        <li key={id}>
          <Link to="/backlogs/$backlog" params={{ backlog: id }} className={css.card} data-row>
            <span className={css.what}>Decide about a backlog</span>
            <span>{title}</span>
            {waits && (
              <span>
                <Said text={waits.reason} />
              </span>
            )}
            <span className={css.quiet}>
              {repository}#{tracking} · backlog for {requester}
              {waits && (
                <>
                  {' '}
                  · <When at={waits.since} />
                </>
              )}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
