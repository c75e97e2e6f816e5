/** Approvals over the API: the inbox, one request with its change, and what people do. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi } from '../../src/compose/http/api.ts';
import { bind } from '../../src/compose/http/bind.ts';
import { readPolicies } from '../../src/compose/settings/policies.ts';
import type { RepositoryRole, Viewer } from '../../src/control/viewer.ts';
import type { SessionViewer } from '../../src/control/who-asks.ts';
import { taskStream } from '../../src/core/stream.ts';
import { withTexts } from '../../src/policy/load.ts';
import {
  approvalSubject,
  asking,
  created,
  decided,
  HISTORY,
  REVIEWER,
  sha,
} from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { ask, openPlace, type Place, RECORDED, tokenFor } from './fixture.ts';

const SPAN = { id: 43, owner: 'acme', name: 'span', installation: 7 };
const seen = approvalSubject('pr.merge').digest;
const approval = (task: string) => `/tasks/${task}/approvals/approval-1`;

let place: Place;
/** Whose session a request has, by the name in a header of it. */
const sessions = new Map<string, Viewer>();
const person = (login: string, id: number, role: RepositoryRole | null = 'write'): Viewer => ({
  who: { kind: 'person', id, login },
  repositories: new Map(role ? [[SPAN.id, role]] : []),
  roles: new Map(),
});
const rey = person('rey', REVIEWER.id);

const session: SessionViewer = async ({ headers }) =>
  sessions.get(String(headers['x-session'])) ?? null;
/** Of the API that is asked. */
let url = '';

beforeAll(async () => {
  place = await openPlace(session);
  url = place.url;
  const { roles } = place.services.github;
  roles.set(REVIEWER.id, 'write').set(11, 'write').set(12, 'read');
});
afterAll(() => place.close());

let tasks = 0;
async function waiting(commands = HISTORY.waiting): Promise<string> {
  const id = `43-${++tasks}-a`;
  await beginTask(place.services.log, id, [
    created({ repository: SPAN, issue: tasks }),
    ...commands.slice(1),
  ]);
  return id;
}
async function call(by: Viewer, path: string, body?: object) {
  const name = JSON.stringify(by.who);
  sessions.set(name, by);
  const headers = { 'x-session': name, 'sec-fetch-site': 'same-origin' };
  const sent = body && {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { ...headers, 'content-type': 'application/json' },
  };
  const response = await fetch(`${url}/api/v1${path}`, sent ?? { headers });
  return { status: response.status, json: JSON.parse((await response.text()) || 'null') };
}
const acts = (by: Viewer, task: string, body: object) => call(by, `/tasks/${task}/acts`, body);
const eventsOf = (task: string) => Array.fromAsync(place.services.log.read(taskStream(task)));

it('asks on the API what it asks on GitHub and in a terminal, and appends nothing', async () => {
  const task = await waiting();
  const before = (await eventsOf(task)).length;
  const { status, json } = await call(rey, approval(task));
  expect(status).toBe(200);
  expect(json).toMatchObject({
    sentence: `Needs approval to merge the pull request at ccccccc (${json.capsuleId}): by a maintainer.`,
    what: 'merge the pull request',
    waiting: true,
    digest: seen,
    capsule: { head: sha('c'), base: { ref: 'main', sha: sha('a') } },
    web: expect.stringMatching(/\/acme\/span\/pull\/2$/),
    aside: false,
  });
  expect(json.acts).toContainEqual({ act: 'approve', because: null });
  const inbox = await call(rey, '/approvals');
  expect(inbox.json).toMatchObject({
    items: [{ task, what: 'merge the pull request', capsule: json.capsuleId }],
    counts: { mine: 1, waiting: 1, aside: 0 },
    next: null,
  });
  expect(await eventsOf(task)).toHaveLength(before);
});

it('shows what is not seen of a path in which something was found', async () => {
  const subject = approvalSubject('pr.merge');
  const findings = [{ kind: 'odd-path' as const, path: 'a\u202ejs.b', reason: 'It turns.' }];
  const asked = decided('pr.merge', 'require_approval', 'merge-1-1', {
    approvalSubject: { ...subject, findings },
  });
  const { json } = await call(
    rey,
    approval(await waiting([...HISTORY.waiting.slice(0, -1), asked])),
  );
  expect(json.findings).toMatchObject([{ path: 'a\u{e000}U+202E\u{e001}js.b' }]);
});

