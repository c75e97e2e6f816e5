/** How the change was proved: what the repository's own commands said, and what did not run. */
import { configurationLines } from '../../../core/repository-config/example-command.ts';
import type { RunView, TaskView } from '../../../core/view.ts';
import { shortSha } from './formats.ts';
import { inert, inertBlock, inertCode } from './inert.ts';

/**
 * The last result of each step that ran a command of the repository's own: the one that showed the
 * failure before, the same command after, then all others.
 */
export function proof(view: TaskView): string {
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
  return ['### How it was proved', evidence, unproved(view)]
    .filter(part => part !== '')
    .join('\n\n');
}

/** What did not run is said, and how it would. */
function unproved({ proof, exampleTest, pull, runs }: TaskView): string {
  if (proof.includes('tests')) return '';
  const last = runs.findLast(({ agent, state }) => agent === 'test' && state === 'success');
  if (last?.tests === 'failed')
    return '**Tests fail on this change**: the test command ended without a failure, but its output says that tests failed. Have it end with their exit code, such as without `|| true`, or name another one as `commands.test` in `.github/gatehouse.yml` on the default branch.';
  if (last?.tests === 'none')
    return '**No test ran on this change**: the test command ended without a failure, but by what it is and what it printed it ran no test. Name a command that runs the tests as `commands.test` in `.github/gatehouse.yml` on the default branch.';
  if (exampleTest !== null)
    return [
      '**No test ran on this change**: I found no test command in this repository, so nothing but your own look shows that it works. To have changes tested, name the command in `.github/gatehouse.yml` on the default branch, for example:',
      inertBlock(configurationLines('test', exampleTest), 1000),
    ].join('\n\n');
  const head = pull ? `its head, ${shortSha(pull.head)}` : 'it';
  return `**No test ran on ${head}** so far.`;
}

function proofLine(label: string, { agent, detail }: RunView, colour: 'red' | 'green'): string {
  const result = inert(detail || colour, 200);
  // Most begin with the command itself.
  return `- ${inert(label, 40)}: ${detail.startsWith('`') ? result : `${inertCode(agent, 60)} ${result}`}`;
}
