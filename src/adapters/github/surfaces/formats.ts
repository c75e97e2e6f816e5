/** How surfaces write what all of them show: commits, durations, states, people, tokens. */
import { addUsage, NO_USAGE, type Usage } from '../../../core/agent-event.ts';
import { moneyInWords } from '../../../core/budget.ts';
import type { Requester } from '../../../core/origin.ts';
import { type RunSpend, totalOf } from '../../../core/spend.ts';
import { HOW_TO_ANSWER } from '../../../core/task/state/task-question.ts';
import type { RunView, TaskView } from '../../../core/view.ts';
import { inert, inertCode, inertParagraphs } from './inert.ts';

/** What people are asked, as far as it is shown. */
const QUESTION_BYTES = 6_000;

/** A question of a task, in paragraphs and lists, with how it is answered. @foreign */
export const questionText = (question: string): string => {
  const shown = inertParagraphs(question, QUESTION_BYTES);
  return `${shown}${shown.includes('\n') ? '\n\n' : ' '}${HOW_TO_ANSWER}`;
};

/** GitHub takes 65,536 characters; ours stay well within, in bytes. */
export const BODY_BYTES = 60_000;

/** What GitHub takes of a comment or the body of a pull request, in characters. */
export const GITHUB_CHARACTERS = 65_536;

/**
 * The parts as paragraphs, as many as there is room for. A part is shown whole or not at all, because
 * a table, a fence or folded details that are cut would take in what follows them.
 */
export function fitted(parts: readonly string[], bytes: number): string {
  const shown: string[] = [];
  let room = bytes - LEFT_OUT.length;
  let isWhole = true;
  for (const part of parts.filter(text => text !== '')) {
    const size = Buffer.byteLength(part) + 2;
    if (size > room) isWhole = false;
    else {
      shown.push(part);
      room -= size;
    }
  }
  return [...shown, ...(isWhole ? [] : [LEFT_OUT])].join('\n\n');
}

const LEFT_OUT = '_There is no room for the rest._';

/** The first seven digits of a commit, as code. */
export const shortSha = (sha: string): string => `\`${sha.slice(0, 7).replace(/[^0-9a-f]/g, '')}\``;

export function duration(ms: number | null): string {
  if (ms === null) return '';
  if (ms < 1000) return `${Math.max(0, ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const STATE_LABELS: Readonly<Record<RunView['state'], string>> = {
  queued: '… queued',
  running: '… running',
  waiting_approval: '✋ waiting for approval',
  success: '✓ done',
  failure: '✗ failed',
  canceled: '– canceled',
};

/** What another run took the place of has not failed: it is marked as what it is. */
export const stateLabel = ({ state, superseded }: RunView): string =>
  superseded && state === 'failure'
    ? '↻ tried again'
    : superseded && state === 'canceled'
      ? '– superseded'
      : STATE_LABELS[state];

/** Text from outside as a sentence: it ends with one full stop, whether or not it came with one. @foreign */
export const sentence = (text: string, limit?: number): string => {
  const shown = inert(text, limit);
  return /[.!?…:]['")]?$/.test(shown) ? shown : `${shown}.`;
};

/** Their names as code, so that nobody is notified. */
export const logins = (list: readonly { login: string }[]): string =>
  list.map(person => inertCode(person.login, 60)).join(', ') || 'nobody';

/** Who asked for the work. */
export function whoAsked({ origin, requester }: Pick<TaskView, 'origin' | 'requester'>): string {
  if (origin.kind === 'check')
    return `the check ${inertCode(origin.check.name, 60)}, which fails on ${shortSha(origin.check.head)}`;
  return whoAnswers(requester);
}

/** Who answers for the work. */
export function whoAnswers(requester: Requester): string {
  switch (requester.kind) {
    case 'person':
      return logins([requester]);
    case 'token':
      return `the project ${inertCode(requester.project, 60)} (token ${inertCode(requester.id, 60)})`;
    case 'repository':
      return "the repository's configuration";
  }
}

/** Why there is a round after the first. */
export function whyRound({ origin, by, project }: TaskView['reworks'][number]): string {
  switch (origin) {
    case 'comment':
      return `as ${logins(by ? [by] : [])} asked`;
    case 'call':
      return `as ${inertCode(project ?? '', 60)} called for`;
    case 'check':
      return 'because a check failed';
    case 'conflict':
      return 'because it conflicted with its base';
    case 'acceptance':
      return 'because it was not accepted where it was deployed';
  }
}

/** What was used in all, in words; `null` where it is nothing. */
export function tokenText(used: readonly Usage[]): string | null {
  const sum = used.reduce(addUsage, NO_USAGE);
  const input = sum.input + sum.cached + sum.cacheWrite;
  const output = sum.output + sum.reasoning;
  return input + output === 0 ? null : `${count(input)} tokens in, ${count(output)} out`;
}

const count = (tokens: number): string => tokens.toLocaleString('en-US');

/** What the calls and the time of all runs cost, as far as that is known; empty where nothing was spent. */
export function spendLines(view: TaskView): string[] {
  const spends = view.runs.flatMap(({ spend }) => (spend ? [spend] : []));
  const { calls } = totalOf(spends);
  const compute = spends.reduce((sum, { work }) => sum + (work.nanoUsd ?? 0), 0);
  return [
    ...(calls > 0 ? [`model calls: ${calls}`, `models: ${moneyOf(spends)}`] : []),
    ...(compute > 0 ? [`compute: ${moneyInWords(compute)}`] : []),
  ];
}

/** What models cost; where that is not known of all of them, it says of which not. */
export function moneyOf(spends: readonly RunSpend[]): string {
  const { nanoUsd, unpriced } = totalOf(spends);
  const unknown = unpriced.map(model => inertCode(model, 80)).join(', ');
  const priced = nanoUsd > 0 || unpriced.length === 0 ? [moneyInWords(nanoUsd)] : [];
  return [...priced, ...(unknown ? [`price unknown: ${unknown}`] : [])].join(' and ');
}
