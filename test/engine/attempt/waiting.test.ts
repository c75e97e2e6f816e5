/** A run that waits for a person: stopped, kept, and opened again on another machine. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSimulated } from '../../../src/adapters/agents/simulated.ts';
import { detectToolchain } from '../../../src/adapters/toolchain/detect.ts';
import { createWorkspaces } from '../../../src/adapters/workspace/workspaces.ts';
import type { AgentEvent, JournalLine } from '../../../src/core/agent-event.ts';
import { capsuleId } from '../../../src/core/approvals/request.ts';
import { RunRecording } from '../../../src/core/recording.ts';
import { WAITS } from '../../../src/core/task/decide/act.ts';
import type { DataOf } from '../../../src/core/task/state/state.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { performEffect } from '../../../src/engine/perform/perform.ts';
import { asTask } from '../../../src/engine/streams.ts';
import { created, decided, ran } from '../../core/task/given.ts';
import { beginTask } from '../begin.ts';
import { REPOSITORY } from '../github.ts';
import { openServices, type TestServices } from '../test-services.ts';
import { answerOfRey, approvalByRey, REY } from './approving.ts';

const RUN = 'author-1-1';
const CURL = { run: ['curl', '-V'] };

let services: TestServices;
/** Another worker on another machine: the log and the artifacts are all that they share. */
let elsewhere: TestServices;
let folder = '';
beforeAll(async () => {
  services = await openServices();
  folder = await mkdtemp(join(tmpdir(), 'waiting-'));
  const { binds, path } = await detectToolchain(process.env, []);
  Object.assign(services.settings, { simulation: folder, toolchains: { binds, path } });
  services.github.facts.approval = approvalByRey;
  const workspaces = await createWorkspaces({ stateDir: join(folder, 'elsewhere') });
  elsewhere = { ...services, workspaces, settings: { ...services.settings, worker: 'worker-2' } };
});
afterAll(async () => {
  await services.close();
  await rm(folder, { recursive: true, force: true });
});

let tasks = 0;
const commands = { install: ['true'], test: ['npm', 'test'] };

/** A task whose author has begun, by this script. */
async function runScript(steps: object[], over: Partial<DataOf<'task.created'>> = {}) {
  await writeFile(join(folder, 'author.json'), JSON.stringify({ steps }));
  const issue = ++tasks;
  const id = `waiting-${issue}`;
  const stream = { kind: 'task' as const, id };
  const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
  const config = { commands, remediate: { ci: false } };
  await beginTask(services.log, id, [
    created({ repository: REPOSITORY, issue, base, config, ...over }),
    decided('task.start', 'allow'),
    ...ran('prepare-1-1'),
    ...ran('reproduce-1-1'),
    decided('run.start', 'allow', RUN),
  ]);
  const perform = (key: string, where = services) =>
    performEffect(where, { stream: `task/${id}`, key }, new AbortController().signal);
  const state = async () => asTask(await loadFolded(services.log, stream)).state;
  const run = async () => (await state()).runs.find(run => run.id === RUN);
  const text = async (of: string, name: string): Promise<string> => {
    const left = await services.artifacts.list(id);
    const found = left.find(artifact => artifact.run === of && artifact.name === name);
    return found ? (await services.artifacts.get(found.digest)).toString() : '';
  };
  await perform(`attempt:${RUN}`);
  let said = 0;
  return {
    id,
    perform,
    state,
    run,
    text,
    events: async (type: string) =>
      (await services.events(stream)).filter(event => event.type === type).map(({ data }) => data),
    open: async () => asTask(await loadFolded(services.log, stream)).open.map(({ key }) => key),
    /** What it did, part by part. */
    async journal(part: string): Promise<AgentEvent[]> {
      const lines = (await text(part, 'journal.jsonl')).trim().split('\n');
      return lines.filter(Boolean).map(line => (JSON.parse(line) as JournalLine).event);
    },
    /** Somebody answers the request, on GitHub, and policy is asked again. `names`: what it says that it answers. */
    async answer(says: 'approve' | 'deny' | 'revoke', reason = '', names = '') {
      const asked = (await state()).approvals.at(-1)?.id;
      if ((await state()).approvals.at(-1)?.posted === null) await perform(`answer:ask-${asked}`);
      const comment = 1_000_000 + ++said;
      const handled = await services.handle({
        stream,
        command: answerOfRey({ says, issue, comment, reason, names }),
        actor: { kind: 'person', ...REY },
      });
      expect(handled).toMatchObject({ ok: true });
      await perform(`decide:command.exec:${RUN}`);
    },
  };
}
/**
 * What an agent says, and last what it was answered: these come in two ways, and stand in the journal as they
 * arrive.
 */
