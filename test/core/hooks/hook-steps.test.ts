/** Hooks that run a command before and after runs: where their steps stand, and that they hold nothing up. */
import { describe, expect, it } from 'vitest';
import { MOST } from '../../../src/core/graph/graph.ts';
import { graphFaults } from '../../../src/core/graph/graph-faults.ts';
import { fixGraph } from '../../../src/core/graph/graphs.ts';
import { HookFile } from '../../../src/core/hooks/hook.ts';
import { commandGraph, withHookSteps } from '../../../src/core/hooks/hook-steps.ts';

const commands = { install: ['npm', 'ci'], test: ['npm', 'test'], note: ['node', 'note.js'] };
const hook = (over: object) => HookFile.parse([{ name: 'note', command: 'note', ...over }]);
const needs = (graph: ReturnType<typeof fixGraph>) =>
  graph.steps.map(step => [step.id, step.needs]);

describe('a command before and after a run', () => {
  it('is a step around each agent, or around the step that is named', () => {
    const around = withHookSteps(
      fixGraph(commands),
      hook({ on: ['run_started', 'run_finished'], step: 'author' }),
    );
    expect(needs(around)).toEqual([
      ['prepare', []],
      ['reproduce', ['prepare']],
      ['note-1', ['reproduce']],
      ['author', ['note-1']],
      ['note-2', ['author']],
      ['test', ['author']],
      ['review', ['test']],
      ['publish', ['review']],
      ['show-review', ['publish']],
      ['merge', ['show-review']],
    ]);
    expect(graphFaults(around, () => null)).toEqual([]);
    const each = withHookSteps(fixGraph(commands), hook({ on: ['run_finished'] }));
    const added = each.steps.filter(({ id }) => id.startsWith('note'));
    expect(added.map(step => step.needs)).toEqual([['author'], ['review']]);
    // What it does is no part of the change, and its failure keeps nothing back.
    expect(added).toMatchObject(Array(2).fill({ keepsChanges: false, ofHook: true }));
  });

  it('is an agent that reads as well, and hooks set off no steps of hooks', () => {
    const graph = withHookSteps(fixGraph(commands), [
      ...hook({
        name: 'second-look',
        command: undefined,
        agent: 'reviewer',
        on: ['run_finished'],
        step: 'author',
      }),
      ...hook({ on: ['run_finished'] }),
    ]);
    expect(graph.steps.find(({ id }) => id === 'second-look-1')).toMatchObject({
      kind: 'agent',
      role: 'reviewer',
      purpose: 'review',
      needs: ['author'],
      keepsChanges: false,
      onFailure: 'continue',
    });
    const notes = graph.steps.filter(({ id }) => id.startsWith('note'));
    expect(notes.map(step => step.needs)).toEqual([['author'], ['review']]);
    expect(graphFaults(graph, () => null)).toEqual([]);
  });

  it('has no agent work once a task has ended', () =>
    expect(() => hook({ on: ['finished'], agent: 'reviewer', command: undefined })).toThrow(
      'has an agent, which works on run_started and run_finished alone',
    ));

  it('works again where the work is sent back', () => {
    const { steps } = withHookSteps(
      fixGraph(commands),
      hook({ on: ['run_started'], step: 'author' }),
    );
    expect(steps.find(({ id }) => id === 'review')).toMatchObject({ loop: { backTo: 'note-1' } });
  });

  it('is left out where there are as many steps as there may be', () => {
    const graph = fixGraph(commands);
    const [first] = graph.steps;
    if (!first) throw new Error('it has steps');
    const more = Array.from({ length: MOST.steps - graph.steps.length }, (_, n) => ({
      ...first,
      id: `more-${n}`,
    }));
    const full = { ...graph, steps: [...graph.steps, ...more] };
    expect(withHookSteps(full, hook({ on: ['run_started'] }))).toEqual(full);
  });
});

it('at other moments it is all of a task, after what has to be installed', () => {
  expect(needs(commandGraph('note', commands))).toEqual([
    ['prepare', []],
    ['note', ['prepare']],
  ]);
  expect(needs(commandGraph('note', { note: ['true'] }))).toEqual([['note', []]]);
});

it.each([
  [{ on: ['approval'] }, /has a command, which runs on .*failed/],
  [{ on: ['failed'], step: 'author' }, /names a step/],
  [{ on: ['failed'], command: undefined }, /does nothing/],
  [{ on: ['failed'], command: 'npm test' }, /must be a small letter/],
])('%j is refused', (over, said) => {
  const read = HookFile.safeParse([{ name: 'note', command: 'note', ...over }]);
  expect(JSON.stringify(read.error?.issues)).toMatch(said);
});
