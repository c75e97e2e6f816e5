/** An agent asks for what takes a person: its run waits, costs nothing, and goes on where it was. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { artifacts } from '../../src/cli/artifacts/artifacts.ts';
import { describeTask } from '../../src/cli/describe-task.ts';
import type { JournalLine } from '../../src/core/agent-event.ts';
import type { TaskView } from '../../src/core/view.ts';
import { until } from '../demo/until.ts';
import { AUTONOMOUS, FILES, openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({
    ...AUTONOMOUS,
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'waiting'),
    // One run at a time: whoever waits and holds its place would stop everybody.
    GATEHOUSE_CONCURRENCY: '1',
  });
});
afterAll(() => environment.close());

const WAITING = 'gatehouse:waiting-approval';
type Scenario = Awaited<ReturnType<ScenarioEnvironment['scenario']>>;

/** A task whose author has asked, on the issue, and whose run stands still. */
async function asking(): Promise<{ scenario: Scenario; issue: number; capsule: string }> {
  const scenario = await environment.scenario();
  const issue = await scenario.mona.open('Ask first', 'Two and two is four.');
  await scenario.mona.label(issue.number, 'agent:fix');
  const view = await scenario.when(
    'a request',
    v =>
      v.approval?.status === 'requested' && v.steps.some(s => s.run?.state === 'waiting_approval'),
  );
  expect(view.pull).toBeNull();
  const said = await scenario.said(issue.number, /Approval is needed/);
  expect(said).toContain('to run `curl -V`');
  const capsule = /\/agent approve ([0-9a-f]{12})/.exec(said)?.[1] ?? '';
  return { scenario, issue: issue.number, capsule };
}

const labelsOf = async ({ mona }: Scenario, issue: number): Promise<string[]> =>
  (await mona.get(`/issues/${issue}/labels`)).map(({ name }: { name: string }) => name);

async function journal(scenario: Scenario, of: string): Promise<string[]> {
  const { artifacts } = environment.gatehouse.parts;
  const left = await artifacts.list(await scenario.task());
  const found = left.find(({ run, name }) => run === of && name === 'journal.jsonl');
  if (!found) throw new Error(`${of} left no journal`);
  const lines = (await artifacts.get(found.digest)).toString().trim().split('\n');
  return lines.map(line => (JSON.parse(line) as JournalLine).event.type);
}

it('waits without a worker, and goes on with what a maintainer approved, once', async () => {
  const { scenario, issue, capsule } = await asking();
  // It is removed once the log says that the run waits.
  const runs = join(environment.home, 'workspaces/runs');
  await until('no folder to be left', async () => (await readdir(runs)).length === 0);

  // The only place to work in is free: another task goes all its way meanwhile.
  const other = await environment.scenario();
  const task = await other.mona.open('It subtracts', 'Two and two is four.');
  await other.mona.label(task.number, 'agent:fix');
  await other.when('the other end', v => v.status === 'success');
  // A busy machine shows labels later than what is waited for above.
  await until('its label', async () => (await labelsOf(scenario, issue)).includes(WAITING));
  expect(describeTask(await scenario.view()).join('\n')).toMatch(
    /approval\s+Needs approval to run curl/,
  );

  // Nobody approves their own work, and who may not is told why.
  await scenario.mona.comment(issue, `/agent approve ${capsule}`);
  expect(await scenario.said(issue, /nobody approves their own work/)).toMatch(
    /asked for this work/,
  );
  expect((await scenario.view()).approval?.status).toBe('requested');

  await scenario.rey.comment(issue, `/agent approve ${capsule}`);
  const view = await scenario.when('the end', v => v.status === 'success');
  expect(view.approvals.map(({ action, status }) => [action, status])).toEqual([
    ['command.exec', 'used'],
  ]);
  expect(await scenario.events('run.resumed')).toHaveLength(1);
  expect(await scenario.events('approval.used')).toHaveLength(1);
  // One run, in two parts: what it had half done was there, and was not done again.
  expect(view.runs.filter(run => run.step === 'author')).toMatchObject([{ attempt: 1 }]);
  const before = await journal(scenario, 'author-1-1-part-1');
  expect(before.filter(type => type.startsWith('tool.'))).toEqual([
    ...['tool.allowed', 'tool.started', 'tool.finished', 'tool.waiting'],
  ]);
  const after = await journal(scenario, 'author-1-1');
  expect(after.filter(type => type === 'tool.finished')).toHaveLength(2);
  const merged = await scenario.mona.get('/contents/sum.js');
  expect(Buffer.from(merged.content, 'base64').toString()).toBe(
    FILES['sum.js']?.replace('a - b', 'a + b'),
  );
  await scenario.labelled(issue, null);
  await holdsAll(view);
});

