/** A pull request's body: what it changes and why, how it was proved, what policy found, what is wanted of whom. */
import { capsuleId } from '../../../core/approvals/request.ts';
import { whoApproves } from '../../../core/approvals/who-approves.ts';
import type { TaskView } from '../../../core/view.ts';
import { actionInWords } from './action-words.ts';
import {
  BODY_BYTES,
  fitted,
  GITHUB_CHARACTERS,
  logins,
  sentence,
  whoAsked,
  whyRound,
} from './formats.ts';
import { inert, inertCode, inertParagraphs, inertPlain } from './inert.ts';
import { taskEnd, taskMarker } from './markers.ts';
import { proof } from './proof.ts';
import { taintLines } from './taint-lines.ts';

/** @foreign */
export const renderTitle = (title: string): string => inertPlain(title, 120);

/** What GitHub counts between the base and the head. */
type Sizes = { files: number; added: number; removed: number };

/** Our section of the body, between its marks; people may write around it. */
export function renderSection(
  view: TaskView,
  sizes: Sizes | null = null,
  bytes: number = BODY_BYTES,
): string {
  const parts = [
    change(view, sizes),
    proof(view),
    findings(view),
    wanted(view),
    details(view),
    `<sub>By Gatehouse, task ${inertCode(view.id)}; the audit is in the check run \`gatehouse\`.</sub>`,
  ];
  const marks = [taskMarker(view.id), taskEnd(view.id)];
  const content = fitted(parts, bytes - marks.join('').length - 2);
  return `${marks[0]}\n${content}\n${marks[1]}`;
}

/** Room that a section takes at least: below it the body is people's alone. */
const LEAST_BYTES = 500;

/** The body with our section put in its place, or at the end where it is not there yet: as much as there is room for. */
export function placeSection(body: string, view: TaskView, sizes: Sizes | null = null): string {
  const end = taskEnd(view.id);
  const from = body.indexOf(taskMarker(view.id));
  const to = from === -1 ? -1 : body.indexOf(end, from);
  const isThere = to !== -1;
  const before = isThere ? body.slice(0, from) : body.trim() ? `${body.trimEnd()}\n\n` : '';
  const after = isThere ? body.slice(to + end.length) : '';
  const room = Math.min(BODY_BYTES, GITHUB_CHARACTERS - before.length - after.length);
  return room < LEAST_BYTES ? body : `${before}${renderSection(view, sizes, room)}${after}`;
}

/** What is shown at once; all of it is in the details. */
const SHOWN_ACCOUNT = 600;
const SHOWN_ROUNDS = 3;

/** What the whole change does and why, over all rounds, and how large it is. */
function change(view: TaskView, sizes: Sizes | null): string {
  const lines = roundLines(view);
  const left = lines.length - SHOWN_ROUNDS;
  const title = inert(view.title, 300);
  return [
    '### What this changes, and why',
    inertParagraphs(firstAccount(view) || view.title, SHOWN_ACCOUNT),
    whatFor(view, title),
    [
      ...(left > 0 ? [`- ${left} more rounds before, see the details`] : []),
      ...lines.slice(-SHOWN_ROUNDS),
    ].join('\n'),
    sizeLine(view, sizes),
  ]
    .filter(part => part !== '')
    .join('\n\n');
}

/** GitHub closes what it is said to fix when the pull request is merged: never somebody's pull request, or a backlog's issue. */
function whatFor(view: TaskView, title: string): string {
  const { issue, origin, worksOn } = view;
  if (issue !== null)
    return `${worksOn ? 'For' : 'Fixes'} #${issue}: ${title} (asked for by ${whoAsked(view)})`;
  const part = origin.kind === 'backlog' && origin.tracking !== null;
  return part
    ? `Part of #${origin.tracking}: ${title} (asked for by ${whoAsked(view)})`
    : `${title} (asked for by ${whoAsked(view)})`;
}

