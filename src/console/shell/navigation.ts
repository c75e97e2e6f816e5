/** The pages that the navigation lists, in order. `keys` goes there. */
import {
  GearIcon,
  HomeIcon,
  type Icon,
  InboxIcon,
  ShieldCheckIcon,
  TasklistIcon,
} from '@primer/octicons-react';
import type { LinkProps } from '@tanstack/react-router';

export type NavigationEntry = {
  to: NonNullable<LinkProps['to']>;
  title: string;
  keys: string;
  icon: Icon;
};

export const NAVIGATION: readonly NavigationEntry[] = [
  { to: '/', title: 'Home', keys: 'g h', icon: HomeIcon },
  { to: '/tasks', title: 'Tasks', keys: 'g t', icon: TasklistIcon },
  { to: '/approvals', title: 'Approvals', keys: 'g i', icon: InboxIcon },
  { to: '/audit', title: 'Audit', keys: 'g a', icon: ShieldCheckIcon },
  { to: '/settings', title: 'Settings', keys: 'g s', icon: GearIcon },
];
