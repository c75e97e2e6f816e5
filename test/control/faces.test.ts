/**
 * One request, told in five places: the check run, the comment, a terminal, the API, and the page, which shows the
 * API's sentence as it is (`test/console`). All of them say the same, and reading any of them appends nothing.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderCheck } from '../../src/adapters/github/surfaces/check.ts';
import { renderComment } from '../../src/adapters/github/surfaces/comment.ts';
import { taskStream } from '../../src/core/stream.ts';
import type { TaskCommand } from '../../src/core/task/command.ts';
import { viewOf } from '../../src/core/task/view.ts';
import { loadTask } from '../../src/engine/queries.ts';
import { runProgram } from '../cli/run-program.ts';
import { created, decided, HISTORY } from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { ask, openPlace, type Place, tokenFor } from './fixture.ts';

const SPAN = { id: 43, owner: 'acme', name: 'span', installation: 7 };

let place: Place;
let token: string;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

/** As somebody reads it on GitHub: without the marks of Markdown, and without what keeps text from being more. */
const asRead = (markdown: string): string =>
  markdown
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/[*`\\]/g, '')
    .replaceAll('&#35;', '#');

const CASES: readonly [string, TaskCommand[], string][] = [
  ['waits', HISTORY.waiting, 'requested'],
  ['is approved', HISTORY.approved, 'granted'],
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

it.each(CASES)(
  'a request that %s is told in the same sentence everywhere',
  async (name, commands, status) => {
    const id = `43-${name.replaceAll(' ', '-')}`;
    const [, ...rest] = commands;
    const issue = CASES.findIndex(([one]) => one === name) + 1;
    await beginTask(place.services.log, id, [created({ repository: SPAN, issue }), ...rest]);
    token ??= await tokenFor(place, { repositories: [{ name: 'acme/span', alias: null }] });
    const before = await place.services.log.load(taskStream(id));
    const view = viewOf(id, await loadTask(place.services.log, id));
    const one = (await ask(`${place.url}/api/v1/tasks/${id}/approvals/approval-1`, token)).json;
    const task = (await ask(`${place.url}/api/v1/tasks/${id}`, token)).json;
    const open = { openLog: async () => ({ ...place.services, close: async () => {} }) };
    const terminal = await runProgram(['status', id], open);
    const json = JSON.parse((await runProgram(['status', id, '--json'], open)).out);
    const sentence: string = one.sentence;
    expect(sentence).toMatch(/\S{3}.*\.$/);
    expect(task.approvals[0].sentence).toBe(sentence);
    expect(terminal.out).toContain(sentence);
    const check = renderCheck(view);
    expect(asRead(`${check.summary}\n${check.text ?? ''}`)).toContain(sentence);
    expect(asRead(renderComment(view))).toContain(sentence);
    expect([one.status, task.approvals[0].status, json.approvals[0].status]).toEqual([
      status,
      status,
      status,
    ]);
    expect(await place.services.log.load(taskStream(id))).toEqual(before);
  },
);
