/** By whose trust and paths Gatehouse's own steps are judged: those of whoever made what they use. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProfiles } from '../../../src/adapters/agents/profiles.ts';
import type { StepSpec } from '../../../src/core/graph/graph.ts';
import { lintGraph } from '../../../src/core/graph/graphs.ts';
import { type createdOf, runOf } from '../../../src/core/task/state/state.ts';
import type { RoleRules } from '../../../src/engine/facts/makers.ts';
import { subjectOf } from '../../../src/engine/facts/subject.ts';
import { decide } from '../../../src/policy/decide.ts';
import { changed, created, decided, given, HISTORY, ran } from '../../core/task/given.ts';
import { ACCEPT, MERGE, pack } from '../../policy/starter.ts';

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
type Asked = [
  deps: Parameters<typeof subjectOf>[0],
  state: Parameters<typeof createdOf>[0],
  run: string,
  rules?: RoleRules,
];
const subjectAt = (...[deps, state, run, rules = {}]: Asked) =>
  subjectOf(deps, state, { run: runOf(state, run), person: null, rules });
const trustAt = (...asked: Asked) => subjectAt(...asked).trust;
const pathsAt = (...asked: Asked) => subjectAt(...asked).paths;

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
/** The shipped roles with these levels, where their profiles name these paths. */
const depsNaming = (paths: Record<string, string[]>, trust: 'T1' | 'T2') => {
  const deps = depsWith(Object.fromEntries(Object.keys(paths).map(name => [name, trust])));
  const profiles = [...deps.profiles.values()].map(profile => ({
    ...profile,
    paths: paths[profile.name] ?? profile.paths,
  }));
  return { ...deps, profiles: new Map(profiles.map(profile => [profile.name, profile])) };
};
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

it('the repository lowers the trust of a role, in what others do with its work as well, and never raises it', () => {
  const { state } = given(...HISTORY.waiting);
  const runs = ['author-1-1', 'merge-1-1'];
  const levels = (granted: 'T1' | 'T2', rules: RoleRules) =>
    runs.map(run => trustAt(depsWith({ author: granted }), state, run, rules));
  const author = (trust: 'T1' | 'T3') => ({ author: { trust } });
  expect(levels('T2', { roles: author('T1') })).toEqual(['T1', 'T1']);
  expect(levels('T2', { roles: author('T3') })).toEqual(['T2', 'T2']);
  expect(levels('T2', { roles: { linter: { trust: 'T0' } } })).toEqual(['T2', 'T2']);
  expect(levels('T2', { roles: author('T1'), mode: 'observe' })).toEqual(['T2', 'T2']);
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

describe.each(['starter', 'startup', 'autonomous', 'open-source', 'regulated'])('%s', name => {
  it('lets through what the lint command alone changed, and merges it with an approval', () => {
    const policies = pack(name);
    const graph = lintGraph({ lint: ['npm', 'run', 'lint'] });
    const before = [created({ graph }), decided('task.start', 'allow')];
    const { state } = given(...before, ...changed('lint-1-1', 'b'));
    const accepted = decide(policies, {
      ...ACCEPT,
      subject: subjectAt(depsWith({}), state, 'lint-1-1'),
    });
    expect(accepted.outcome).toBe('allow');
    const subject = subjectAt(depsWith({}), state, 'publish-1-1');
    const merge = { ...MERGE, subject };
    expect(decide(policies, merge).outcome).toBe('require_approval');
    const approvals = { count: 2, maintainers: 2, teams: [], codeowners: true, vetoed: false };
    const approved = { ...merge, context: { ...merge.context, approvals } };
    expect(decide(policies, approved).outcome).toBe('allow');
  });
});

it('commands that serve no agent may write anywhere, and those of a role that is gone nowhere', () => {
  const before = taskOf('codemod', codemod, polish, publish('polish'));
  const both = [...before, ...changed('codemod-1-1', 'b'), ...changed('polish-1-1', 'd')];
  const named = depsNaming({ linter: ['src'] }, 'T1');
  expect(pathsAt(named, given(...both).state, 'publish-1-1')).toEqual(['src', '.']);
  expect(pathsAt(named, given(...both).state, 'polish-1-1')).toEqual(['src']);
  const gone = depsWith({});
  gone.profiles = new Map();
  const { state } = given(...HISTORY.authored, ...ran('lint-1-1'));
  expect(pathsAt(gone, state, 'lint-1-1')).toEqual([]);
  expect(pathsAt(gone, state, 'author-1-1')).toEqual([]);
});

it('what several agents made may touch what any of them may write', () => {
  const author: StepSpec = { ...polish, id: 'author', role: 'author', needs: [] };
  const { state } = given(
    ...taskOf('author', author, { ...polish, needs: ['author'] }, publish('polish')),
    ...changed('author-1-1', 'b'),
    ...changed('polish-1-1', 'd'),
  );
  const deps = depsNaming({ author: ['docs'], linter: ['src', 'docs'] }, 'T1');
  expect(pathsAt(deps, state, 'publish-1-1')).toEqual(['docs', 'src']);
  expect(pathsAt(deps, state, 'author-1-1')).toEqual(['docs']);
});