/** `gatehouse artifacts`: the whole task as a folder, by the published schemas. */
async function holdsAll({ id }: TaskView): Promise<void> {
  for await (const { correlation } of environment.gatehouse.parts.log.read({ kind: 'task', id }))
    if (correlation.run === 'author-1-1')
      expect(correlation).toMatchObject({ task: id, agent: 'author' });
  const folder = join(environment.home, 'task');
  const openLog = async () => ({ ...environment.gatehouse.parts, close: async () => {} });
  const out = () => {};
  await artifacts({ openLog }, { out, err: out, exit: out }, id, { json: false, to: folder });
  const read = async (path: string) => JSON.parse(await readFile(join(folder, path), 'utf8'));
  const is = (schema: string, document: unknown) => {
    const text = readFileSync(
      join(import.meta.dirname, `../../docs/schemas/${schema}.json`),
      'utf8',
    );
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      JSON.parse(text),
    );
    expect([validate(document), schema, validate.errors]).toEqual([true, schema, null]);
  };
  const documents = {
    job: 'job.v2',
    context: 'context.v1',
    state: 'state.v1',
    result: 'result.v1',
  };
  for (const [name, schema] of Object.entries(documents)) is(schema, await read(`${name}.json`));
  for (const run of ['author-1-1', 'test-1-1']) {
    is('run-state.v1', await read(`steps/${run}/state.json`));
    is('run-result.v1', await read(`steps/${run}/result.json`));
  }
  is('change.v1', await read('steps/author-1-1/change.json'));
  is('run-context.v1', await read('steps/author-1-1/context.json'));
  const patch = await readFile(join(folder, 'patch.diff'), 'utf8');
  expect(patch).toContain('+export const sum = (a, b) => a + b;');
  const { files, log } = await read('state.json');
  expect(log.verify).toBe('ok');
  expect(files.every(({ inLog }: { inLog: boolean }) => inLog)).toBe(true);
  expect(files.map(({ path }: { path: string }) => path)).toContain(
    'steps/author-1-1-part-1/journal.jsonl',
  );
  const printed = await readFile(join(folder, 'logs.txt'), 'utf8');
  // Both parts of the run that waited, in their order.
  expect(printed).toMatch(/=== author-1-1\n[^=]*waits for a person command\.exec [^=]*exit 0/);
  expect(await readFile(join(folder, 'report.md'), 'utf8')).toContain(
    'It added the wrong way round.',
  );
  const { status, stderr } = spawnSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: folder });
  expect([status, `${stderr}`]).toEqual([0, '']);
}

it('goes on without it where a maintainer denies it, with the words', async () => {
  const { scenario, issue } = await asking();
  await scenario.rey.comment(issue, '/agent deny There is no network anyway');
  expect(await scenario.said(issue, /is told no, and goes on without it/)).toContain('rey');
  const view = await scenario.when('the end', v => v.status === 'success');
  expect(view.approvals).toMatchObject([
    { status: 'denied', denial: 'rey denied it: There is no network anyway.' },
  ]);
  const asked = await scenario.said(issue, /^\*\*Denied\*\*, to /m);
  expect(asked).toContain('There is no network anyway');
  expect(asked).not.toMatch(/Approval is needed|\/agent approve/);
  const after = await journal(scenario, 'author-1-1');
  expect(after).toContain('tool.denied');
  // It held nothing but that: the merge asked nobody.
  expect(view.objections).toEqual([]);
  expect(await scenario.events('approval.used')).toEqual([]);
});

it('is canceled like any other', async () => {
  const { scenario, issue } = await asking();
  await scenario.mona.comment(issue, '/agent cancel');
  const view = await scenario.when('the end', v => v.status === 'canceled');
  expect(view.runs.at(-1)).toMatchObject({ step: 'author', state: 'canceled' });
  expect(view.approvals).toMatchObject([{ status: 'void' }]);
});

/** A pull request that CI holds back. */
async function held() {
  const scenario = await environment.scenario();
  const issue = await scenario.mona.open('It subtracts', 'Two and two is four.');
  // Nothing is merged before CI has spoken.
  await environment.github.protectBranch(scenario.repository, 'main', {
    requiredReviews: 0,
    requiredChecks: [{ context: 'ci' }],
  });
  await scenario.mona.label(issue.number, 'agent:fix');
  const open = await scenario.when('a pull request', v => v.pull !== null && !v.pull.draft);
  const { number: pull, head } = open.pull ?? { number: 0, head: '' };
  return { scenario, issue: issue.number as number, pull, head };
}

