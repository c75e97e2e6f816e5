/** The labels that show what waits for people, on the issue and on the pull request. */
import type { TaskView } from './view.ts';

const WAITING_LABEL = 'gatehouse:waiting-approval';
/** Somebody who may approve is against it. */
const HELD_LABEL = 'gatehouse:held';
export const LABELS: readonly string[] = [WAITING_LABEL, HELD_LABEL];

/** A label that commands, or that says what waits for people: no agent sets one. */
export const isReservedLabel = (label: string): boolean =>
  /^(?:agent|gatehouse):/i.test(label.trim());

type LabeledView = Pick<TaskView, 'status' | 'objections' | 'issue' | 'question'> & {
  approvals: readonly { status: string }[];
  pull: { number: number } | null;
};

export function labelsOf({ status, approvals, objections, question }: LabeledView): string[] {
  if (status !== 'active' && status !== 'proposed') return [];
  if (approvals.some(approval => approval.status === 'requested'))
    return [objections.length > 0 ? HELD_LABEL : WAITING_LABEL];
  return question === null ? [] : [WAITING_LABEL];
}

/** The issue and the pull request, as far as there are any. */
export const labeledNumbers = ({ issue, pull }: Pick<LabeledView, 'issue' | 'pull'>): number[] =>
  [issue, pull?.number ?? null].filter(number => number !== null);

/** Tells one state of the labels from another. */
export const labelsDigest = (shown: LabeledView): string =>
  `${labelsOf(shown).join(' ')} on ${labeledNumbers(shown).join(' ')}`;

/** Which of our labels a digest says that there are on this issue or pull request. */
export function labelsIn(digest: string, number: number): string[] {
  const [names = '', numbers = ''] = digest.split(' on ');
  return numbers.split(' ').includes(String(number))
    ? LABELS.filter(label => names.split(' ').includes(label))
    : [];
}