function types(journal: AgentEvent[]): string[] {
  const of = (wanted: readonly string[]) =>
    journal.flatMap(({ type }) => (wanted.includes(type) ? [type] : []));
  return [
    ...of(['tool.started', 'tool.finished']),
    ...of(['tool.allowed', 'tool.denied', 'tool.waiting']),
  ];
}

describe('a run whose agent asks for what takes a person', () => {
  it('is kept with its half-done work, opened elsewhere, and allowed that one thing once', async () => {
    const task = await runScript([
      { write: 'half.js', text: 'one\n' },
      CURL,
      { replace: 'half.js', find: 'one', with: 'two' },
      { say: 'Done.' },
    ]);
    expect(await task.run()).toMatchObject({
      state: 'waiting_approval',
      session: `${task.id}-${RUN}`,
      checkpoint: { adapter: 'simulated', work: { files: 1, added: 1 } },
    });
    const [asked] = (await task.state()).approvals;
    expect(asked).toMatchObject({
      status: 'requested',
      action: 'command.exec',
      resource: 'curl -V',
      head: null,
      approvers: ['a maintainer of the repository'],
    });
    // Nothing is left of it here: no folder, no slot, no lease, no effect to be done.
    expect(await services.workspaces.runs()).toEqual([]);
    expect(await services.leases.held('effect:')).toEqual([]);
    expect((await task.open()).filter(key => /^attempt|command.exec/.test(key))).toEqual([]);
    expect(types(await task.journal(`${RUN}-part-1`))).toEqual([
      ...['tool.started', 'tool.finished'],
      ...['tool.allowed', 'tool.waiting'],
    ]);

    await task.answer('approve');
    expect(await task.open()).toContain(`attempt:${RUN}`);
    await task.perform(`attempt:${RUN}`, elsewhere);
    expect(await task.events('run.resumed')).toMatchObject([{ run: RUN, worker: 'worker-2' }]);
    expect(await task.run()).toMatchObject({ produced: { ok: true, summary: 'Done.' } });
    // It went on where it was: the file of before was there, and nothing was done twice.
    expect(types(await task.journal(RUN))).toEqual([
      ...['tool.started', 'tool.finished', 'tool.started', 'tool.finished'],
      ...['tool.allowed', 'tool.allowed'],
    ]);
    expect(await task.text(RUN, 'patch.diff')).toContain('+two');
    expect(await task.events('approval.used')).toMatchObject([
      { approval: 'approval-1', digest: asked?.digest },
    ]);
    expect((await task.run())?.produced?.work).toMatchObject({ files: 1 });
  });

  it('begins anew with the whole task where its session is not known any more', async () => {
    const task = await runScript([{ write: 'half.js', text: 'one\n' }, CURL, { say: 'Done.' }]);
    await task.answer('approve');
    // There, what the agent kept is laid where the agent does not look.
    const forgetful = { ...createSimulated(), home: '.elsewhere' };
    const adapters = new Map([...services.adapters, ['simulated', forgetful]]);
    await task.perform(`attempt:${RUN}`, { ...elsewhere, adapters });
    expect(await task.run()).toMatchObject({ produced: { ok: true, summary: 'Done.' } });
    const journal = await task.journal(RUN);
    expect(journal[0]).toMatchObject({
      type: 'warning',
      message: expect.stringMatching(/begins anew/),
    });
    // All of its script, what was approved included, and the answer is used once.
    expect(types(journal)).toEqual([
      ...['tool.started', 'tool.finished', 'tool.started', 'tool.finished'],
      ...['tool.allowed', 'tool.allowed'],
    ]);
    expect(await task.text(RUN, 'context.json')).toContain('curl -V');
    // What it was started with is recorded for each part, and for each time that it was started.
    const starts = async (part: string) =>
      RunRecording.parse(JSON.parse(await task.text(part, 'recording.json'))).starts;
    const [whole, ...none] = await starts(`${RUN}-part-1`);
    expect([whole?.session, none]).toEqual([null, []]);
    const [goesOn, anew] = await starts(RUN);
    expect([goesOn?.session, anew?.session]).toEqual([`${task.id}-${RUN}`, null]);
    expect(anew?.prompt).toContain(whole?.prompt);
    expect(await task.events('approval.used')).toHaveLength(1);
  });

  it('asks anew for the same thing a second time', async () => {
    const task = await runScript([CURL, CURL]);
    await task.answer('approve');
    await task.perform(`attempt:${RUN}`);
    const [first, second] = (await task.state()).approvals;
    expect([first?.status, second?.status]).toEqual(['used', 'requested']);
    expect(second?.digest).not.toBe(first?.digest);
    expect(await task.run()).toMatchObject({ state: 'waiting_approval', waits: 2 });
    // The word that was given for the first is none for the second.
    await task.perform(`decide:command.exec:${RUN}`);
    expect(await task.open()).not.toContain(`attempt:${RUN}`);
  });

  it('is not allowed anything else by it', async () => {
    const task = await runScript([CURL]);
    await task.answer('approve');
    // Another argument, one byte more.
    await writeFile(
      join(folder, 'author.json'),
      JSON.stringify({ steps: [{ run: ['curl', '-V '] }] }),
    );
    await task.perform(`attempt:${RUN}`);
    const [first, second] = (await task.state()).approvals;
    expect(first).toMatchObject({ status: 'void' });
    expect(second).toMatchObject({ status: 'requested', resource: 'curl "-V "' });
    expect(await task.events('approval.used')).toEqual([]);
  });

  it('is asked about a line as a whole, and allowed that line alone', async () => {
    const line = (text: string) => ({ run: ['sh', '-c', text] });
    const task = await runScript([line('curl -V && ls')]);
    expect((await task.state()).approvals).toMatchObject([
      { status: 'requested', resource: "sh -c 'curl -V && ls'" },
    ]);
    await task.answer('approve');
    const steps = [line('curl -V && cat README.md'), { say: 'Done.' }];
    await writeFile(join(folder, 'author.json'), JSON.stringify({ steps }));
    await task.perform(`attempt:${RUN}`);
    expect((await task.state()).approvals).toMatchObject([
      { status: 'void' },
      { status: 'requested', resource: "sh -c 'curl -V && cat README.md'" },
    ]);
    // The comment asked for something else before, so the answer has to name what it means.
    const second = (await task.state()).approvals.at(-1)?.digest ?? '';
    await task.answer('approve', '', capsuleId(second));
    await task.perform(`attempt:${RUN}`);
    expect(await task.run()).toMatchObject({ produced: { ok: true, summary: 'Done.' } });
    expect(await task.events('approval.used')).toHaveLength(1);
  });

  it('is told to ask one at a time where several parts of a line take a person', async () => {
    const task = await runScript([{ run: ['sh', '-c', 'curl a; ssh b'] }, { say: 'Done.' }]);
    expect((await task.state()).approvals).toEqual([]);
    const journal = await task.journal(RUN);
    expect(journal.find(({ type }) => type === 'tool.denied')).toMatchObject({
      reason: expect.stringMatching(/2 parts .* run them one at a time/),
    });
  });

  it('goes on without it where it is denied, however often it asks', async () => {
    const task = await runScript([
      { write: 'half.js', text: 'one\n' },
      CURL,
      CURL,
      { say: 'Done.' },
    ]);
    await task.answer('deny', 'Not from here');
    await task.perform(`attempt:${RUN}`, elsewhere);
    const journal = await task.journal(RUN);
    expect(types(journal)).toEqual(['tool.denied', 'tool.denied']);
    expect(journal.find(({ type }) => type === 'tool.denied')).toMatchObject({
      by: 'policy',
      reason: 'rey denied it: Not from here.',
    });
    expect(await task.run()).toMatchObject({ state: 'running', produced: { ok: true } });
    // Nothing was changed since: what there was before is its work.
    expect((await task.run())?.produced?.work).toMatchObject({ files: 1, added: 1 });
    expect(await task.text(RUN, 'patch.diff')).toContain('+one');
  });

  it('has no use for an approval that was taken back while it was being opened', async () => {
    const task = await runScript([CURL]);
    await task.answer('approve');
    await task.answer('revoke');
    expect(await task.open()).not.toContain(`attempt:${RUN}`);
    expect((await task.state()).approvals.map(({ status }) => status)).toEqual([
      'void',
      'requested',
    ]);
    await task.perform(`attempt:${RUN}`);
    expect(await task.run()).toMatchObject({ state: 'waiting_approval' });
  });

  it('is lost with a worker that took it up; the next one goes on from the same place', async () => {
    const task = await runScript([{ write: 'half.js', text: 'one\n' }, CURL, { say: 'Done.' }]);
    await task.answer('approve');
    const started = await services.handle({
      stream: { kind: 'task', id: task.id },
      command: {
        type: 'start',
        run: RUN,
        epoch: 99,
        worker: 'dead',
        adapter: 'simulated',
      },
      actor: { kind: 'gatehouse' },
    });
    expect(started.ok).toBe(true);
    await task.perform(`attempt:${RUN}`);
    const { runs, approvals } = await task.state();
    expect(runs.map(({ id, state }) => [id, state]).slice(-2)).toEqual([
      [RUN, 'failure'],
      ['author-1-2', 'queued'],
    ]);
    // Whether the agent has used it nobody knows.
    expect(approvals.map(({ status }) => status)).toEqual(['void']);

    const stream = { kind: 'task' as const, id: task.id };
    const admit = decided('run.start', 'allow', 'author-1-2');
    await services.handle({ stream, command: admit, actor: { kind: 'gatehouse' } });
    await task.perform('attempt:author-1-2', elsewhere);
    expect((await task.state()).runs.at(-1)).toMatchObject({ state: 'waiting_approval', waits: 2 });
    // It did not write the file a second time; it is there.
    expect(types(await task.journal('author-1-2-part-2'))).toEqual(['tool.waiting']);
    expect((await task.state()).runs.at(-1)?.checkpoint?.work).toMatchObject({ files: 1 });
  });
});

