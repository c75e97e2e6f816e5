/**
 * `gatehouse approve · deny · revoke`: a person answers what a task asks. Their own comment on GitHub is
 * the answer, with the same rules as any other comment; this shell only writes it for them.
 */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { capsuleId } from '../../core/approvals/request.ts';
import { whoApproves } from '../../core/approvals/who-approves.ts';
import { plain } from '../../core/text/plain-text.ts';
import type { ApprovalView, TaskView } from '../../core/view.ts';
import { showTask } from '../../engine/queries/queries.ts';
import { type Output, print } from '../output.ts';
import type { OpenedLog, Services } from '../services.ts';
import { noTask, taskId } from '../task-id.ts';
import type { KeptLogins } from './kept-login.ts';
import { signedIn } from './login.ts';

export type AnswerWord = 'approve' | 'deny' | 'revoke';

export type PersonAnswer = {
  task: string;
  says: AnswerWord;
  reason: string;
  yes: boolean;
  json: boolean;
  logins: KeptLogins;
  /** Asks the person; `null`: nobody is there to be asked. */
  confirm: ((question: string) => Promise<boolean>) | null;
  /** How long the outcome is waited for, in milliseconds. */
  waitMs: number;
};

const MOST_FILES = 20;
const LOOK_MS = 500;

export async function answer(
  services: Pick<Services, 'openLog' | 'deviceSignIn'>,
  output: Output,
  asked: PersonAnswer,
): Promise<void> {
  const { says, json } = asked;
  const opened = await services.openLog();
  try {
    const id = await taskId(opened, asked.task);
    const view = await showTask(opened, id);
    if (!view) throw noTask(asked.task);
    const about = approvalFor(view, says);
    const github = await services.deviceSignIn();
    const { person, tokens } = await signedIn(github, asked.logins);
    const shown = [...described(view, about), '', `You are ${person.login} on ${github.host}.`];
    output.err(shown.map(line => `${line}\n`).join(''));
    if (!asked.yes) await confirmed(asked, person.login);
    const { owner, name } = view.repository;
    const number = numberOf(view);
    const on = { owner, name, number };
    const url = await github.comment(tokens.token, on, commentOf(says, about, asked.reason));
    const { waitMs } = asked;
    const outcome = await outcomeOf(opened, { id, about, says, by: person.id, waitMs });
    const { counts = null, words = null } = outcome ?? {};
    print(
      output,
      json,
      { task: id, says, approval: about.id, comment: url, counts, outcome: words },
      [url, words ?? 'Gatehouse has not answered yet: it answers below that comment.'],
    );
    if (!counts) output.exit(1);
  } finally {
    await opened.close();
  }
}

/** What is answered: what waits, or, to take it back, what was given. */
function approvalFor(view: TaskView, says: AnswerWord): ApprovalView {
  const statuses = says === 'revoke' ? ['requested', 'granted'] : ['requested', 'denied'];
  const found = view.approvals.findLast(({ status }) => statuses.includes(status));
  if (found) return found;
  const nothing =
    says === 'revoke' ? 'there is nothing to take back' : 'nothing waits for approval';
  throw new Error(
    `task ${view.id}: ${nothing}; \`gatehouse status ${view.id}\` says how it stands`,
  );
}

/** Where Gatehouse hears of it: on the pull request once there is one. */
function numberOf(view: TaskView): number {
  const number = view.pull?.number ?? view.issue ?? view.worksOn?.pull ?? null;
  if (number !== null) return number;
  throw new Error(`task ${view.id} has no issue or pull request on which it could be answered yet`);
}

/** An approval names what was seen: whatever takes its place meanwhile is not approved. */
function commentOf(says: AnswerWord, { digest, head }: ApprovalView, reason: string): string {
  if (says === 'revoke') return '/agent revoke';
  const id = digest === null ? null : capsuleId(digest);
  const words = says === 'deny' ? [id, reason.replaceAll(/\s+/g, ' ')] : [id ?? head];
  return ['/agent', says, ...words].filter(word => word).join(' ');
}

