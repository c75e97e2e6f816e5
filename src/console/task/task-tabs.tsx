/** What stands below the header of a task. */
import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import css from './task.module.css';

const TABS = [
  { to: '/tasks/$task', name: 'Overview' },
  { to: '/tasks/$task/timeline', name: 'Timeline' },
  { to: '/tasks/$task/log', name: 'Log' },
  { to: '/tasks/$task/change', name: 'Change' },
  { to: '/tasks/$task/decisions', name: 'Decisions' },
  { to: '/tasks/$task/proof', name: 'Proof' },
  { to: '/tasks/$task/replay', name: 'Replay' },
] as const;

export function TaskTabs({ task }: { task: string }) {
  const tabs = useRef<HTMLElement>(null);
  const path = useRouterState({ select: state => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a narrow screen the tab of another page may be out of sight.
  useEffect(() => {
    const current = tabs.current?.querySelector('[aria-current]');
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [path]);
  return (
    <nav ref={tabs} className={css.tabs} aria-label="Parts of the task">
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
