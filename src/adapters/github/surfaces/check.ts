/** The check run `gatehouse`: the verdict, who may change it, and the audit. */
import { capsuleId } from '../../../core/approvals/request.ts';
import { checkVerdict } from '../../../core/verdict.ts';
import type { CheckVerdict, TaskView } from '../../../core/view.ts';
import { actionInWords, OUTCOME_WORDS } from './action-words.ts';
import type { Annotation } from './annotation.ts';
import { approvalLines } from './approval-lines.ts';
import { requestLink, taskLink } from './console-links.ts';
import { failedCommandText, IN_CHECK, problemAnnotations } from './failed-command.ts';
import { refusedLines } from './finding-lines.ts';
import {
  duration,
  fitted,
  questionText,
  sentence,
  shortSha,
  spendLines,
  stateLabel,
  tokenText,
  whoAsked,
} from './formats.ts';
import { inert, inertCode, inertPlain } from './inert.ts';
import { table } from './table.ts';
import { taintLines } from './taint-lines.ts';

export const CHECK_NAME = 'gatehouse';

/** GitHub takes 65,535 of each. */
const TEXT_BYTES = 60_000;

export type RenderedCheck = {
  name: string;
  conclusion: CheckVerdict['conclusion'];
  title: string;
  summary: string;
  text: string;
  /** Only of a check that is completed: GitHub adds what it is sent to what is there. */
  annotations: Annotation[];
  /** Buttons; GitHub shows them once the check is completed. */
  actions: { label: string; description: string; identifier: string }[];
};

export function renderCheck(view: TaskView): RenderedCheck {
  const { conclusion, title } = checkVerdict(view);
  return {
    name: CHECK_NAME,
    conclusion,
    title: inertPlain(title, 200),
    summary: summary(view),
    text: audit(view),
    annotations: conclusion === null ? [] : problemAnnotations(view),
    actions: buttons(view),
  };
}

function summary(view: TaskView): string {
  // What is asked for says why it is.
  const isAsking = view.status === 'active' && view.approval?.status === 'requested';
  const asksQuestion = view.question !== null && !view.paused;
  const parts = [
    asksQuestion ? questionText(view.question ?? '') : '',
    view.reason && !isAsking && !asksQuestion ? sentence(view.reason, 600) : '',
    view.shortage ?? '',
    ...(view.approval ? [approvalLines(view.approval).join('\n')] : []),
    requestLink(view),
    refusedLines(view).join('\n'),
    failedCommandText(view, IN_CHECK),
    `Task ${taskLink(view)}, ${inertCode(`/agent ${view.command}`)} for ${whoAsked(view)}${view.issue === null ? '' : `, from #${view.issue}`}.`,
    ...forged(view),
    totals(view),
    anchor(view),
  ];
  return fitted(parts, TEXT_BYTES);
}

/** GitHub allows three: 20 characters each of label and identifier, 40 of description. */
function buttons({ approval, status, question }: TaskView): RenderedCheck['actions'] {
  const retry = { label: 'Retry', description: 'Try again what failed', identifier: 'retry' };
  const cancel = { label: 'Cancel', description: 'Stop the work', identifier: 'cancel' };
  if (status === 'failure') return [retry];
  if (status !== 'active') return [];
  if (question !== null) return [retry, cancel];
  const capsule =
    approval?.status === 'requested' && approval.digest ? capsuleId(approval.digest) : '';
  const asking = [
    {
      label: 'Approve',
      description: `Approve ${capsule}, once`,
      identifier: `approve-${capsule}`,
    },
    { label: 'Deny', description: 'Stop it until you approve', identifier: `deny-${capsule}` },
  ];
  return [...(capsule ? asking : []), cancel];
}

/** A check of our name by another App decides nothing, and is reported. */
function forged(view: TaskView): string[] {
  const on = view.forged.filter(({ head }) => head === view.pull?.head);
  return on.map(
    ({ name, app, check }) =>
      `A check named ${inertCode(name, 60)} by ${inertCode(app, 60)} (${check}) is not ours: it is ignored.`,
  );
}