it('asks on the pull request in a later round, where no review of it answers', async () => {
  const { scenario, pull, head } = await held();
  await scenario.rey.approve(pull);
  await scenario.mona.comment(pull, '/agent fix note it down');
  await scenario.when('a request', v => v.approval?.status === 'requested');
  const said = await scenario.said(pull, /to run `curl --head elsewhere`/);
  // Rey has approved the change, and now asks for another one: neither is an answer.
  await scenario.rey.review(pull, 'REQUEST_CHANGES', 'Not yet.');
  await environment.github.idle();
  expect((await scenario.view()).approval).toMatchObject({ status: 'requested', gate: 'act' });
  const capsule = /\/agent approve ([0-9a-f]{12})/.exec(said)?.[1] ?? '';
  await scenario.rey.comment(pull, `/agent approve ${capsule}`);
  const view = await scenario.when('the round to end', v => v.round === 2 && v.pull?.head !== head);
  expect(view.approvals.find(({ gate }) => gate === 'act')).toMatchObject({ status: 'used' });
  // It is approved for a later round as for the first: the command is run.
  const tools = (await journal(scenario, 'author-2-1')).filter(type => type.startsWith('tool.'));
  const done = ['tool.allowed', 'tool.started', 'tool.finished'];
  expect(tools).toEqual([...done, ...done]);
  // What was said of the command is said of nothing else: the change is still held.
  expect(await scenario.events('approval.used')).toHaveLength(1);
});

it('publishes what a later round did once its branch, deleted meanwhile, is restored', async () => {
  const { scenario, pull, head } = await held();
  // The only place to work in is taken, so that the branch is gone before the round is at work.
  const other = await environment.scenario();
  const long = await other.mona.open('Take long', '');
  await other.mona.label(long.number, 'agent:fix');
  await other.when('to be at work', v =>
    v.runs.some(({ step, state }) => step === 'author' && state === 'running'),
  );
  await scenario.mona.comment(pull, '/agent fix note it down without asking');
  await scenario.when('a second round', v => v.round === 2);
  const { head: live } = await scenario.mona.get(`/pulls/${pull}`);
  await scenario.mona.request('DELETE', `/git/refs/heads/${live.ref}`);
  await other.mona.comment(long.number, '/agent cancel');
  const gone = await scenario.when('to wait', v => /was deleted: restore that/.test(v.reason));
  expect(gone).toMatchObject({ status: 'active', round: 2, pull: { head } });

  await scenario.mona.request('POST', '/git/refs', { ref: `refs/heads/${live.ref}`, sha: head });
  await scenario.mona.request('PATCH', `/pulls/${pull}`, { state: 'open' });
  const after = await scenario.when('a new head', v => v.pull?.head !== head);
  expect(after).toMatchObject({ status: 'active', round: 2 });
  const { parents } = await scenario.mona.get(`/git/commits/${after.pull?.head}`);
  expect(parents).toMatchObject([{ sha: head }]);
  // The round was done once, and nobody was told that it failed.
  const rounds = after.runs.filter(({ step, round }) => step === 'author' && round === 2);
  expect(rounds).toMatchObject([{ state: 'success' }]);
  expect(await scenario.events('rework.declined')).toEqual([]);
});

const REVIEWED = {
  ...FILES,
  '.github/gatehouse.yml': `graphs:
  fix:
    steps:
      - agent: author
      - agent: reviewer
        id: review
        reads_only: true
        loop: { back_to: author, at_most: 1, when: steps.review.blocking > 0 }
        on_failure: ask_human
      - publish
      - merge
`,
};

it('publishes what a review blocks where a person says so, and then no policy merges it alone', async () => {
  const scenario = await environment.scenario(REVIEWED);
  const { number } = await scenario.mona.open('Never enough', 'Two and two is four.');
  await scenario.mona.label(number, 'agent:fix');
  const asks = await scenario.when('a question', v => v.question !== null);
  expect(asks.question).toContain('`/agent override`, with why, publishes the change as it is');
  expect(asks.pull).toBeNull();
  await scenario.mona.comment(number, '/agent override Callers give numbers.');
  const waits = await scenario.when('a request', v => v.approval?.status === 'requested');
  expect(waits.approval).toMatchObject({ action: 'pr.merge', quorum: 1 });
  expect(waits.approval?.reasons.join(' ')).toContain('A review by an agent blocks it');
  expect(waits.steps.find(({ id }) => id === 'review')).toMatchObject({
    status: 'skipped',
    run: {
      detail: expect.stringMatching(/^mona goes past it: Callers give numbers\. It has sent/),
    },
  });
  await scenario.rey.approve(waits.pull?.number ?? 0);
  await scenario.when('the end', v => v.status === 'success');
});
