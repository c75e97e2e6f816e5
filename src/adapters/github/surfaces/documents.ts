/** The text of what agents hand over. It is text from outside: whatever it says, it notifies and closes nothing. */
import type { AnswerReport } from '../../../core/handover/answer-report.ts';
import type { Plan } from '../../../core/handover/plan.ts';
import type { ReviewFinding, ReviewReport } from '../../../core/handover/review.ts';
import type { TriageReport } from '../../../core/handover/triage.ts';
import { BODY_BYTES, fitted } from './formats.ts';
import { inert, inertCode, inertParagraphs } from './inert.ts';

const list = (lines: readonly string[]): string => lines.map(line => `- ${line}`).join('\n');

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `**${title}**\n\n${list(lines.map(line => inert(line, 1_000)))}`;

const placeOf = ({ path, line }: { path: string; line: number | null }): string =>
  inertCode(line === null ? path : `${path}:${line}`, 300);

export function planText({ summary, questions, steps, criteria, risks }: Plan, digest: string) {
  const work = steps.map(({ what, paths }) => {
    const where = paths.slice(0, 10).map(path => inertCode(path, 200));
    return `${inert(what, 1_000)}${where.length > 0 ? ` (${where.join(', ')})` : ''}`;
  });
  return fitted(
    [
      `### Plan ${inertCode(digest.slice(7, 19))}`,
      inertParagraphs(summary),
      section('Questions', questions),
      work.length === 0 ? '' : `**Steps**\n\n${list(work)}`,
      section('It is done when', criteria),
      section('Risks', risks),
    ],
    BODY_BYTES,
  );
}

export function triageText({ summary, questions, plan }: TriageReport): string {
  return fitted(
    [
      inertParagraphs(summary),
      section('Please say', questions),
      section('What would be done', plan),
      plan.length > 0
        ? 'Somebody with write access has this planned and worked by `/agent implement`, or at once by `/agent fix`.'
        : '',
    ],
    BODY_BYTES,
  );
}

export function answerText({ answer, places }: AnswerReport): string {
  const seen = places.map(placeOf);
  return fitted(
    [inertParagraphs(answer, 20_000), seen.length > 0 ? `See ${seen.join(', ')}.` : ''],
    BODY_BYTES,
  );
}

const SEVERITIES: Readonly<Record<ReviewFinding['severity'], string>> = {
  blocking: 'Blocking',
  warning: 'Warning',
  note: 'Note',
};

/** One finding, as a comment on its line. */
export const findingText = ({ severity, message }: ReviewFinding): string =>
  `**${SEVERITIES[severity]}.** ${inertParagraphs(message, 2_000)}`;

const VERDICTS: Readonly<Record<ReviewReport['verdict'], string>> = {
  no_objections: 'I have no objections.',
  has_concerns: 'I have concerns.',
  should_not_merge: 'This should not be merged as it is.',
};

/** The body of a review. `elsewhere`: findings that stand on no line of the diff. */
export function reviewText(
  { summary, verdict }: ReviewReport,
  elsewhere: readonly ReviewFinding[],
): string {
  const lines = elsewhere.map(finding => {
    const { severity, message } = finding;
    return `- ${placeOf(finding)}: **${SEVERITIES[severity]}.** ${inert(message, 1_000)}`;
  });
  return fitted(
    [
      `**${VERDICTS[verdict]}** ${inert(summary, 4_000)}`,
      lines.length > 0 ? `Besides, on no line of the diff:\n\n${lines.join('\n')}` : '',
      "This is an agent's advice: it approves nothing, and holds nothing back.",
    ],
    BODY_BYTES,
  );
}
