/** A pull request that is ready for review: what, why, how it was proven, what policy found. */

import { configurationLines } from '../../../core/example-command.ts';
import type { RunView, TaskView } from '../../../core/view.ts';
import { BODY_BYTES, logins, shortSha } from './formats.ts';
import { clip, inert, inertBlock, inertCode, inertPlain } from './inert.ts';
import { taskEnd, taskMarker } from './markers.ts';
import { taintLines } from './taint-lines.ts';

export const renderTitle = (title: string): string => inertPlain(title, 120);

/** Our section of the body, between its marks; people may write around it. */
export function renderSection(view: TaskView): string {
  const parts = [
    `### What\n\n${view.summary ? inertBlock(view.summary, 6000) : inert(view.title, 300)}`,
    why(view),
    proof(view),
    findings(view),
    provenance(view),
  ];
  const end = taskEnd(view.id);
  const content = clip(parts.join('\n\n'), BODY_BYTES - 500);
  return `${taskMarker(view.id)}\n${content}\n${end}`;
}

/** The body with our section put in its place, or at the end where it is not there yet. */
export function placeSection(body: string, view: TaskView): string {
  const section = renderSection(view);
  const start = body.indexOf(taskMarker(view.id));
  const end = body.indexOf(taskEnd(view.id), start);
  if (start === -1 || end === -1) return body.trim() ? `${body.trimEnd()}\n\n${section}` : section;
  return `${body.slice(0, start)}${section}${body.slice(end + taskEnd(view.id).length)}`;
}

function why(view: TaskView): string {
  const lines = [
    view.issue === null ? '' : `Fixes #${view.issue}`,
    `Asked for by ${logins([view.requester])}: ${inert(view.title, 300)}`,
    ...view.reworks
      .slice(-10)
      .map(({ origin, by, instructions }) =>
        origin === 'check'
          ? `- then because a check failed: ${inert(instructions, 200)}`
          : `- then ${logins(by ? [by] : [])} asked: ${inert(instructions, 200)}`,
      ),
  ];
  return `### Why\n\n${lines.filter(line => line !== '').join('\n')}`;
}

/**
 * The last result of each step that ran a command of the repository's own: the one that showed the
 * failure before, the same command after, then all others.
 */
function proof(view: TaskView): string {
  const results = view.steps.flatMap(({ id, kind, purpose }) => {
    const run = view.runs.findLast(
      other => other.step === id && other.purpose === 'step' && other.state === 'success',
    );
    return kind === 'command' && purpose !== 'install' && run ? [{ id, purpose, run }] : [];
  });
  const before = results.filter(({ purpose }) => purpose === 'reproduce');
  const later = results.filter(({ purpose }) => purpose !== 'reproduce');
  const isSame = ({ run }: { run: RunView }) => before.some(shown => shown.run.agent === run.agent);
  const lines = [
    ...before.map(({ run }) => proofLine('before', run, 'red')),
    ...later.filter(isSame).map(({ run }) => proofLine('after', run, 'green')),
    ...later.filter(result => !isSame(result)).map(({ id, run }) => proofLine(id, run, 'green')),
  ];
  const evidence =
    lines.length > 0
      ? `By exit codes, in a sandbox, not by what the agent says:\n\n${lines.join('\n')}`
      : '';
  return ['### How it was proven', evidence, unproved(view)]
    .filter(part => part !== '')
    .join('\n\n');
}

/** What did not run is said, and how it would. */
function unproved({ proof, exampleTest, pull }: TaskView): string {
  if (proof.includes('tests')) return '';
  if (exampleTest !== null)
    return [
      '**No test ran on this change**: I found no test command in this repository, so nothing but your own look shows that it works. To have changes tested, name the command in `.github/gatehouse.yml` on the default branch, for example:',
      inertBlock(configurationLines('test', exampleTest), 1000),
    ].join('\n\n');
  const head = pull ? `its head, ${shortSha(pull.head)}` : 'it';
  return `**No test ran on ${head}** so far.`;
}

const proofLine = (label: string, { agent, detail }: RunView, colour: 'red' | 'green'): string =>
  `- ${inert(label, 40)}: ${inertCode(agent, 60)} ${inert(detail || colour, 200)}`;

function findings(view: TaskView): string {
  const noted = view.decisions.filter(
    ({ gate, outcome }) =>
      (gate === 'accept' || gate === 'publish' || gate === 'merge') && outcome !== 'allow',
  );
  const lines = [
    ...new Set(
      noted.flatMap(({ action, outcome, reasons }) =>
        reasons
          .slice(0, 5)
          .map(
            reason => `- ${inertCode(action, 30)} ${outcome.replace('_', ' ')}: ${inert(reason)}`,
          ),
      ),
    ),
  ].slice(0, 30);
  const patch = view.patch
    ? `${view.patch.files} files, +${view.patch.added} −${view.patch.removed}.`
    : '';
  const findings =
    lines.length > 0 ? lines.join('\n') : 'Policy found nothing that needs a person.';
  return `### What policy says\n\n${patch ? `${patch}\n\n` : ''}${findings}`;
}

function provenance(view: TaskView): string {
  const tainted = taintLines(view);
  return [
    ...(tainted.length > 0 ? [`Trust is lowered, because the task\n${tainted.join('\n')}`] : []),
    `<sub>By Gatehouse, task ${inertCode(view.id)}; the audit is in the check run \`gatehouse\`.</sub>`,
  ].join('\n\n');
}
