/** What surfaces show of a command that failed: the end of its output, and where all of it is. */
import type { TaskView } from '../../../core/view.ts';
import { type Annotation, annotation, MOST_ANNOTATIONS } from './annotation.ts';
import { inertCode, outputBlock } from './inert.ts';

export const IN_COMMENT = { lines: 20, bytes: 4_000 };
export const IN_CHECK = { lines: 120, bytes: 12_000 };

export function failedCommandText(
  { id, failedCommand }: TaskView,
  most: { lines: number; bytes: number },
): string {
  if (failedCommand === null) return '';
  const { run, name, tail } = failedCommand;
  if (tail === '') return `The command ${inertCode(name, 60)} printed nothing.`;
  return [
    `**What ${inertCode(name, 60)} printed last:**`,
    outputBlock(tail, most),
    `<sub>All of it, for whoever runs Gatehouse: ${inertCode(`gatehouse logs ${id} ${run} --raw`)}</sub>`,
  ].join('\n\n');
}

/** The lines that its output names. What is not pushed may have other lines than the head. */
export function problemAnnotations({ failedCommand, pull, steps }: TaskView): Annotation[] {
  if (failedCommand === null || pull === null) return [];
  const isPushed = steps.some(({ purpose, status }) => purpose === 'publish' && status === 'done');
  const title = `${failedCommand.name} failed${isPushed ? '' : ' on a change that is not pushed'}`;
  return failedCommand.problems
    .slice(0, MOST_ANNOTATIONS)
    .map(({ path, line, level, message }) =>
      annotation({ file: path, line }, level, title, message),
    );
}
