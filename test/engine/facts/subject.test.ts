/** By whose trust Gatehouse's own steps are judged: whoever is trusted least may have made what they use. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadProfiles } from '../../../src/adapters/agents/profiles.ts';
import type { StepSpec } from '../../../src/core/graph.ts';
import { type createdOf, runOf } from '../../../src/core/task/state.ts';
import { subjectOf } from '../../../src/engine/facts/subject.ts';
import { changed, created, decided, given, HISTORY, ran } from '../../core/task/given.ts';

const loaded = await loadProfiles(join(import.meta.dirname, '../../../agents'));

/** With these levels in place of those of the shipped roles. */
const depsWith = (levels: Record<string, 'T0' | 'T1' | 'T2' | 'T3'>) => {
  const profiles = loaded.map(profile => ({
    ...profile,
    trust: levels[profile.name] ?? profile.trust,
  }));
  return {
    profiles: new Map(profiles.map(profile => [profile.name, profile])),
    settings: { realAgents: false, models: new Map() },
    adapters: new Map(),
  } as unknown as Parameters<typeof subjectOf>[0];
};
const trustAt = (
  deps: Parameters<typeof subjectOf>[0],
  state: Parameters<typeof createdOf>[0],
  run: string,
) => subjectOf(deps, state, runOf(state, run)).trust;

const codemod: StepSpec = {
  kind: 'command',
  id: 'codemod',
  purpose: 'change',
  command: 'codemod',
  needs: [],
  keepsChanges: true,
  remedy: null,
};
const polish: StepSpec = {
  kind: 'agent',
  id: 'polish',
  purpose: 'change',
  role: 'linter',
  needs: ['codemod'],
  keepsChanges: true,
};
const publish = (need: string): StepSpec => ({
  kind: 'builtin',
  id: 'publish',
  purpose: 'publish',
  needs: [need],
});
const taskOf = (reworkFrom: string | null, ...steps: StepSpec[]) => [
  created({
    graph: { name: 'own', steps, reworkFrom },
    config: { commands: { codemod: ['node', 'mod.js'] }, remediate: { ci: false } },
  }),
  decided('task.start', 'allow'),
];

it('publish and merge are judged by the lowest trust of those whose work is in them', () => {
  const { state } = given(...HISTORY.waiting);
  for (const run of ['publish-1-1', 'merge-1-1']) {
    expect(trustAt(depsWith({}), state, run)).toBe('T2');
    expect(trustAt(depsWith({ author: 'T1' }), state, run)).toBe('T1');
    // The reviewer has changed nothing.
    expect(trustAt(depsWith({ reviewer: 'T0', author: 'T3' }), state, run)).toBe('T3');
  }
});

it('an agent that worked after the one that rounds begin with counts as well', () => {
  const author: StepSpec = { ...polish, id: 'author', role: 'author', needs: [] };
  const both = [author, { ...polish, needs: ['author'] }, publish('polish')];
  const { state } = given(
    ...taskOf('author', ...both),
    ...changed('author-1-1', 'b'),
    ...changed('polish-1-1', 'd'),
  );
  expect(trustAt(depsWith({}), state, 'publish-1-1')).toBe('T2');
  expect(trustAt(depsWith({ linter: 'T1' }), state, 'publish-1-1')).toBe('T1');
  expect(trustAt(depsWith({ author: 'T0' }), state, 'publish-1-1')).toBe('T0');
});

it('where rounds begin with a command, the agents that worked count, and nobody counts as T1', () => {
  const before = taskOf('codemod', codemod, polish, publish('polish'));
  const { state } = given(...before, ...changed('codemod-1-1', 'b'), ...changed('polish-1-1', 'd'));
  expect(trustAt(depsWith({ linter: 'T0' }), state, 'publish-1-1')).toBe('T0');
  expect(trustAt(depsWith({ linter: 'T3' }), state, 'publish-1-1')).toBe('T3');
  const unknown = depsWith({});
  unknown.profiles = new Map();
  expect(trustAt(unknown, state, 'publish-1-1')).toBe('T1');
  const alone = given(
    ...taskOf('codemod', codemod, publish('codemod')),
    ...changed('codemod-1-1', 'b'),
  ).state;
  expect(trustAt(depsWith({}), alone, 'codemod-1-1')).toBe('T1');
  expect(trustAt(depsWith({}), alone, 'publish-1-1')).toBe('T1');
});

it('a command acts for the agent that it serves', () => {
  const { state } = given(...HISTORY.authored, ...ran('lint-1-1'));
  expect(trustAt(depsWith({ author: 'T3' }), state, 'lint-1-1')).toBe('T3');
});
