/** Where the console shows things, as links in texts on GitHub: the one place where they are made. */

/** `console`: the address of the console, without a slash at its end. */
export const taskPage = (console: string, task: string): string =>
  `${console}/tasks/${encodeURIComponent(task)}`;

export const backlogPage = (console: string, backlog: string): string =>
  `${console}/backlogs/${encodeURIComponent(backlog)}`;

export const approvalPage = (console: string, task: string, approval: string): string =>
  `${taskPage(console, task)}/approvals/${encodeURIComponent(approval)}`;
