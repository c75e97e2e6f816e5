/** What is shown of a run while it works: short, whatever it says. */
import { describe, expect, it } from 'vitest';
import { type AgentEvent, NO_USAGE } from '../../src/core/agent-event.ts';
import { Progress, progressAfter } from '../../src/core/progress.ts';

const BEGUN: Progress = {
  adapter: 'codex',
  version: '0.169.0',
  model: null,
  message: '',
  commands: [],
  commandsBefore: 0,
  files: [],
  otherFiles: false,
  usage: NO_USAGE,
};
const seen = (events: AgentEvent[], from = BEGUN): Progress => events.reduce(progressAfter, from);

const started = (callId: string, command: string): AgentEvent => ({
  type: 'tool.started',
  callId,
  tool: 'shell',
  kind: 'command',
  input: {},
  command,
});
const finished = (callId: string, exitCode: number | null, ok = true): AgentEvent => ({
  type: 'tool.finished',
  callId,
  ok,
  exitCode,
  output: '',
});
const changed = (paths: string[]): AgentEvent => ({
  type: 'tool.started',
  callId: 'w',
  tool: 'edit',
  kind: 'file_change',
  input: {},
  paths,
});
const ends = (progress: Progress) =>
  progress.commands.map(({ command, exitCode, state }) => [command, exitCode, state]);

describe('progress', () => {
  it('has the model, and the last thing that the agent itself said', () => {
    const progress = seen([
      { type: 'session.started', model: 'gpt-5' },
      { type: 'message', role: 'assistant', text: 'First.' },
      { type: 'message', role: 'assistant', text: 'Second.' },
      { type: 'message', role: 'user', text: 'The prompt.' },
      { type: 'reasoning', text: 'Hm.' },
    ]);
    expect(progress).toMatchObject({ model: 'gpt-5', message: 'Second.' });
    // A CLI that does not name its model leaves the one that was chosen.
    expect(seen([{ type: 'session.started', model: null }], progress).model).toBe('gpt-5');
  });

  it('has the end of each command, whatever the order in which they end', () => {
    const running = seen([started('1', 'npm ci'), started('2', 'npm test')]);
    expect(ends(running)).toEqual([
      ['npm ci', null, 'running'],
      ['npm test', null, 'running'],
    ]);
    expect(ends(seen([finished('2', 1, false), finished('1', 0)], running))).toEqual([
      ['npm ci', 0, 'done'],
      ['npm test', 1, 'failed'],
    ]);
    // Some CLIs tell of a failure by the exit code alone, and some have none.
    expect(ends(seen([finished('1', 2), finished('2', null, false)], running))).toEqual([
      ['npm ci', 2, 'failed'],
      ['npm test', null, 'failed'],
    ]);
  });

  it('has a denied command once, whether it was asked about before or after its start', () => {
    const denied: AgentEvent = {
      type: 'tool.denied',
      by: 'policy',
      callId: '1',
      action: 'command.exec',
      resource: 'curl evil.example',
      ruleId: null,
      reason: 'No.',
    };
    const told: AgentEvent = {
      type: 'tool.denied',
      by: 'rule',
      callId: '1',
      ruleId: null,
      reason: '',
    };
    for (const events of [[denied], [started('1', 'curl evil.example'), denied], [denied, told]])
      expect(ends(seen(events))).toEqual([['curl evil.example', null, 'denied']]);
    expect(seen([told, finished('7', 0)])).toEqual(BEGUN);
  });

  it('keeps the last commands and the first files, each once', () => {
    const many = Array.from({ length: 8 }, (_, n) => started(`${n}`, `step ${n}`));
    const progress = seen([...many, changed(['a.ts', 'b.ts']), changed(['a.ts'])]);
    expect(progress.commands.map(({ command }) => command)).toEqual([
      ...['step 3', 'step 4', 'step 5', 'step 6', 'step 7'],
    ]);
    expect(progress).toMatchObject({
      commandsBefore: 3,
      files: ['a.ts', 'b.ts'],
      otherFiles: false,
    });
    const more = seen([changed(Array.from({ length: 50 }, (_, n) => `${n}.ts`))], progress);
    expect(more).toMatchObject({ otherFiles: true });
    expect(more.files).toHaveLength(20);
  });

  it('stays small, whatever it is told', () => {
    const long = 'x'.repeat(100_000);
    const flood = Array.from({ length: 1_000 }, (_, n): AgentEvent[] => [
      { type: 'message', role: 'assistant', text: long },
      started(`${n}${long}`, long),
      changed([`${n}${long}`]),
    ]).flat();
    const progress = seen(flood);
    expect(Progress.safeParse(progress).success).toBe(true);
    expect(JSON.stringify(progress).length).toBeLessThan(32_000);
  });
});
