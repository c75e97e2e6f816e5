/** A run with a model is done once more from its recording: the same, or its first divergence is named. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/core/decision.ts';
import { replayTask } from '../../../src/engine/agent-replay/replay-task.ts';
import type { AgentAdapter } from '../../../src/engine/ports/agent.ts';
import { decided, started } from '../../core/task/given.ts';
import type { Turn } from '../../model/answer.ts';
import type { TestServices } from '../test-services.ts';
import { openRecordedTasks, type RecordedTask, type RecordedTasks, RUN } from './recorded-task.ts';
import { smallAgent } from './small-agent.ts';

let tasks: RecordedTasks;
beforeAll(async () => {
  tasks = await openRecordedTasks(smallAgent());
});
afterAll(() => tasks.close());

const FIX: Turn[] = [
  { say: 'I look first.', shell: 'cat README.md' },
  { shell: 'date' },
  { shell: "sed -i 's/library/library of books/' README.md" },
  // More than is kept of it.
  { say: 'It is described now, in all of its rooms. '.repeat(60) },
];

describe('a run of an agent', () => {
  let task: RecordedTask;
  beforeAll(async () => {
    task = await tasks.work({ turns: FIX });
  });
  const diverges = async (over: Partial<TestServices>) => {
    const [part] = await task.replay(over);
    return { ...part?.divergence, answered: part?.answered };
  };

  it('comes to the same patch, asks no model, and writes nothing', async () => {
    const before = await task.everything();
    const patch = await task.patch();
    expect(await task.replay()).toEqual([
      {
        ...{ part: 1, agent: 'small 2.0.0', recorded: 4, answered: 4 },
        ...{ tools: { same: 3, of: 3 }, patch, divergence: null },
      },
    ]);
    expect(await task.everything()).toEqual(before);
  });

  it('is one of all runs of its task, each with the share that is the same', async () => {
    const whole = await replayTask(tasks.services, task.id);
    const author = whole.runs.find(({ run }) => run === RUN);
    expect(author?.fidelity).toEqual({
      identical: true,
      requests: { same: 4, of: 4 },
      tools: { same: 3, of: 3 },
      patch: 'identical',
    });
    expect(whole.total.runs).toEqual({ same: whole.runs.length, of: whole.runs.length });
    expect(whole.total).toMatchObject({
      requests: { same: 4, of: 4 },
      patches: { same: 1, of: 1 },
    });
    expect(whole.skipped).toContainEqual({
      run: 'prepare-1-1',
      because: expect.stringContaining('installed packages from the network'),
    });
    const workspaces = tasks.planted('README.md', 'A ruin.\n');
    const changed = await replayTask({ ...tasks.services, workspaces }, task.id);
    expect(changed.runs.find(({ run }) => run === RUN)?.fidelity).toMatchObject({
      identical: false,
      requests: { same: 1, of: 4 },
      tools: { of: 3 },
      patch: 'not reached',
    });
    expect(changed.total.runs.same).toBe(whole.total.runs.same - 1);
  });

  it('with another prompt', async () => {
    const { digest } = await task.recording();
    const artifacts = tasks.exchanged(digest, text =>
      text.replace('Repository: a', 'Repository: A'),
    );
    expect(await diverges({ artifacts })).toEqual({
      of: 'the prompt',
      at: 'request 1 to the model, input[0].content',
      recorded: expect.stringContaining('Repository: acme/library'),
      replayed: expect.stringContaining('Repository: Acme/library'),
      answered: 0,
    });
  });

  it('with another output of a tool', async () => {
    expect(await diverges({ workspaces: tasks.planted('README.md', 'A ruin.\n') })).toEqual({
      of: 'the output of a tool',
      at: 'request 2 to the model, input[3].output',
      recorded: expect.stringContaining('A library.'),
      replayed: expect.stringContaining('A ruin.'),
      answered: 1,
    });
  });

  it('with another answer of the model', async () => {
    const { exchanges } = await task.recording();
    const artifacts = tasks.exchanged(exchanges[2]?.response, text =>
      text.replaceAll('library of books', 'library of records'),
    );
    expect(await diverges({ artifacts })).toEqual({
      of: 'what the agent does with the answer of the model',
      at: 'question 3 about what it may do, after request 3 to the model',
      recorded: expect.stringContaining('books'),
      replayed: expect.stringContaining('records'),
      answered: 3,
    });
  });

  it('with another last answer of the model, which no request repeats', async () => {
    const { exchanges } = await task.recording();
    const artifacts = tasks.exchanged(exchanges[3]?.response, text =>
      text.replaceAll('described', 'forgotten'),
    );
    expect(await diverges({ artifacts })).toMatchObject({
      of: "the agent's answer",
      at: 'summary',
      answered: 4,
    });
  });

  it('with another patch, although nothing else is another', async () => {
    expect(await diverges({ workspaces: tasks.planted('new.txt', 'new\n') })).toMatchObject({
      of: 'the patch',
      at: expect.stringMatching(/^line \d+ of the patch$/),
      recorded: expect.stringMatching(/^sha256:/),
      answered: 4,
    });
  });

  it('is not replayed by an agent that is missing here, or another version', async () => {
    const withAdapters = (...adapters: AgentAdapter[]) =>
      task.replay({ adapters: new Map(adapters.map(adapter => [adapter.name, adapter])) });
    await expect(withAdapters()).rejects.toThrow('was done by small 2.0.0, which is no agent');
    const newer = smallAgent({ probe: async () => ({ ok: true, version: '2.1.0' }) });
    await expect(withAdapters(newer)).rejects.toThrow('and here is 2.1.0: only the same version');
    const gone = {
      ok: false as const,
      problem: 'It is not installed.',
      remediation: 'Install it.',
    };
    const missing = smallAgent({ probe: async () => gone });
    await expect(withAdapters(missing)).rejects.toThrow('It is not installed. Install it.');
  });

  it('is not replayed where its artifacts are gone', async () => {
    const get = async (digest: Digest) => Promise.reject(new Error(`artifact ${digest} is gone`));
    const artifacts = { ...tasks.services.artifacts, get };
    await expect(task.replay({ artifacts })).rejects.toThrow(/artifact sha256:[0-9a-f]+ is gone/);
  });

  it.each([
    ['author-9-9', 'has no run "author-9-9": `gatehouse status'],
    ['prepare-1-1', 'installed packages from the network, which a replay does not have'],
  ])('is not %s', async (run, why) => {
    await expect(task.replay({}, run)).rejects.toThrow(why);
  });

  it('is followed by a run of a command, which is replayed by its exit code', async () => {
    await task.tell(decided('patch.accept', 'allow', RUN));
    await task.tell(decided('run.start', 'allow', 'lint-1-1'));
    await task.perform('attempt:lint-1-1');
    expect(await task.replay({}, 'lint-1-1')).toMatchObject([
      { part: 1, agent: 'command 1', recorded: 0, answered: 0, patch: null, divergence: null },
    ]);
    const workspaces = tasks.planted('README.md', 'A ruin.\n');
    expect(await task.replay({ workspaces }, 'lint-1-1')).toMatchObject([
      {
        divergence: {
          of: 'how it ends',
          recorded: 'success',
          replayed: expect.stringMatching(/^red: /),
        },
      },
    ]);
  });

  it('and by one of its tests, which ran none', async () => {
    await task.tell(decided('run.start', 'allow', 'test-1-1'));
    await task.perform('attempt:test-1-1');
    const { artifacts } = tasks.services;
    const kept = (await artifacts.list(task.id)).find(
      ({ run, name }) => run === 'test-1-1' && name === 'result.json',
    );
    expect((await artifacts.get(kept?.digest ?? '')).toString()).toContain(' It ran no test.');
    expect(await task.replay({}, 'test-1-1')).toMatchObject([{ divergence: null }]);
  });
});

it('a run that waited for a person is replayed part by part, each from where it began', async () => {
  const task = await tasks.work({
    turns: [
      { shell: "sed -i 's/library/museum/' README.md" },
      { shell: 'curl -V' },
      { shell: 'cat README.md' },
      { say: 'Done.' },
    ],
  });
  expect(await task.run()).toMatchObject({ state: 'waiting_approval' });
  await task.tell(decided('command.exec', 'deny', RUN));
  await task.perform(`attempt:${RUN}`);
  const before = await task.everything();
  const patch = await task.patch();
  expect(await task.replay()).toMatchObject([
    { part: 1, agent: 'small 2.0.0', recorded: 2, answered: 2, patch, divergence: null },
    // It changed nothing more.
    { part: 2, agent: 'small 2.0.0', recorded: 2, answered: 2, patch: null, divergence: null },
  ]);
  expect(await task.everything()).toEqual(before);

  const { exchanges } = await task.recording(`${RUN}-part-1`);
  const artifacts = tasks.exchanged(exchanges[1]?.response, text =>
    text.replaceAll('curl -V', 'true'),
  );
  expect(await task.replay({ artifacts })).toMatchObject([
    { part: 1, divergence: { recorded: 'command.exec curl -V' } },
  ]);
});

it('a run that is cut off can not be replayed', async () => {
  const task = await tasks.work({ turns: [{ shell: 'curl -V' }] });
  await task.tell(decided('command.exec', 'deny', RUN));
  await task.tell(started(RUN));
  await expect(task.replay()).rejects.toThrow('was cut off before it came to an end');
});
