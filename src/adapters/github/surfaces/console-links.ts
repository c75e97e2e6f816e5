/** Links from texts on GitHub to the pages of the console, where it has an address. */
import { approvalPage, taskPage } from '../../../core/links.ts';
import type { TaskView } from '../../../core/view.ts';
import { inertCode } from './inert.ts';

export const taskLink = ({ id, console }: TaskView): string =>
  console === null ? inertCode(id) : `[${inertCode(id)}](${taskPage(console, id)})`;

/** Where what waits is looked at and answered; empty where nothing does. */
export function requestLink({ id, console, approval }: TaskView): string {
  if (console === null || approval?.status !== 'requested') return '';
  return pageLink(approvalPage(console, id, approval.id));
}

export const pageLink = (page: string): string => `[Look at it in the console](${page}).`;
