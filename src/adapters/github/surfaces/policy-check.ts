/** The check run `gatehouse/policy`: whether the policy is valid, its tests, and which past decisions would flip. */
import {
  type Examination,
  type FlipView,
  type PolicyVerdict,
  verdictOf,
} from '../../../core/examination.ts';
import { actionInWords, OUTCOME_WORDS } from './action-words.ts';
import { type Annotation, annotation, MOST_ANNOTATIONS } from './annotation.ts';
import { clip, inert, inertCode, inertPlain } from './inert.ts';
import { table } from './table.ts';

export const POLICY_CHECK_NAME = 'gatehouse/policy';

/** GitHub takes 65,535 of each. */
const TEXT_BYTES = 60_000;

type RenderedPolicyCheck = {
  conclusion: PolicyVerdict;
  title: string;
  summary: string;
  text: string;
  annotations: Annotation[];
};

/** Where the policy stands: on a pull request it is proposed, on the default branch it holds. */
type Stands = 'pull' | 'default-branch';

export function renderPolicyCheck(examination: Examination, on: Stands): RenderedPolicyCheck {
  return {
    conclusion: verdictOf(examination),
    title: inertPlain(title(examination), 200),
    summary: clip(summary(examination, on), TEXT_BYTES),
    text: clip(flipTable(examination.history), TEXT_BYTES),
    annotations: annotations(examination).slice(0, MOST_ANNOTATIONS),
  };
}

function title({ faults, tests, history }: Examination): string {
  if (faults.length > 0) return `Not valid: ${counted(faults.length, 'fault')}`;
  const failed = tests?.failed.length ?? 0;
  if (failed > 0) return `Valid, but ${failed} of ${counted(tests?.rows ?? 0, 'test')} failed`;
  const passed = tests ? `, ${counted(tests.rows, 'test')} passed` : '';
  return `Valid${passed}, ${counted(flipsOf(history), 'past decision')} would flip`;
}

function summary(examination: Examination, on: Stands): string {
  const { faults, tests, history, digest } = examination;
  const elsewhere = history?.elsewhere;
  return [
    ...(faults.length > 0
      ? [
          `${on === 'pull' ? 'The policy is not valid, and would permit nothing until it is corrected' : 'The rules of this repository are not valid. Until they are corrected nothing is permitted here: no work starts and nothing is published'}:\n${list(
            faults.map(
              ({ file, line, column, message }) =>
                `${inertCode(`${file}:${line}:${column}`)} ${inert(message)}`,
            ),
          )}`,
        ]
      : ['The policy is valid.']),
    ...(tests
      ? [
          `Tests: ${tests.rows - tests.failed.length} of ${tests.rows} passed.${
            tests.failed.length > 0
              ? `\n${list(
                  tests.failed.map(
                    ({ file, line, it, problems }) =>
                      `${inertCode(`${file}:${line}`)} ${inert(it)}: ${inert(problems.join('; '), 500)}`,
                  ),
                )}`
              : ''
          }`,
        ]
      : faults.length > 0
        ? []
        : ['There is no table of tests beside it.']),
    ...(history
      ? [
          `Back-test: of ${counted(history.decisions, 'recorded decision')}, ${flipsOf(history)} would flip.`,
          ...(elsewhere && elsewhere.flips > 0
            ? [
                `${elsewhere.flips} of them in ${counted(elsewhere.repositories, 'other repository', 'other repositories')}; what they are about is not told here.`,
              ]
            : []),
          ...(history.undecidable.length + (elsewhere?.undecidable ?? 0) > 0
            ? [undecidable(history)]
            : []),
        ]
      : []),
    ...(on === 'pull'
      ? [
          `This pull request itself is judged by the policy of its base.${digest ? ` Digest: ${inertCode(digest, 80)}` : ''}`,
        ]
      : []),
  ].join('\n\n');
}

type History = NonNullable<Examination['history']>;

const undecidable = ({ undecidable, moreUndecidable, elsewhere }: History): string => {
  const lines = undecidable.map(
    ({ task, seq, action, lacks }) =>
      `task ${inertCode(task)}, event ${seq}, to ${actionInWords(action, '…', inertCode)}: ${inert(lacks)}`,
  );
  const more = moreUndecidable + elsewhere.undecidable;
  return `Undecidable, because a fact was not recorded:\n${list([...lines, ...(more > 0 ? [`${more} more`] : [])])}`;
};

function flipTable(history: Examination['history']): string {
  if (!history || history.flips.length === 0) return '';
  const rows = history.flips.map(flip => {
    const { from, to, task, seq, action, resource, who, why, gone } = flip;
    const lost = gone.map(id => inertCode(id, 60)).join(' ');
    return [
      `${OUTCOME_WORDS[from]} → ${OUTCOME_WORDS[to]}`,
      `to ${actionInWords(action, resource, inertCode)}`,
      `${inertCode(task, 60)} ${seq}`,
      who === null ? 'CI' : inertCode(who, 60),
      `${inert(why, 200)}${lost ? ` (gone: ${lost})` : ''}`,
    ];
  });
  return [
    '### Decisions that would flip',
    table(['', 'decision', 'task, event', 'for', 'why'], rows),
    ...(history.more > 0 ? [`And ${history.more} more.`] : []),
  ].join('\n\n');
}

function annotations({ faults, tests, history }: Examination): Annotation[] {
  return [
    ...faults.map(({ file, line, message }) =>
      annotation({ file, line }, 'failure', 'Fault', message),
    ),
    ...(tests?.failed ?? []).map(({ file, line, it, problems }) =>
      annotation({ file, line }, 'failure', 'Test failed', `${it}: ${problems.join('; ')}`),
    ),
    ...flipsByLine(history?.flips ?? []),
  ];
}

/** One annotation for each line that causes flips. */
function flipsByLine(flips: FlipView[]): Annotation[] {
  const byLine = new Map<string, { file: string; line: number; flips: FlipView[] }>();
  for (const flip of flips)
    for (const { file, line } of flip.causes) {
      const key = `${file}:${line}`;
      const at = byLine.get(key) ?? { file, line, flips: [] };
      at.flips.push(flip);
      byLine.set(key, at);
    }
  return [...byLine.values()].map(({ file, line, flips }) =>
    annotation(
      { file, line },
      'warning',
      `${counted(flips.length, 'past decision')} would flip`,
      flips
        .map(
          ({ from, to, action, resource, task, seq, who }) =>
            `${OUTCOME_WORDS[from]} → ${OUTCOME_WORDS[to]}: to ${actionInWords(action, resource, text => text)}, task ${task}, event ${seq}, for ${who ?? 'CI'}`,
        )
        .join('\n'),
    ),
  );
}

const flipsOf = (history: Examination['history']): number =>
  history ? history.flips.length + history.more + history.elsewhere.flips : 0;

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

const list = (lines: string[]): string => lines.map(line => `- ${line}`).join('\n');