describe('an answer', () => {
  it('is taken from one of two who give it at once', async () => {
    const task = await waiting();
    const approve = { act: 'approve', digest: seen };
    const both = [acts(rey, task, approve), acts(person('otto', 11), task, approve)];
    const answers = await Promise.all(both);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({
      code: 'decided',
      message: expect.stringMatching(/^Already decided by (rey|otto)/),
    });
    expect((await eventsOf(task)).at(-1)).toMatchObject({
      type: 'approval.answered',
      correlation: { via: 'console' },
    });
  });

  it('for another digest is told the present one', async () => {
    const task = await waiting();
    const stale = { act: 'approve', digest: `sha256:${'9'.repeat(64)}` };
    expect(await acts(rey, task, stale)).toMatchObject({
      status: 409,
      json: { code: 'changed', fresh: { approval: 'approval-1', digest: seen } },
    });
  });

  it('after a new commit is refused, and the change since the last approval can be asked for', async () => {
    const again = approvalSubject('pr.merge', { head: sha('e'), tree: sha('f') });
    const task = await waiting([
      ...HISTORY.approved,
      { type: 'head_moved', to: sha('e') },
      decided('pr.merge', 'require_approval', 'merge-1-1', { approvalSubject: again }),
    ]);
    expect(await acts(rey, task, { act: 'approve', digest: seen })).toMatchObject({
      status: 409,
      json: { code: 'changed', fresh: { approval: 'approval-2', digest: again.digest } },
    });
    const { json } = await call(rey, `/tasks/${task}/approvals/approval-2`);
    expect(json).toMatchObject({
      before: { id: 'approval-1', head: sha('c'), by: [REVIEWER] },
      changes: ['the content', 'the head'],
    });
  });

  it('is nobody’s who may not give it: without a role, without access, with a token', async () => {
    const task = await waiting();
    const approve = { act: 'approve', digest: seen };
    const reader = person('rhea', 12, 'read');
    expect((await call(reader, approval(task))).json.acts).toContainEqual({
      act: 'approve',
      because: 'it takes the role write, and you have read',
    });
    expect(await acts(reader, task, approve)).toMatchObject({
      status: 403,
      json: { code: 'forbidden', message: 'It takes the role write, and you have read.' },
    });
    const stranger = person('zoe', 13, null);
    for (const path of [approval(task), `/tasks/${task}/diff?approval=approval-1`])
      expect(await call(stranger, path)).toMatchObject({ status: 404 });
    expect(await acts(stranger, task, approve)).toMatchObject({ status: 404 });
    expect((await call(stranger, '/approvals?list=waiting')).json.items).toEqual([]);
    const token = await tokenFor(place, { repositories: [{ name: 'acme/span', alias: null }] });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const given = { ...init, body: JSON.stringify(approve) };
    expect(await ask(`${place.url}/api/v1/tasks/${task}/acts`, token, given)).toMatchObject({
      status: 403,
      json: { message: 'A machine token acts on nothing here.' },
    });
  });

  it.each([
    [{ act: 'approve' }, 422],
    [{ act: 'approve', digest: 'sha256:1' }, 422],
    [{ act: 'merge' }, 422],
    [{ act: 'resume' }, 409],
    [{ act: 'deny', digest: seen, reason: 'x'.repeat(70_000) }, 422],
  ])('that is %j is answered %i', async (body, status) => {
    const task = await waiting();
    expect(await acts(rey, task, body)).toMatchObject({
      status,
      json: { code: expect.any(String), next: expect.stringMatching(/\S/) },
    });
  });
});

