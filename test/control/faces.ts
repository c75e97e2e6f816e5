/** Requests and decisions as five places tell them: the check run, the comment, a terminal, the API, and a page. */
import { expect } from 'vitest';
import { renderCheck } from '../../src/adapters/github/surfaces/check.ts';
import { renderComment } from '../../src/adapters/github/surfaces/comment.ts';
import { NO_USAGE } from '../../src/core/agent-event.ts';
import { taskStream } from '../../src/core/stream.ts';
import type { TaskCommand } from '../../src/core/task/decide/command.ts';
import { viewOf } from '../../src/core/task/views/view.ts';
import { loadTask } from '../../src/engine/queries/queries.ts';
import { runProgram } from '../cli/run-program.ts';
import {
  approvalSubject,
  created,
  decided,
  decision,
  HISTORY,
  judged,
  sha,
  started,
  work,
} from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { ask, type Place } from './fixture.ts';

const RUN = 'author-1-1';
const ACTION = 'command.exec';
/** An agent asks in the middle of its run, and a person is against it. */
const deniedInRun: TaskCommand[] = [
  ...HISTORY.reproduced,
  decided('run.start', 'allow', RUN),
  started(RUN),
  {
    type: 'wait',
    run: RUN,
    decision: decision(ACTION, 'require_approval'),
    approvalSubject: approvalSubject(ACTION),
    checkpoint: {
      work: work('d'),
      home: null,
      session: 'session-1',
      adapter: 'simulated',
      usage: NO_USAGE,
      journal: null,
    },
    artifacts: [],
  },
  decided(ACTION, 'require_approval', RUN, {
    approvalSubject: approvalSubject(ACTION, {}, judged({ says: 'objects', rule: 'veto' })),
  }),
];

/** What becomes of a request, the commands that bring a task there, and the code that the API has for it. */
export const REQUESTS: readonly (readonly [string, TaskCommand[], string])[] = [
  ['waits', HISTORY.waiting, 'requested'],
  ['is approved', HISTORY.approved, 'granted'],
  ['is denied', deniedInRun, 'denied'],
  ['is void', [...HISTORY.approved, { type: 'head_moved', to: sha('e') }], 'void'],
  [
    'waits before anything is pushed',
    [
      ...HISTORY.reviewed,
      decided('run.start', 'allow', 'publish-1-1'),
      decided('branch.push', 'require_approval', 'publish-1-1'),
    ],
    'requested',
  ],
];

/** What policy refuses ends a task, and the reason of its decision is what is told. */
export const REFUSAL: TaskCommand[] = [created(), decided('task.start', 'deny')];

type Told = { id: string; sentence: string; status: string };

/** Writes a task, and says what it is told as by the API; everything else that tells it says the same. */
export async function toldAlike(
  place: Place,
  [name, commands]: readonly [string, TaskCommand[]],
  { token, repository }: { token: string; repository: { id: number; name: string } },
): Promise<Told> {
  const { log } = place.services;
  const issue = ++issues;
  const id = `${repository.id}-face-${name.replaceAll(' ', '-')}`;
  const where = { id: repository.id, owner: 'acme', name: repository.name, installation: 7 };
  await beginTask(log, id, [created({ repository: where, issue }), ...commands.slice(1)]);
  const before = await log.load(taskStream(id));
  const view = viewOf(id, await loadTask(log, id));
  const task = (await ask(`${place.url}/api/v1/tasks/${id}`, token)).json;
  const open = { openLog: async () => ({ ...place.services, close: async () => {} }) };
  const terminal = await runProgram(['status', id], open);
  const json = JSON.parse((await runProgram(['status', id, '--json'], open)).out);
  const check = renderCheck(view);
  const comment = asRead(renderComment(view));
  const [approval] = task.approvals;
  const sentence: string = approval?.sentence ?? task.reason;
  expect(sentence).toMatch(/\S{3}.*\S$/);
  expect(terminal.out).toContain(sentence);
  expect(asRead(`${check.summary}\n${check.text}`)).toContain(asRead(sentence));
  expect(comment).toContain(asRead(sentence));
  expect(task.says).toBe(asRead(check.title));
  expect(json.status).toBe(task.status);
  if (approval) {
    const path = `/api/v1/tasks/${id}/approvals/${approval.id}`;
    const one = (await ask(`${place.url}${path}`, token)).json;
    expect([one.sentence, one.status]).toEqual([sentence, approval.status]);
    expect(json.approvals[0].status).toBe(approval.status);
  }
  expect(await log.load(taskStream(id)), 'reading appends nothing').toEqual(before);
  return { id, sentence, status: approval?.status ?? task.status };
}
let issues = 100;

/** As somebody reads it on GitHub: without the marks of Markdown, and without what keeps text from being more. */
const asRead = (markdown: string): string =>
  markdown
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/[*`\\]/g, '')
    .replaceAll('&#35;', '#');