describe('a question of a task without an issue', () => {
  it('is put on an issue of ours, which is opened for it', async () => {
    const origin = { kind: 'call', key: 'ci/7' } as const;
    const requester = { kind: 'token', id: 'ci', project: 'billing' } as const;
    const task = await runScript([CURL], { origin, requester, issue: null, target: null });
    expect(await task.run()).toMatchObject({ waits: 1, state: 'waiting_approval' });
    expect((await task.state()).approvals).toMatchObject([{ status: 'requested' }]);
    expect(await task.open()).toContain('open_issue');
  });
});

describe('a question that nobody is asked', () => {
  it.each([
    ['of a dry run', CURL, { mode: 'dry_run' as const }, /dry run asks nobody/],
    ['too long to read', { run: ['curl', 'x'.repeat(1_001)] }, {}, /read whole/],
    ['that hides something', { run: ['curl', 'a\u200bb'] }, {}, /read whole/],
    ['that forges our mark', { run: ['curl', '<!-- gatehouse:task=1 -->'] }, {}, /read whole/],
    ['that hides its direction', { run: ['curl', 'a\u202eb'] }, {}, /read whole/],
  ])('%s is denied, and the run goes on', async (_, step, over, reason) => {
    const task = await runScript([step, { say: 'Done.' }], over);
    const journal = await task.journal(RUN);
    expect(journal.find(({ type }) => type === 'tool.denied')).toMatchObject({
      reason: expect.stringMatching(reason),
    });
    expect(await task.run()).toMatchObject({ waits: 0, state: 'failure', class: 'unchanged' });
    const outcomes = await task.events('policy.decided');
    expect(outcomes.at(-1)).toMatchObject({ decision: { outcome: 'require_approval' } });
  });

  it('is one too many', async () => {
    const task = await runScript(Array.from({ length: WAITS + 1 }, () => CURL));
    for (let n = 0; n < WAITS; n++) {
      await task.answer('approve');
      await task.perform(`attempt:${RUN}`);
    }
    expect(await task.run()).toMatchObject({ waits: WAITS, state: 'failure' });
    const denied = (await task.journal(RUN)).find(({ type }) => type === 'tool.denied');
    expect(denied).toMatchObject({ reason: expect.stringMatching(/waited for people 5 times/) });
    expect(await task.events('approval.used')).toHaveLength(WAITS);
  });
});
