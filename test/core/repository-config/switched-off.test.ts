/** What a role that is switched off leaves undone, seen before anything is begun. */
import { describe, expect, it } from 'vitest';
import { fixGraph, graphNamed } from '../../../src/core/graph/graphs.ts';
import {
  idleSteps,
  switchedOff,
  withoutIdleRemedies,
} from '../../../src/core/repository-config/switched-off.ts';

const COMMANDS = { install: ['npm', 'ci'], lint: ['npm', 'run', 'lint'], test: ['npm', 'test'] };
const off = (...names: string[]) => ({
  roles: Object.fromEntries(names.map(name => [name, { enabled: false }])),
});
const isOff =
  (...names: string[]) =>
  (role: string) =>
    switchedOff(off(...names), [], role);

describe('a role', () => {
  it('is switched off by name, and where its own role extends it', () => {
    const own = [{ name: 'second', extends: 'reviewer' }];
    expect(switchedOff(off('reviewer'), own, 'reviewer')).toBe('reviewer');
    expect(switchedOff(off('reviewer'), own, 'second')).toBe('reviewer');
    expect(switchedOff(off('author'), own, 'second')).toBeNull();
  });
  it('is not where it is only restricted, switched on, or where the rules are only tried', () => {
    const roles = { author: { paths: ['src'] }, reviewer: { enabled: true } };
    expect(switchedOff({ roles }, [], 'author')).toBeNull();
    expect(switchedOff({ roles }, [], 'reviewer')).toBeNull();
    expect(switchedOff({ ...off('author'), mode: 'observe' }, [], 'author')).toBeNull();
    expect(switchedOff({}, [], 'author')).toBeNull();
  });
});

it.each([
  ['fix', ['author'], [{ step: 'author', role: 'author' }]],
  ['fix', ['reviewer'], [{ step: 'review', role: 'reviewer' }]],
  [
    'implement',
    ['planner', 'architect'],
    [
      { step: 'plan', role: 'planner' },
      { step: 'architect', role: 'architect' },
    ],
  ],
  ['review', ['reviewer'], [{ step: 'review', role: 'reviewer' }]],
  ['triage', ['triage'], [{ step: 'triage', role: 'triage' }]],
  ['explain', ['explainer'], [{ step: 'explain', role: 'explainer' }]],
  ['test', ['author', 'reviewer', 'tester'], []],
  ['lint', ['author', 'reviewer', 'linter'], []],
  // Whoever only mends what is red leaves it red.
  ['fix', ['linter', 'tester', 'merger'], []],
] as const)('of %s without %j, the steps %j would end the work', (graph, roles, steps) =>
  expect(idleSteps(graphNamed(graph, COMMANDS), isOff(...roles))).toEqual(steps),
);

it('a red command is mended by nobody whose role is switched off', () => {
  const { steps } = withoutIdleRemedies(fixGraph(COMMANDS), isOff('linter'));
  const remedies = steps.flatMap(step =>
    step.kind === 'command' ? [[step.id, step.remedy?.role ?? null]] : [],
  );
  expect(Object.fromEntries(remedies)).toMatchObject({ lint: null, test: 'tester' });
});
