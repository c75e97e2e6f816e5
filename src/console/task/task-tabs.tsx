/** What stands below the header of a task. */
import { Link } from '@tanstack/react-router';
import css from './task.module.css';

const TABS = [
  { to: '/tasks/$task', name: 'Overview' },
  { to: '/tasks/$task/timeline', name: 'Timeline' },
  { to: '/tasks/$task/log', name: 'Log' },
  { to: '/tasks/$task/change', name: 'Change' },
  { to: '/tasks/$task/decisions', name: 'Decisions' },
] as const;

export function TaskTabs({ task }: { task: string }) {
  return (
    <nav className={css.tabs} aria-label="Parts of the task">
      {TABS.map(({ to, name }) => (
        <Link
          key={to}
          to={to}
          params={{ task }}
          className={css.tab}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
