/** The pages that the navigation lists, in order. `keys` goes there. */
import {
  AlertIcon,
  CpuIcon,
  CreditCardIcon,
  GearIcon,
  HomeIcon,
  type Icon,
  InboxIcon,
  LawIcon,
  ListOrderedIcon,
  PulseIcon,
  RepoIcon,
  ShieldCheckIcon,
  TasklistIcon,
} from '@primer/octicons-react';
import type { LinkProps } from '@tanstack/react-router';

type NavigationEntry = {
  to: NonNullable<LinkProps['to']>;
  title: string;
  keys: string;
  icon: Icon;
  /** Only those who operate the deployment have anything to see there. */
  operators?: true;
};

export const NAVIGATION: readonly NavigationEntry[] = [
  { to: '/', title: 'Home', keys: 'g h', icon: HomeIcon },
  { to: '/tasks', title: 'Tasks', keys: 'g t', icon: TasklistIcon },
  { to: '/approvals', title: 'Approvals', keys: 'g i', icon: InboxIcon },
  { to: '/backlogs', title: 'Backlogs', keys: 'g l', icon: ListOrderedIcon },
  { to: '/budgets', title: 'Budgets', keys: 'g b', icon: CreditCardIcon },
  { to: '/policy', title: 'Policy', keys: 'g p', icon: LawIcon },
  { to: '/audit', title: 'Audit', keys: 'g a', icon: ShieldCheckIcon },
  { to: '/agents', title: 'Agents', keys: 'g n', icon: CpuIcon },
  { to: '/failures', title: 'Failures', keys: 'g f', icon: AlertIcon },
  { to: '/repositories', title: 'Repositories', keys: 'g r', icon: RepoIcon },
  { to: '/diagnostics', title: 'Diagnostics', keys: 'g d', icon: PulseIcon, operators: true },
  { to: '/settings', title: 'Settings', keys: 'g s', icon: GearIcon },
];