describe('the inbox', () => {
  it('is read page by page, and puts aside for one person alone', async () => {
    const [first, second] = [await waiting(), await waiting()];
    const page = (cursor: string | null) =>
      call(rey, `/approvals?list=mine&limit=1${cursor ? `&cursor=${cursor}` : ''}`);
    const found: string[] = [];
    for (let next: string | null = null; ; ) {
      const { json } = await page(next);
      found.push(...json.items.map(({ task }: { task: string }) => task));
      next = json.next;
      if (next === null) break;
    }
    expect(found).toEqual(expect.arrayContaining([first, second]));
    expect(new Set(found).size).toBe(found.length);
    const aside = { act: 'put_aside', approval: 'approval-1' };
    expect(await acts(rey, first ?? '', aside)).toMatchObject({ status: 200 });
    expect((await call(rey, '/approvals?list=aside')).json.items).toMatchObject([{ task: first }]);
    expect((await call(person('otto', 11), '/approvals?list=aside')).json.items).toEqual([]);
    expect(await call(rey, '/approvals?list=aside&cursor=nonsense')).toMatchObject({ status: 422 });
  });
});

describe('what a task asks people', () => {
  const inboxOf = async (by: Viewer, list = 'mine') => {
    const { questions, counts } = (await call(by, `/approvals?list=${list}`)).json;
    return { asking: questions.map(({ task }: { task: string }) => task), counts };
  };

  it('is in the inbox of those who may answer it, with how, until one of them has', async () => {
    const before = (await inboxOf(rey)).counts;
    const task = `43-${++tasks}-a`;
    const title = 'It is slow';
    const goal = { title, body: '' };
    await beginTask(place.services.log, task, asking({ repository: SPAN, issue: tasks, goal }));
    const { questions, counts } = (await call(rey, '/approvals')).json;
    expect(questions).toMatchObject([
      {
        task,
        repository: 'acme/span',
        title,
        issue: tasks,
        question: expect.stringMatching(/^The step author failed\./),
        step: 'author',
        role: 'author',
        howToAnswer: expect.stringContaining('`/agent retry`'),
        web: expect.stringMatching(new RegExp(`/acme/span/issues/${tasks}$`)),
        mayAnswer: true,
      },
    ]);
    expect(counts).toMatchObject({ mine: before.mine + 1, waiting: before.waiting + 1 });
    const times = (await eventsOf(task)).filter(({ type }) => type === 'task.asked');
    expect(times).toMatchObject([{ at: questions[0].askedAt }]);

    const reader = person('rhea', 12, 'read');
    expect(await inboxOf(reader)).toMatchObject({ asking: [], counts: { mine: 0 } });
    expect((await call(reader, '/approvals?list=waiting')).json.questions).toMatchObject([
      { task, mayAnswer: false },
    ]);
    const stranger = person('zoe', 13, null);
    expect(await inboxOf(stranger, 'waiting')).toMatchObject({
      asking: [],
      counts: { waiting: 0 },
    });
    expect(await inboxOf(rey, 'decided')).toMatchObject({ asking: [] });

    // Whoever had it started may say how it goes on.
    const answer = { act: 'retry', says: 'The clock is monotonic.' };
    expect(await acts(person('mona', 11), task, answer)).toMatchObject({ status: 200 });
    expect(await inboxOf(rey)).toMatchObject({ asking: [], counts: before });
  });

  it('is asked no more of a task that was ended', async () => {
    const task = `43-${++tasks}-a`;
    await beginTask(place.services.log, task, asking({ repository: SPAN, issue: tasks }));
    expect(await inboxOf(rey)).toMatchObject({ asking: [task] });
    expect(await acts(rey, task, { act: 'cancel' })).toMatchObject({ status: 200 });
    expect(await inboxOf(rey, 'waiting')).toMatchObject({ asking: [] });
  });
});

