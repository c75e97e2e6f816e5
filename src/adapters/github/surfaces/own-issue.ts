/** The issue that we open where people have to be asked and nothing else on GitHub is there for it. */
import type { TaskView } from '../../../core/view.ts';
import { whoAsked } from './formats.ts';
import { inert, inertCode } from './inert.ts';
import { submittedMarker, taskMarker } from './markers.ts';
import { renderTitle } from './pull.ts';

export function renderOwnIssue(view: TaskView): { title: string; body: string } {
  const { id, command, title, origin } = view;
  const part = origin.kind === 'backlog' && origin.tracking !== null;
  const paragraphs = [
    `**Gatehouse** works on this for ${whoAsked(view)}, and has to ask people before there is a pull request to ask on: ${inert(title, 300)}`,
    `What it asks stands below. ${inertCode('/agent status')} and ${inertCode('/agent cancel')} work here as on any issue; a merge closes it.`,
    ...(part ? [`Part of #${origin.tracking}.`] : []),
    `Task ${inertCode(id)}, ${inertCode(`/agent ${command}`)}.`,
    taskMarker(id),
  ];
  return { title: renderTitle(title), body: paragraphs.join('\n\n') };
}

/** The issue on which a backlog reports that was submitted without one. */
export function renderTrackingIssue({
  title,
  items,
  key,
}: {
  title: string;
  items: number;
  key: string;
}): { title: string; body: string } {
  const paragraphs = [
    `**Gatehouse** works a backlog of ${items} ${items === 1 ? 'task' : 'tasks'}, which whoever operates it has submitted.`,
    `How it stands is shown below. ${inertCode('/agent status')}, ${inertCode('/agent pause')}, ${inertCode('/agent retry')} and ${inertCode('/agent cancel')} work here.`,
    submittedMarker(key),
  ];
  return { title: renderTitle(title), body: paragraphs.join('\n\n') };
}
