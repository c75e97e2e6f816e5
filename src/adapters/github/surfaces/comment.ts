/** The one sticky comment of a task: what is happening, edited as it changes. */
import type { TaskView } from '../../../core/view.ts';
import { approvalLines } from './approval-lines.ts';
import { requestLink, taskLink } from './console-links.ts';
import { failedCommandText, IN_COMMENT } from './failed-command.ts';
import { fallbackLines } from './fallback-lines.ts';
import { refusedLines } from './finding-lines.ts';
import {
  BODY_BYTES,
  fitted,
  questionText,
  sentence,
  shortSha,
  whoAsked,
  whyRound,
} from './formats.ts';
import { inert, inertCode, inertParagraphs } from './inert.ts';
import { taskMarker } from './markers.ts';
import { progressParts } from './progress-parts.ts';
import { stepPicture } from './step-picture.ts';
import { stepTable } from './step-table.ts';
import { taintLines } from './taint-lines.ts';

export function renderComment(view: TaskView): string {
  const tainted = taintLines(view);
  const body = [
    taskMarker(view.id),
    headline(view),
    stepTable(view),
    stepPicture(view),
    ...progressParts(view),
    fallbackLines(view).join('\n'),
    baseLine(view),
    view.mode === 'dry_run' && view.summary ? inertParagraphs(view.summary) : '',
    view.worksOn?.pushed
      ? `Pushed ${shortSha(view.worksOn.pushed)} to ${inertCode(view.worksOn.branch, 250)}.`
      : '',
    view.pull ? `Pull request: #${view.pull.number} at ${shortSha(view.pull.head)}` : '',
    ...(view.approval ? [approvalLines(view.approval).join('\n')] : []),
    requestLink(view),
    refusedLines(view).join('\n'),
    failedCommandText(view, IN_COMMENT),
    ...toolchainLines(view),
    ...(view.round > 1 ? [rounds(view)] : []),
    ...(tainted.length > 0 ? [`Trust is lowered, because the task\n${tainted.join('\n')}`] : []),
    footer(view),
  ];
  return `${fitted(body, BODY_BYTES)}\n`;
}

function headline(view: TaskView): string {
  const what = `${inertCode(`/agent ${view.command}`)} for ${whoAsked(view)}`;
  const dry = view.mode === 'dry_run' ? ' This is a dry run: nothing is written to GitHub.' : '';
  const why = view.reason ? ` ${sentence(view.reason, 600)}` : '';
  switch (view.status) {
    case 'proposed':
      return `**Gatehouse** has ${what} and is asking policy.${dry}`;
    case 'active':
      if (view.paused) return `**Gatehouse** is paused: ${what}.${dry}${why}`;
      if (view.question !== null)
        return `**Gatehouse** waits for a person: ${what}. ${questionText(view.question)}`;
      return view.approval?.status === 'requested'
        ? // What is asked for, and why, stands below; what else is in the way does not.
          `**Gatehouse** waits for a person: ${what}.${dry}${view.approval.reasons.includes(view.reason) ? '' : why}`
        : `**Gatehouse** is at work: ${what}.${dry}${why}`;
    case 'success':
      return view.mode === 'dry_run'
        ? `**Gatehouse** finished a dry run of ${what}; it would have opened a pull request.${why}`
        : `**Gatehouse** is done: ${what}.${why}`;
    case 'failure':
      return `**Gatehouse** could not finish ${what}.${why}`;
    case 'canceled':
      return `**Gatehouse** stopped ${what}.${why}`;
    case 'refused':
      return `**Gatehouse** refused ${what}.${why}`;
  }
}

/** Another branch than the default one is said, with why it is that one. */
const baseLine = ({ base }: TaskView): string =>
  base.because === '' ? '' : `For the branch ${inertCode(base.ref, 250)}: ${inert(base.because)}.`;

/** What was found in the repository's files is shown, so that nobody has to guess what ran. */
function toolchainLines({ toolchain }: TaskView): string[] {
  const lines = [
    ...toolchain.found.map(
      ({ name, command, because }) =>
        `- ${inertCode(name)}: ${inertCode(command, 200)}, because ${inert(because)}`,
    ),
    ...toolchain.notes.map(note => `- ${inert(note)}`),
  ];
  if (lines.length === 0) return [];
  return [
    `<details><summary>How this repository is installed and tested</summary>\n\nIts files say this; \`.github/gatehouse.yml\` on the default branch may say otherwise.\n\n${lines.slice(0, 20).join('\n')}\n\n</details>`,
  ];
}

function rounds(view: TaskView): string {
  const lines = view.reworks.slice(-10).map(rework => {
    const { round, instructions } = rework;
    return `- round ${round}, ${whyRound(rework)}: ${inert(instructions, 200)}`;
  });
  return `Further rounds:\n${lines.join('\n')}`;
}

function footer(view: TaskView): string {
  const open = view.status === 'proposed' || view.status === 'active';
  const commands = open ? ' · `/agent status` · `/agent cancel`' : '';
  return `<sub>task ${taskLink(view)}${commands} · \`/agent help\`</sub>`;
}