function described(view: TaskView, about: ApprovalView): string[] {
  const { action, resource, head, digest, files, findings, reasons } = about;
  const { owner, name } = view.repository;
  const more = files.length - MOST_FILES;
  return [
    `${owner}/${name}: ${plain(view.title)}`,
    `asked     ${plain(action)} ${plain(resource, 200)}${head ? ` at ${head.slice(0, 7)}` : ''}`,
    ...(digest ? [`capsule   ${capsuleId(digest)}`] : []),
    ...reasons.map(reason => `because   ${plain(reason, 300)}`),
    `approved  by ${plain(whoApproves(about))}`,
    ...files.slice(0, MOST_FILES).map(file => `file      ${plain(file, 200)}`),
    ...(more > 0 ? [`          and ${more} more`] : []),
    ...findings.map(({ path, reason }) => `found     ${plain(path, 200)}: ${plain(reason, 200)}`),
  ];
}

async function confirmed({ says, confirm }: PersonAnswer, login: string): Promise<void> {
  if (!confirm)
    throw new Error(`nobody is there to be asked: --yes says that ${login} wants to ${says} this`);
  if (!(await confirm(`${WORDS[says]} this as ${login}? [y/N] `)))
    throw new Error('Nothing was done.');
}

const WORDS: Record<AnswerWord, string> = { approve: 'Approve', deny: 'Deny', revoke: 'Take back' };

/** At a terminal alone: what a script pipes in is no answer of a person. */
export function terminalConfirm(): PersonAnswer['confirm'] {
  if (!process.stdin.isTTY) return null;
  return async question => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await lines.question(question)).trim());
    } finally {
      lines.close();
    }
  };
}

/** `counts`: whether the request is as the person wants it, or their answer is among those that count. */
type AnswerOutcome = { counts: boolean; words: string };

/** What a request is once somebody has said so. */
const WANTED: Record<AnswerWord, readonly ApprovalView['status'][]> = {
  approve: ['granted', 'used'],
  deny: ['denied'],
  revoke: ['requested', 'denied', 'void'],
};

/** What Gatehouse makes of it, once GitHub has told; `null`: not yet. */
async function outcomeOf(
  opened: OpenedLog,
  asked: { id: string; about: ApprovalView; says: AnswerWord; by: number; waitMs: number },
): Promise<AnswerOutcome | null> {
  const { id, about, says, by, waitMs } = asked;
  const before = JSON.stringify(theirs(about, by));
  for (let waited = 0; waited < waitMs; waited += LOOK_MS) {
    const now = (await showTask(opened, id))?.approvals.find(each => each.id === about.id);
    if (!now) return null;
    if (now.status !== about.status)
      return { counts: WANTED[says].includes(now.status), words: `It is ${now.status}.` };
    if (JSON.stringify(theirs(now, by)) !== before) return told(now, by);
    await sleep(LOOK_MS);
  }
  return null;
}

const theirs = ({ counted, refused }: ApprovalView, id: number) => ({
  counted: counted.filter(({ by }) => by.id === id),
  refused: refused.filter(({ by }) => by.id === id),
});

function told(now: ApprovalView, by: number): AnswerOutcome {
  const { counted, refused } = theirs(now, by);
  const refusal = refused.at(-1);
  if (refusal)
    return {
      counts: false,
      words: `It does not count (${refusal.rule}): ${plain(refusal.reason, 300)}`,
    };
  return { counts: true, words: standing(now, counted.at(-1)) };
}

function standing(now: ApprovalView, said: ApprovalView['counted'][number] | undefined): string {
  if (said?.says === 'objects') return `It holds: nothing goes on until ${said.by.login} approves.`;
  return said ? `It counts; still asked for: ${plain(whoApproves(now))}.` : 'It is taken back.';
}
