/** A suite is read whole, or every fault of it is named with its line and what to do. */
import { expect, it } from 'vitest';
import { EvaluationSuite } from '../../../src/core/evaluation/suite.ts';
import { parseYaml } from '../../../src/engine/policies/yaml-text.ts';
import { faultLine } from '../../../src/policy/fault.ts';

const SUITE = `version: 1
tasks:
  carry:
    repository: library
    title: format() says 60m
    graders:
      - command: [node, --test]
        hidden: hidden/carry
      - change: { mustNot: [test/], lines: 40 }
profiles:
  present: {}
  other:
    roles:
      author: [{ adapter: claude, model: claude-opus-4-5 }]
thresholds:
  T2: { pass: 0.9, runs: 20 }
`;

function faultsOf(text: string): string[] {
  const read = parseYaml('suite.yaml', text, EvaluationSuite);
  return read.ok ? [] : read.faults.map(faultLine);
}

it('has what is left out', () => {
  const read = parseYaml('suite.yaml', SUITE, EvaluationSuite);
  expect(read).toMatchObject({
    ok: true,
    value: {
      repeat: 1,
      regression: { chance: 0.01 },
      tasks: {
        carry: {
          command: 'fix',
          body: '',
          graders: [{ seconds: 600 }, { change: { must: [], mustNot: ['test/'], lines: 40 } }],
        },
      },
      profiles: { present: { roles: {} }, other: { roles: { author: [{ adapter: 'claude' }] } } },
    },
  });
});

it.each([
  ['version: 1', 'version: 2', 'suite.yaml:1:1: version: must be 1'],
  [
    'title: format() says 60m',
    'titel: x',
    'suite.yaml:5:5: tasks.carry.titel: unknown key (did you mean "title"?)',
  ],
  [
    'command: [node, --test]',
    'command: node --test',
    'suite.yaml:7:9: tasks.carry.graders.0.command: must be a list, and is a text',
  ],
  ['mustNot: [test/]', 'mustNot: [../x]', 'must be a path from the root of the repository'],
  [
    'repository: library',
    'repository: library\n    commit: main',
    'suite.yaml:5:5: tasks.carry.commit: must be a whole commit',
  ],
  [
    'repository: library',
    'repository: library\n    command: review',
    'tasks.carry.command: must be "fix"',
  ],
  [
    'repository: library',
    'repository: library\n    command: plan',
    'tasks.carry.command: plan leaves a text alone, which no grader sees: name fix, lint, test, implement',
  ],
  ['mustNot: [test/]', 'must: [src/**]', 'change.must.0: has a sign that stands for nothing here'],
  ['mustNot: [test/]', 'mustNot: ["src/?.js"]', 'change.mustNot.0: has a sign'],
  ['mustNot: [test/]', 'mustNot: ["src/{a,b}.js"]', 'change.mustNot.0: has a sign'],
  ['mustNot: [test/]', 'mustNot: ["!src/a.js"]', 'change.mustNot.0: has a sign'],
  ['{ mustNot: [test/], lines: 40 }', '{}', 'graders.1.change: must have at least one of must'],
  ['present: {}', '"of all": {}', 'has a name that is not allowed here: it must be letters'],
  ['pass: 0.9', 'pass: 90', 'suite.yaml:16:9: thresholds.T2.pass: must be at most 1'],
])('names what is wrong: %s → %s', (from, to, fault) => {
  expect(faultsOf(SUITE.replace(from, to)).join('\n')).toContain(fault);
});

it('has a task and a profile at least', () => {
  expect(faultsOf('version: 1\ntasks: {}\nprofiles: {}\n')).toEqual([
    'suite.yaml:2:1: tasks: must have at least one task',
    'suite.yaml:3:1: profiles: must have at least one profile',
  ]);
});
