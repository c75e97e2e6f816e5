/** One task on the board: what it is, why it stands where it stands, and for how long. */
import { Link } from '@tanstack/react-router';
import type { FromApi } from '../api/client.ts';
import { Said } from '../show/said.tsx';
import { Status } from '../show/status.tsx';
import { When } from '../show/when.tsx';
import css from './board.module.css';

export function TaskCard({ task }: { task: FromApi<'TaskSummary'> }) {
  const number = task.pull ?? task.issue;
  return (
    <li>
      <Link to="/tasks/$task" params={{ task: task.id }} className={css.card} data-row>
        <span className={css.title}>{task.title}</span>
        <span className={css.quiet}>
          {task.repository}
          {number !== null && `#${number}`} · {task.command} · {task.requester}
        </span>
        {task.reason !== '' && (
          <span className={css.reason}>
            <Said text={task.reason} />
          </span>
        )}
        <span className={css.foot}>
          <Status status={task.status} />
          <span className={css.quiet}>
            <When at={task.waitsSince} />
          </span>
        </span>
      </Link>
    </li>
  );
}
