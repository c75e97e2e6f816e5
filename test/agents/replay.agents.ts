/** Real agents are recorded and replayed: the same patch each time, or the first divergence by its name. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENTS } from '../../src/compose/agents/agent-table.ts';
import {
  openRecordedTasks,
  type RecordedTask,
  type RecordedTasks,
} from '../engine/agent-replay/recorded-task.ts';
import { withNotes } from '../engine/agent-replay/with-notes.ts';
import type { Turn } from '../model/answer.ts';
import { openAgent } from './execute-agent.ts';

/** Recorded runs of each agent. */
const RUNS = 10;

/** Different in each run: what is said, how often it looks, what it changes. */
const turnsOf = (number: number): Turn[] => [
  { say: `I look, ${number}.`, shell: 'cat README.md' },
  ...Array.from({ length: number % 3 }, (): Turn => ({ shell: 'ls; date' })),
  { edit: { path: 'README.md', before: 'A library.\n', after: `A library, ${number}.\n` } },
  ...(number % 2 === 0 ? [{ write: { path: `new-${number}.md`, text: `# ${number}\n` } }] : []),
  { say: `It is described, ${number}.` },
];

describe.each(AGENTS.map(({ adapter }) => adapter))('%s', name => {
  let tasks: RecordedTasks;
  let task: RecordedTask;
  beforeAll(async () => {
    const { adapter, dialect } = await openAgent(name, null);
    tasks = await openRecordedTasks(adapter, dialect);
    task = await tasks.work({ turns: turnsOf(0) });
  }, 600_000);
  afterAll(() => tasks.close());

  test(`${RUNS} recorded runs come to ${RUNS} identical patches`, {
    timeout: 1_800_000,
  }, async () => {
    const patches = new Set();
    for (let number = 1; number <= RUNS; number += 1) {
      const recorded = await tasks.work({ turns: turnsOf(number) });
      expect(await recorded.run()).toMatchObject({ produced: { ok: true } });
      const before = await recorded.everything();
      const patch = await recorded.patch();
      patches.add(patch);
      const { exchanges, missing } = await recorded.recording();
      expect(missing).toBeNull();
      const [replayed, ...more] = await recorded.replay();
      expect(more).toEqual([]);
      expect(replayed).toMatchObject({
        divergence: null,
        patch,
        recorded: exchanges.length,
        answered: exchanges.length,
      });
      expect(await recorded.everything()).toEqual(before);
    }
    expect(patches.size).toBe(RUNS);
  });

  test('a run that called an MCP server is replayed without it', async () => {
    const server = await withNotes(tasks);
    const note = (text: string): Turn => ({
      mcp: { server: 'notes', tool: 'note', arguments: { text } },
    });
    const recorded = await tasks.work({
      turns: [...turnsOf(3).slice(0, -1), note('one'), note('two'), { say: 'It is noted.' }],
    });
    expect(await recorded.run()).toMatchObject({ produced: { ok: true } });
    const reached = server.messages.length;
    expect(server.messages.filter(({ method }) => method === 'tools/call')).toHaveLength(2);
    const { exchanges } = await recorded.recording();
    const [replayed] = await recorded.replay();
    const recordedExchanges = exchanges.length;
    const patch = await recorded.patch();
    expect(replayed).toMatchObject({ divergence: null, patch, answered: recordedExchanges });
    expect(server.messages).toHaveLength(reached);
  });

  test('another prompt, another output of a tool and another answer are each named', async () => {
    const { digest, exchanges } = await task.recording();
    const divergence = async (over: Parameters<RecordedTask['replay']>[0]) => {
      const [part] = await task.replay(over);
      return part?.divergence;
    };
    const prompt = tasks.exchanged(digest, text =>
      text.replaceAll('Repository: a', 'Repository: A'),
    );
    expect(await divergence({ artifacts: prompt })).toMatchObject({
      of: 'the prompt',
      recorded: expect.stringContaining('acme/library'),
      replayed: expect.stringContaining('Acme/library'),
    });
    const workspaces = tasks.planted('README.md', 'A ruin.\n');
    expect(await divergence({ workspaces })).toMatchObject({
      of: 'the output of a tool',
      recorded: expect.stringContaining('A library.'),
      replayed: expect.stringContaining('A ruin.'),
    });
    const spoken = exchanges.find(({ whole, status }) => whole && status === 200);
    const answer = tasks.exchanged(spoken?.response, text =>
      text.replaceAll('cat README', 'cat UNREAD'),
    );
    expect([
      'the answer of the model',
      'what the agent does with the answer of the model',
    ]).toContain((await divergence({ artifacts: answer }))?.of);
  });
});
