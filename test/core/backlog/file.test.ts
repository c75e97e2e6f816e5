/** A backlog as people write it: what it means, and what is wrong with it, by line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BacklogFile, planOf, planOfIssues } from '../../../src/core/backlog/file.ts';
import { backlogPicture } from '../../../src/core/backlog/picture.ts';
import { circleIn, dependents, MOST } from '../../../src/core/backlog/plan.ts';
import { parseYaml } from '../../../src/engine/policies/yaml-text.ts';

const docs = readFileSync(join(import.meta.dirname, '../../../docs/backlogs.md'), 'utf8');
const EXAMPLE = /```yaml\n(title:[\s\S]*?)```/.exec(docs)?.[1] ?? '';

const faults = (text: string): string[] => {
  const read = parseYaml('b.yaml', text, BacklogFile);
  return read.ok ? [] : read.faults.map(({ line, message }) => `${line}: ${message}`);
};
const TASKS = 'title: T\ntasks:\n';

it('the example of the docs is read: groups are their tasks, and what is left out is inherited', () => {
  const read = parseYaml('b.yaml', EXAMPLE, BacklogFile);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const plan = planOf(read.value);
  expect(plan).toMatchObject({
    atOnce: 4,
    limits: { groups: { schema: 1 }, services: { web: 2 } },
  });
  expect(
    plan.items.map(({ id, needs, service, base, command, issue }) => [
      id,
      needs,
      service,
      base,
      command,
      issue,
    ]),
  ).toEqual([
    ['meter', [], 'api', 'main', 'fix', null],
    ['prices', [], 'api', 'main', 'fix', null],
    ['invoice', ['meter', 'prices'], 'api', 'main', 'fix', null],
    ['page', ['meter'], 'web', 'next', 'implement', null],
    ['docs', ['invoice'], 'api', 'main', 'fix', 41],
  ]);
});

describe('a fault is told with its line', () => {
  it.each([
    [
      'a circle',
      `${TASKS}  - { id: a, title: A, needs: [c] }\n  - { id: b, title: B, needs: [a] }\n  - { id: c, title: C, needs: [b] }\n`,
      '3: tasks.0.needs: tasks need each other in a circle: a → c → b → a',
    ],
    [
      'a command that is about an issue, where none is named',
      `${TASKS}  - { id: a, title: A, issue: 4, command: triage }\n  - { id: b, title: B, command: triage }\n`,
      '4: tasks.1.command: triage works on issues only; a task is worked on by one of fix, ',
    ],
    [
      'a command that is about no issue',
      `${TASKS}  - { id: c, title: C, issue: 5, command: review }\n`,
      '3: tasks.0.command: review works on pull requests only; ',
    ],
    [
      'such a command of all',
      `title: T\ncommand: triage\ntasks:\n  - { id: a, title: A, issue: 4 }\n  - { id: b, title: B, command: fix }\n  - { id: c, title: C }\n`,
      '2: command: "c" could not start by it: triage works on issues only; ',
    ],
    [
      'one that needs itself',
      `${TASKS}  - { id: a, title: A, needs: [a] }\n`,
      '3: tasks.0.needs: tasks need each other in a circle: a → a',
    ],
    [
      'a need that is not there',
      `${TASKS}  - { id: schema, title: A }\n  - { id: b, title: B, needs: [shema] }\n`,
      '4: tasks.1.needs.0: "b" needs "shema", which is no task and no group here (did you mean "schema"?)',
    ],
    [
      'a name twice',
      `${TASKS}  - { id: a, title: A }\n  - { id: a, title: B }\n`,
      '4: tasks.1.id: "a" stands twice',
    ],
    [
      'a group of the name of a task',
      `${TASKS}  - { id: a, title: A, group: b }\n  - { id: b, title: B }\n`,
      '4: tasks.1.id: "b" is the name of a group as well',
    ],
    [
      'its own group',
      `${TASKS}  - { id: a, title: A, group: g, needs: [g] }\n`,
      '3: tasks.0.needs.0: "a" needs its own group "g"',
    ],
    [
      'an issue twice',
      `${TASKS}  - { id: a, title: A, issue: 4 }\n  - { id: b, title: B, issue: 4 }\n`,
      '4: tasks.1.issue: another task is about #4 as well',
    ],
    [
      'a limit of nothing',
      `title: T\nlimits: { groups: { g: 1 } }\ntasks:\n  - { id: a, title: A }\n`,
      '2: limits.groups.g: no task is in the group "g"',
    ],
    [
      'a command that starts nothing',
      `${TASKS}  - { id: a, title: A, command: approve }\n`,
      'is no command that starts work',
    ],
    [
      'an unknown key',
      `${TASKS}  - { id: a, title: A, need: [b] }\n`,
      '3: tasks.0.need: unknown key (did you mean "needs"?)',
    ],
    [
      'a branch that can not be',
      `${TASKS}  - { id: a, title: A, base: "a..b" }\n`,
      'names no branch',
    ],
    ['no tasks', 'title: T\ntasks: []\n', '2: tasks:'],
    [
      'more at once than there may be',
      'title: T\nconcurrency: 21\ntasks:\n  - { id: a, title: A }\n',
      '2: concurrency:',
    ],
    [
      'too many tasks',
      `${TASKS}${Array.from({ length: MOST.items + 1 }, (_, at) => `  - { id: t${at}, title: T }\n`).join('')}`,
      '2: tasks:',
    ],
    ['an alias', `${TASKS}  - &a { id: a, title: A }\n  - *a\n`, 'Aliases are not allowed'],
  ])('%s', (_what, text, fault) => {
    expect(faults(text).join('\n')).toContain(fault);
  });

  it('of a long chain in no time, whichever way it is written', () => {
    const ids = Array.from({ length: MOST.items }, (_, at) => `t${at}`);
    const chain = ids.map((id, at) => ({ id, needs: at === 0 ? [] : [`t${at - 1}`] }));
    expect(circleIn(chain.toReversed())).toBeNull();
    expect(dependents(chain.toReversed(), 't0')).toHaveLength(MOST.items - 1);
    const circle = circleIn([...chain.slice(1), { id: 't0', needs: ['t199'] }]);
    expect(circle).toHaveLength(MOST.items + 1);
  });
});

it('a triage of issues is no fault', () => {
  expect(faults('title: T\ncommand: triage\ntasks: [{ id: a, title: A, issue: 4 }]\n')).toEqual([]);
});

it('issues are items of their numbers; what is closed is done', () => {
  const plan = planOfIssues('Epic', [
    { number: 3, title: 'A', isOpen: false, blockedBy: [] },
    { number: 4, title: 'B', isOpen: true, blockedBy: [3] },
  ]);
  expect(plan.items).toMatchObject([
    { id: '3', issue: 3, isDone: true },
    { id: '4', issue: 4, isDone: false, needs: ['3'] },
  ]);
});

it('a picture has no more in it than what was drawn, whatever a title says', () => {
  const title = 'x"]\n```\n<script> end\nclick i0 "http://evil" & `code`';
  const drawn = backlogPicture([
    { id: 'a', title: 'A', status: 'merged', needs: [] },
    { id: 'b', title, status: 'running', needs: ['a'] },
  ]);
  const lines = drawn.split('\n');
  expect(lines).toHaveLength(6);
  expect(lines.slice(0, 4)).toEqual([
    'flowchart LR',
    '  i0["✓ a<br/>A"]:::merged',
    '  i1["▶ b<br/>x#quot;] #lt;script#gt; end click i0 #quot;http://evil#quot;…"]:::running',
    '  i0 --> i1',
  ]);
});