const firstAccount = ({ accounts }: TaskView): string => accounts[0]?.summary ?? '';

/** Before GitHub has counted, the first round's own count is the whole change. */
function sizeLine({ patch, round }: TaskView, sizes: Sizes | null): string {
  const size = sizes ?? (round === 1 ? patch : null);
  if (!size) return '';
  const { files, added, removed } = size;
  return `${files} ${files === 1 ? 'file' : 'files'} changed, +${added} −${removed}.`;
}

/** Who asked for each further round, and what it did. */
function roundLines({ reworks, accounts }: TaskView): string[] {
  return reworks.map(rework => {
    const { round, instructions } = rework;
    const did = accounts.find(account => account.round === round)?.summary;
    const outcome = did ? ` ${sentence(did)}` : '';
    return `- Then, ${whyRound(rework)}: ${sentence(instructions, 200)}${outcome}`;
  });
}

/** The last decision about each action; an earlier refusal that was overcome is not shown. */
function findings({ decisions }: TaskView): string {
  const last = decisions.filter(
    (decision, index) =>
      (decision.gate === 'accept' || decision.gate === 'publish' || decision.gate === 'merge') &&
      decision.outcome !== 'allow' &&
      !decisions
        .slice(index + 1)
        .some(
          ({ action, outcome }) =>
            action === decision.action && (outcome !== 'allow' || decision.outcome === 'deny'),
        ),
  );
  const lines = last.map(({ action, resource, outcome, reasons }) => {
    const what = `To ${actionInWords(action, resource)} ${outcome === 'deny' ? 'is denied' : 'needs approval'}`;
    const why = reasons.slice(0, 5).map(reason => sentence(reason));
    return `- ${what}: ${why.join(' ')}`;
  });
  const found = lines.length > 0 ? lines.join('\n') : 'Policy found nothing that needs a person.';
  return `### What policy found\n\n${found}`;
}

/** What is wanted, and of whom. */
function wanted(view: TaskView): string {
  return `### What is wanted of you\n\n${wantedText(view)}`;
}

function wantedText({ status, approval, pull, mergeable, reason, worksOn }: TaskView): string {
  if (status === 'success' && worksOn)
    return `Whoever works on #${worksOn.pull} merges this into its branch ${inertCode(worksOn.branch, 250)}, or closes it.`;
  if (status === 'success') return 'Nothing: the work is done.';
  if (status !== 'active' && status !== 'proposed')
    return `Nothing of Gatehouse is under way here.${reason ? ` ${sentence(reason, 300)}` : ''} \`/agent fix\` with what is to be done starts again.`;
  if (approval?.status === 'requested' && approval.gate !== 'act') {
    const id = approval.digest ? ` ${capsuleId(approval.digest)}` : '';
    return `Approval by ${inert(whoApproves(approval))}: a review that approves, or \`/agent approve${id}\`. \`/agent fix\` with a few words asks for changes.`;
  }
  if (approval?.status === 'granted' || approval?.status === 'used')
    return `Nothing more: ${logins(approval.by)} approved it.`;
  if (pull && mergeable === pull.head) return 'Nothing: policy allows the merge.';
  return 'Nothing yet: the work goes on. Who is needed is asked in a comment here.';
}

function details(view: TaskView): string {
  const tainted = taintLines(view);
  const first = firstAccount(view);
  const rounds = roundLines(view);
  const parts = [
    Buffer.byteLength(first) > SHOWN_ACCOUNT ? inertParagraphs(first, 6000) : '',
    rounds.length > SHOWN_ROUNDS ? rounds.slice(-20).join('\n') : '',
    tainted.length > 0 ? `Trust is lowered, because the task\n${tainted.join('\n')}` : '',
  ].filter(part => part !== '');
  if (parts.length === 0) return '';
  return `<details><summary>Details</summary>\n\n${parts.join('\n\n')}\n\n</details>`;
}
