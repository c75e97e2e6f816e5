/** What surfaces show of taint: text of people without write access lowers the trust in a task that reads it. */
import type { TaskView } from '../../../core/view.ts';
import { inert, inertCode } from './inert.ts';

/** One line for each source, with its author and the reason. */
export function taintLines(view: TaskView): string[] {
  const seen = new Map(view.taint.map(taint => [`${taint.source}/${taint.by?.id}`, taint]));
  return [...seen.values()]
    .slice(0, 10)
    .map(
      ({ source, by, reason }) =>
        `- reads ${inert(source, 80)}${by === null ? '' : ` by ${inertCode(by.login, 60)}`}: ${inert(reason)}`,
    );
}
