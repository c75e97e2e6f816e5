/** What surfaces show of the findings in a change. Findings may quote the change: it is text from outside. */
import type { Noted } from '../../../core/finding.ts';
import type { TaskView } from '../../../core/view.ts';
import { inert, inertCode } from './inert.ts';

const MOST_FINDINGS = 20;

/** One line for each finding: where it is, and what it is. */
export function findingLines(findings: readonly Noted[]): string[] {
  const lines = findings.slice(0, MOST_FINDINGS).map(({ kind, path, reason }) => {
    const where = path === '' ? '' : `${inertCode(path, 200)}: `;
    return `- ${where}${inert(reason)} (${inertCode(kind, 40)})`;
  });
  return findings.length > MOST_FINDINGS ? [...lines, '- and more: see the diff'] : lines;
}

/** The findings in the change that policy refused last, once the task has failed. */
export function refusedLines({ decisions, status }: TaskView): string[] {
  const last = decisions.findLast(({ findings }) => findings.length > 0);
  if (status !== 'failure' || !last) return [];
  return ['**Found in the change:**', ...findingLines(last.findings)];
}
