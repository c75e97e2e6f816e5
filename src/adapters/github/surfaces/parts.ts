/** What several surfaces show alike: durations, runs, approvals, taint. */
import { capsuleId } from '../../../core/approvals/request.ts';
import { ruleInWords } from '../../../core/approvals/rules.ts';
import { solo } from '../../../core/approvals/solo.ts';
import type { Noted } from '../../../core/finding.ts';
import type { ApprovalView, RunView, TaskView } from '../../../core/view.ts';
import { exactCode, inert, inertCode } from './inert.ts';

/** GitHub takes 65,536 characters; ours stay well within, in bytes. */
export const BODY_BYTES = 60_000;

export const short = (sha: string): string => `\`${sha.slice(0, 7).replace(/[^0-9a-f]/g, '')}\``;

export function duration(ms: number | null): string {
  if (ms === null) return '';
  if (ms < 1000) return `${Math.max(0, ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const SIGNS: Readonly<Record<RunView['state'] | 'waiting', string>> = {
  waiting: '·',
  queued: '… queued',
  running: '… running',
  waiting_approval: '✋ waiting for approval',
  success: '✓ done',
  failure: '✗ failed',
  canceled: '– canceled',
};

export const sign = (state: RunView['state'] | 'waiting'): string => SIGNS[state];

export function stepTable(view: TaskView): string {
  const rows = view.steps.map(({ id, status, run }) => {
    const state = status === 'waiting' || !run ? 'waiting' : run.state;
    const who = run && state !== 'waiting' ? inertCode(run.agent, 40) : '';
    const said = run && state !== 'waiting' && run.detail ? inert(run.detail, 160) : '';
    return `| ${inertCode(id, 40)} | ${sign(state)} | ${who} | ${duration(run?.ms ?? null)} | ${said} |`;
  });
  return ['| step | state | by | took | |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** Who has to approve what and why; or who did. */
export function approvalLines(approval: ApprovalView): string[] {
  const where = approval.head ? ` at ${short(approval.head)}` : '';
  const id = approval.digest ? ` (${inertCode(capsuleId(approval.digest))})` : '';
  const on = approval.gate === 'act' ? ` on ${exactCode(approval.resource)}` : '';
  const what = `${inertCode(approval.action, 60)}${on}${where}${id}`;
  const said = [
    ...approval.counted.map(counts),
    ...approval.refused.map(
      ({ by, rule, reason }) =>
        `- What ${inertCode(by.login, 60)} said does not count: ${inert(reason)} (The rule: ${inert(ruleInWords(rule), 200)}.)`,
    ),
  ];
  switch (approval.status) {
    case 'granted':
      return [`**Approved** for ${what} by ${people(approval.by)}${until(approval)}.`, ...said];
    case 'used':
      return [`**Approved** for ${what} by ${people(approval.by)}, and used.`, ...said];
    case 'denied':
      return [`**Denied** is ${what}: ${inert(approval.denial)}`, ...said];
    case 'void':
      return [`The approval for ${what} is void.`, ...said];
    case 'requested':
      return [
        `**Needs approval** for ${what}: ${needed(approval)}.`,
        ...approval.reasons.slice(0, 10).map(reason => `- because ${inert(reason)}`),
        ...findingLines(approval.findings),
        ...said,
      ];
  }
}

/** Where to look, and for what. What is told may quote the change: it is text from outside. */
export function findingLines(findings: readonly Noted[]): string[] {
  const lines = findings.slice(0, FINDINGS).map(({ kind, path, reason }) => {
    const where = path === '' ? '' : `${inertCode(path, 200)}: `;
    return `- ${where}${inert(reason)} (${inertCode(kind, 40)})`;
  });
  return findings.length > FINDINGS ? [...lines, '- and more: see the diff'] : lines;
}

const FINDINGS = 20;

/** What was found in the change that policy refused last; nothing where it refused none. */
export function refusedLines({ decisions, status }: TaskView): string[] {
  const last = decisions.findLast(({ findings }) => findings.length > 0);
  if (status !== 'failure' || !last) return [];
  return ['**Found in the change:**', ...findingLines(last.findings)];
}

const until = ({ until: at }: ApprovalView): string => (at ? `, until ${at.slice(0, 16)}Z` : '');

function counts({ by, says, rule, reason }: ApprovalView['counted'][number]): string {
  const who = inertCode(by.login, 60);
  if (says === 'objects') return `- ${who} is against it`;
  return rule === solo.name ? `- ${who} approves. ${inert(reason)}` : `- ${who} approves`;
}

export function needed({ approvers, quorum }: Pick<ApprovalView, 'approvers' | 'quorum'>): string {
  const who =
    approvers.length > 0 ? approvers.map(name => inert(name, 80)).join(', ') : 'a maintainer';
  return `${Math.max(1, quorum)} of ${who}`;
}

export const people = (list: readonly { login: string }[]): string =>
  list.map(person => inertCode(person.login, 60)).join(', ') || 'nobody';

/** Whose text the task reads that has no write access: it lowers trust, and people may know. */
export function taintLines(view: TaskView): string[] {
  const seen = new Map(view.taint.map(taint => [`${taint.source}/${taint.by.id}`, taint]));
  return [...seen.values()]
    .slice(0, 10)
    .map(
      ({ source, by, reason }) =>
        `- reads ${inert(source, 80)} by ${inertCode(by.login, 60)}: ${inert(reason)}`,
    );
}

export const summed = (view: TaskView): { input: number; output: number } =>
  view.runs.reduce(
    (sum, { usage }) => ({
      input: sum.input + usage.input + usage.cached + usage.cacheWrite,
      output: sum.output + usage.output + usage.reasoning,
    }),
    { input: 0, output: 0 },
  );