function totals(view: TaskView): string {
  const tokens = tokenText(view.runs.map(({ usage }) => usage));
  const took = view.finishedAt ? Date.parse(view.finishedAt) - Date.parse(view.startedAt) : null;
  return [
    `runs: ${view.runs.length}`,
    `decisions: ${view.decisions.length}`,
    `approvals asked for: ${view.approvals.length}`,
    ...(view.patch
      ? [
          `files changed${view.round > 1 ? ' in the last round' : ''}: ${view.patch.files} (+${view.patch.added} −${view.patch.removed})`,
        ]
      : []),
    ...(tokens === null ? [] : [tokens]),
    ...spendLines(view),
    ...(took === null ? [] : [`took ${duration(took)}`]),
  ].join(' · ');
}

/** The head of the log: whoever keeps this text can find out later whether the log was changed. */
function anchor(view: TaskView): string {
  const { events, head, verify, replay } = view.audit;
  return [
    `Log: ${events} events, head ${inertCode(head, 80)}`,
    ...(verify === null ? [] : [`verify: ${inert(verify, 80)}`]),
    ...(replay === null ? [] : [`replay: ${inert(replay, 80)}`]),
  ].join(' · ');
}

function audit(view: TaskView): string {
  const tainted = taintLines(view);
  const asked = view.approvals.slice(-20).map(each => approvalLines(each).join('\n'));
  const parts = [
    `### Runs\n\n${runs(view)}`,
    `### Decisions\n\n${decisions(view)}`,
    observedSection(view),
    '### Approvals',
    ...(asked.length > 0 ? asked : ['None was needed so far.']),
    `### Trust\n\n${
      tainted.length > 0
        ? `The task acts one trust level lower, because it\n${tainted.join('\n')}`
        : 'All text the task read is by people with write access.'
    }`,
  ];
  return fitted(parts, TEXT_BYTES);
}

const ROWS = 100;

function runs(view: TaskView): string {
  const rows = view.runs.slice(-ROWS).map(run => {
    const who = run.adapter ? `${run.agent} (${run.adapter})` : run.agent;
    return [
      inertCode(run.run, 60),
      inertCode(who, 60),
      stateLabel(run),
      duration(run.ms),
      run.detail ? inert(run.detail, 120) : '',
    ];
  });
  return table(['run', 'by', 'state', 'took', ''], rows);
}

function decisions(view: TaskView): string {
  const rows = view.decisions.slice(-ROWS).map(decision => {
    const why = decision.reasons
      .slice(0, 3)
      .map(reason => inert(reason, 120))
      .join('; ');
    const by = decision.policies
      .slice(0, 5)
      .map(policy => inertCode(policy, 60))
      .join(' ');
    return [
      String(decision.seq),
      `to ${actionInWords(decision.action, decision.resource, text => inertCode(text, 80))}`,
      OUTCOME_WORDS[decision.outcome],
      why,
      by,
    ];
  });
  return table(['#', 'decision', 'outcome', 'because', 'policies'], rows);
}

/** What policies in observe mode would have denied or asked about, beside the decision that held. */
function observedSection(view: TaskView): string {
  const rows = view.decisions
    .flatMap(({ seq, action, resource, outcome, observed }) => {
      if (!observed || observed.outcome === 'allow') return [];
      const why = observed.reasons
        .slice(0, 3)
        .map(reason => inert(reason, 120))
        .join('; ');
      const what = `to ${actionInWords(action, resource, text => inertCode(text, 80))}`;
      return [[String(seq), what, OUTCOME_WORDS[outcome], OUTCOME_WORDS[observed.outcome], why]];
    })
    .slice(-ROWS);
  if (rows.length === 0) return '';
  return [
    '### Observed policies',
    'These policies are tried. Nothing is enforced by them; this is what they would have denied or asked people about.',
    table(['#', 'decision', 'outcome', 'observed', 'because'], rows),
  ].join('\n\n');
}

/** The check of a head that was left behind, so that going back to that head does not make it green again. */
export const renderSuperseded = (view: TaskView, head: string): RenderedCheck => ({
  name: CHECK_NAME,
  conclusion: 'cancelled',
  title: 'Superseded: the head moved',
  summary: `${shortSha(head)} is no longer the head of the pull request; what was said of it is void. Task ${inertCode(view.id)}.`,
  text: '',
  annotations: [],
  actions: [],
});
