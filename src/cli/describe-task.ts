/** A task in words for a terminal. Whatever comes from outside is made plain. */
import { approvalInWords, PLAIN } from '../core/approvals/in-words.ts';
import { amountInWords, moneyInWords } from '../core/budget.ts';
import { requesterName } from '../core/origin.ts';
import type { ReworkOrigin } from '../core/profile.ts';
import { totalOf, totalTokens } from '../core/spend.ts';
import { plain } from '../core/text/plain-text.ts';
import type { ApprovalView, DecisionView, RunView, TaskView } from '../core/view.ts';
import { table } from './output.ts';

const ORIGIN_WORDS: Record<ReworkOrigin, string> = {
  comment: 'comment',
  check: 'failing check',
  conflict: 'conflict',
  acceptance: 'not accepted',
  call: 'call',
};

export function describeTask(view: TaskView): string[] {
  const { repository, pull, patch, audit } = view;
  const where = `${repository.owner}/${repository.name}${view.issue === null ? '' : `#${view.issue}`}`;
  const changed = patch
    ? `, ${patch.files} ${patch.files === 1 ? 'file' : 'files'}, +${patch.added} −${patch.removed}`
    : '';
  const runs = view.runs.map(row);
  return [
    `${where}: ${plain(view.title)}`,
    `${view.status}${view.reason ? `: ${plain(view.reason, 300)}` : ''}`,
    '',
    `task      ${view.id}, ${view.command}${view.mode === 'dry_run' ? ', a dry run' : ''}, for ${plain(requesterName(view.requester))}`,
    `time      ${moment(view.startedAt)}${view.finishedAt ? ` to ${moment(view.finishedAt)}` : ', not ended'}`,
    ...(pull
      ? [
          `pull      #${pull.number} at ${pull.head.slice(0, 7)}${pull.draft ? ', a draft' : ''}${changed}`,
        ]
      : []),
    ...view.taint.map(({ source, reason }) => `tainted   by ${plain(source)}: ${plain(reason)}`),
    ...view.reworks.map(
      ({ round, origin, by, instructions }) =>
        `round ${`${round}`.padEnd(4)}after a ${ORIGIN_WORDS[origin]}${by ? ` by ${by.login}` : ''}: ${plain(instructions, 80)}`,
    ),
    ...view.followups.map(
      ({ task, outcome, reason }) =>
        `started   ${task}: ${outcome}${reason ? `: ${plain(reason, 200)}` : ''}`,
    ),
    ...(view.approval ? describeApproval(view.approval) : []),
    ...askedInRuns(view).map(describeAsked),
    ...describeSpend(view),
    '',
    ...(runs.length > 0
      ? table([['RUN', 'BY', 'STATE', 'TIME', 'DETAIL'], ...runs])
      : ['Nothing has run yet.']),
    '',
    `log       ${audit.events} events, head ${audit.head}`,
  ];
}

function describeSpend({ runs }: TaskView): string[] {
  const spends = runs.flatMap(({ spend }) => (spend ? [spend] : []));
  if (spends.length === 0) return [];
  const { calls, usage, nanoUsd, unpriced } = totalOf(spends);
  const work = spends.map(spend => spend.work);
  const ms = work.reduce((sum, each) => sum + each.ms, 0);
  const compute = work.reduce((sum, each) => sum + (each.nanoUsd ?? 0), 0);
  const known = nanoUsd > 0 || unpriced.length === 0 ? [moneyInWords(nanoUsd)] : [];
  const models = [
    amountInWords('calls', calls),
    amountInWords('tokens', totalTokens(usage)),
    ...known,
    ...unpriced.map(model => `price unknown: ${plain(model, 80)}`),
  ];
  return [
    ...(calls > 0 ? [`spent     ${models.join(', ')}`] : []),
    `work      ${amountInWords('ms', ms)}${compute > 0 ? `, ${moneyInWords(compute)} of compute` : ''}`,
  ];
}

function describeApproval(approval: ApprovalView): string[] {
  const shown = { ...PLAIN, exact: (text: string) => plain(text, 80) };
  return [
    `approval  ${plain(approvalInWords(approval, shown), 600)}`,
    ...approval.refused.map(
      ({ by, rule, reason }) => `          not ${by.login}'s (${rule}): ${plain(reason)}`,
    ),
  ];
}

/** What agents asked for in the middle of a run and policy did not simply allow: each once, as decided last. */
const askedInRuns = ({ decisions }: TaskView): DecisionView[] => {
  const asked = decisions.filter(({ gate }) => gate === 'act');
  const same = (a: DecisionView, b: DecisionView) =>
    a.action === b.action && a.resource === b.resource;
  return asked.filter((one, at) => asked.findLastIndex(other => same(one, other)) === at);
};

const OUTCOME = { allow: 'allowed', deny: 'denied', require_approval: 'held' } as const;

const describeAsked = ({ action, resource, outcome, reasons }: DecisionView): string =>
  `${OUTCOME[outcome].padEnd(9)} ${action} ${plain(resource, 80)}: ${plain(reasons[0] ?? '', 200)}`;

function row({ run, agent, state, ms, detail }: RunView): string[] {
  const time = ms === null ? '' : ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
  return [run, plain(agent), state, time, plain(detail.split('\n')[0] ?? '', 80)];
}

/** To the minute, in UTC. */
const moment = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')}Z`;