describe('what is offered of a request', () => {
  const offers = async (by: Viewer, path: string) => {
    const { json } = await call(by, path);
    return Object.fromEntries(
      json.acts.map(({ act, because }: { act: string; because: string | null }) => [act, because]),
    );
  };
  const OWN = 'you asked for this work or pushed to it, and nobody approves their own';
  const shell: Viewer = {
    who: { kind: 'operator', name: 'root' },
    repositories: new Map([[SPAN.id, 'read']]),
    roles: new Map([['operator', 'all']]),
  };

  it('is what counts by what is known: nobody’s own work is offered to them', async () => {
    const task = await waiting();
    for (const path of [approval(task), `/tasks/${task}/acts`]) {
      expect(await offers(rey, path)).toMatchObject({ approve: null, deny: null, cancel: null });
      expect(await offers(person('mona', 1, 'maintain'), path)).toMatchObject({
        approve: OWN,
        deny: OWN,
        put_aside: OWN,
        cancel: null,
      });
      const nobody = await offers(shell, path);
      expect(new Set(Object.values(nobody))).toEqual(
        new Set(['only people whom GitHub knows act here']),
      );
    }
    expect(await acts(shell, task, { act: 'cancel' })).toMatchObject({
      status: 403,
      json: { message: 'Only people whom GitHub knows act here.' },
    });
    const token = await tokenFor(place, { repositories: [{ name: 'acme/span', alias: null }] });
    const { json } = await ask(`${place.url}/api/v1/tasks/${task}/acts`, token);
    expect(json.acts[0].because).toBe('a machine token acts on nothing here');
  });

  it('is a maintainer’s own work, on its page and in their inbox, where policy permits that', async () => {
    const task = await waiting();
    const texts = (await readPolicies(join(import.meta.dirname, '../../policies/solo'))).texts;
    const solo = withTexts(place.services.policies, [...texts]);
    if (!solo.ok) throw new Error(JSON.stringify(solo.faults));
    const mine = async (by: Viewer) =>
      (await call(by, '/approvals?list=mine&limit=200')).json.items.some(
        (item: { task: string }) => item.task === task,
      );
    const [maintains, writes] = [person('mona', 1, 'maintain'), person('mona', 1)];
    expect(await mine(maintains)).toBe(false);
    const config = { hooks: { perToken: 0, perAddress: 0, proxies: 0 } };
    const people = { session, seenBy: null, publicUrl: () => 'https://gatehouse.example' };
    const api = openApi(config, { ...place.services, policies: solo.set }, people);
    const server = createServer((request, response) => void api(request, response));
    url = `http://127.0.0.1:${await bind(server, { host: '127.0.0.1', port: 0 })}`;
    try {
      expect(await offers(maintains, approval(task))).toMatchObject({ approve: null, deny: null });
      expect(await mine(maintains)).toBe(true);
      expect(await offers(writes, approval(task))).toMatchObject({ approve: OWN });
      expect(await mine(writes)).toBe(false);
    } finally {
      url = place.url;
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('several requests', () => {
  const answers = (by: Viewer, body: object) => call(by, '/approvals/answers', body);
  const named = (tasks: string[]) => tasks.map(task => ({ task, digest: seen }));
  const alikeOf = async (task: string) =>
    (await call(rey, '/approvals?list=waiting&limit=200')).json.items.find(
      (item: { task: string }) => item.task === task,
    )?.alike;

  it('that are alike are answered together, each by its own digest and rules', async () => {
    const [first, second, third] = [await waiting(), await waiting(), await waiting()];
    const alike = await Promise.all([first, second, third].map(alikeOf));
    expect([new Set(alike).size, typeof alike[0]]).toEqual([1, 'string']);
    await acts(person('otto', 11), second, { act: 'approve', digest: seen });
    const stale = { task: third, digest: `sha256:${'9'.repeat(64)}` };
    const unknown = { task: 'nowhere', digest: seen };
    const requests = [...named([first, second]), stale, unknown];
    const { status, json } = await answers(rey, { says: 'approve', requests });
    expect(status).toBe(200);
    expect(json.answers).toMatchObject([
      { task: first, event: expect.any(Number), problem: null },
      {
        task: second,
        event: null,
        problem: { status: 409, code: 'decided', message: expect.stringMatching(/by otto/) },
      },
      { task: third, event: null, problem: { code: 'changed', fresh: { digest: seen } } },
      { task: 'nowhere', event: null, problem: { status: 404, code: 'not_found' } },
    ]);
    expect((await eventsOf(first)).at(-1)).toMatchObject({
      type: 'approval.answered',
      correlation: { via: 'console' },
    });
    const last = (await eventsOf(third)).at(-1);
    expect(last?.type).toBe('run.waiting_approval');
  });

  it('that ask for different things are answered by themselves, and none of them together', async () => {
    const merge = await waiting();
    const push = await waiting([
      ...HISTORY.reviewed,
      decided('run.start', 'allow', 'publish-1-1'),
      decided('branch.push', 'require_approval', 'publish-1-1'),
    ]);
    const { digest } = approvalSubject('branch.push');
    expect(await alikeOf(push)).not.toBe(await alikeOf(merge));
    const requests = [...named([merge]), { task: push, digest }];
    expect(await answers(rey, { says: 'deny', reason: 'no', requests })).toMatchObject({
      status: 422,
      json: { code: 'unlike', errors: [{ pointer: '/requests/1' }] },
    });
    expect((await eventsOf(merge)).at(-1)?.type).toBe('run.waiting_approval');
  });

  it('are denied with one reason, by whoever may', async () => {
    const tasks = [await waiting(), await waiting()];
    const deny = { says: 'deny', reason: 'not this week', requests: named(tasks) };
    const refusals = await answers(person('rhea', 12, 'read'), deny);
    expect(refusals.json.answers).toMatchObject([
      { problem: { code: 'forbidden' } },
      { problem: { code: 'forbidden' } },
    ]);
    const hidden = await answers(person('zoe', 13, null), deny);
    expect(hidden.json.answers).toMatchObject([
      { problem: { code: 'not_found' } },
      { problem: { code: 'not_found' } },
    ]);
    const { json } = await answers(rey, deny);
    expect(json.answers.map(({ problem }: { problem: unknown }) => problem)).toEqual([null, null]);
    for (const task of tasks)
      expect((await eventsOf(task)).at(-1)).toMatchObject({
        type: 'approval.answered',
        data: { says: 'deny', reason: 'not this week', via: 'console' },
      });
    expect((await answers(rey, { says: 'deny', requests: [] })).status).toBe(422);
    expect((await answers(rey, { ...deny, requests: named(Array(51).fill('a')) })).status).toBe(
      422,
    );
  });
});

describe('the change of a request', () => {
  it('is the one that its run made, file by file and part by part', async () => {
    const task = place.tasks.get('full-walk') ?? '';
    const row = await place.services.tasks.find(task);
    const by: Viewer = { ...rey, repositories: new Map([[row?.repositoryId ?? 0, 'write']]) };
    const patch = readFileSync(join(import.meta.dirname, 'change.patch'));
    const digest = await place.services.artifacts.put(patch, 'record');
    await place.services.artifacts.link({ task, run: 'author-1-1' }, 'patch.diff', digest);
    const { status, json } = await call(by, `/tasks/${task}/diff?run=author-1-1`);
    expect([status, json.files.map(({ path }: { path: string }) => path)]).toEqual([
      200,
      ['src/sum.js', 'test/sum.test.js', 'package-lock.json'],
    ]);
    expect(json.files[2]).toMatchObject({ generated: true, file: 0, parts: 1 });
    const { file } = json.files[0];
    const part = await call(by, `/tasks/${task}/diff/${file}/0?run=author-1-1`);
    expect(part.json.version).toBe(json.version);
    expect(part.json.diff).toContain('+  return a + b; // \u{e000}U+202E\u{e001}');
    expect(await call(by, `/tasks/${task}/diff/${file}/7?run=author-1-1`)).toMatchObject({
      status: 404,
    });
    // Where nothing is named, it is the last work that was accepted.
    await place.services.artifacts.link({ task, run: 'author-3-1' }, 'patch.diff', digest);
    expect((await call(by, `/tasks/${task}/diff`)).json.files).toEqual(json.files);
    const both = `/tasks/${task}/diff?run=author-1-1&approval=approval-1`;
    expect(await call(by, both)).toMatchObject({ status: 422 });
    expect(await call(by, `/tasks/${task}/diff?run=nowhere`)).toMatchObject({ status: 404 });
    expect(RECORDED['full-walk']).toBe(row?.repository);
  });
});
