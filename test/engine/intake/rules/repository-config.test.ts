/** A repository's own configuration: what is wrong in it is refused with its place. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProfiles } from '../../../../src/adapters/agents/profiles.ts';
import { createWorkspaces } from '../../../../src/adapters/workspace/workspaces.ts';
import { RepositoryConfigFile } from '../../../../src/core/repository-config/repository-config.ts';
import {
  readRepositoryConfig,
  readRules,
} from '../../../../src/engine/intake/rules/repository-config.ts';
import { CONFIG_PATH } from '../../../../src/engine/policies/rule-files.ts';
import { parseYaml } from '../../../../src/engine/policies/yaml-text.ts';
import { temporaryFolder } from '../../../adapters/sandbox/temporary-folder.ts';
import { type Remote, startRemote } from '../../../adapters/workspace/remote.ts';
import { starter } from '../../../policy/starter.ts';
import { threadTime } from '../../../thread-time.ts';
import { createGitHub, REPOSITORY } from '../../github.ts';

const parse = (text: string) => {
  const read = parseYaml(CONFIG_PATH, text, RepositoryConfigFile);
  return read.ok ? { ok: true, config: read.value } : read;
};
const faultsOf = (text: string): string[] => {
  const read = parseYaml(CONFIG_PATH, text, RepositoryConfigFile);
  return read.ok ? [] : read.faults.map(({ line, message }) => `line ${line}: ${message}`);
};

/** A gigabyte, if aliases were followed. */
const BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefgh'.split('').map((name, index) => {
    const before = 'abcdefg'[index];
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
  }),
].join('\n');

describe('a sound file', () => {
  it('is taken with its defaults', () => {
    expect(parse('commands:\n  lint: [npx, eslint, "--fix", .]\n')).toEqual({
      ok: true,
      config: { commands: { lint: ['npx', 'eslint', '--fix', '.'] }, remediate: { ci: false } },
    });
  });

  it.each(['', '# nothing yet\n', '---\n', '{}'])('may say nothing: %j', text => {
    const config = { commands: {}, remediate: { ci: false } };
    expect(parse(text)).toEqual({ ok: true, config });
  });
});

it.each([
  'commands: { test: ["./my scripts/test.sh", a] }',
  'commands: { test: [sh, -c, "npm ci && npm test"] }',
  'commands: { test: [find, ., -exec, x, ";"] }',
  'commands: { test: [npm, test, --, A=1] }',
])('is a command that needs no shell: %s', text => expect(faultsOf(text)).toEqual([]));

describe('a base', () => {
  it.each([
    ['base: develop\n', { default: 'develop' }],
    ['base: { default: develop }\n', { default: 'develop' }],
    ['base:\n  labels:\n    "for: 2.x": release/2.x\n', { labels: { 'for: 2.x': 'release/2.x' } }],
    // As it is written: a number would be 2.1, and a date or a boolean no title at all.
    [
      'base:\n  milestones:\n    2.10: r/2.10\n    2.1: r/2.1\n    true: r/t\n    0x10: r/x\n',
      { milestones: { '2.10': 'r/2.10', '2.1': 'r/2.1', true: 'r/t', '0x10': 'r/x' } },
    ],
  ])('%j', (text, base) => {
    expect(parse(text)).toMatchObject({ ok: true, config: { base } });
  });

  it.each([
    ['base: 2.0\n', /^line 1: base: /],
    ['base: a..b\n', /^line 1: base: names no branch: it holds "\.\."/],
    ['base:\n  labels:\n    a: x y\n', /^line 3: base\.labels\.a: names no branch: it holds " "/],
    ['base:\n  label: { a: b }\n', /^line 2: base\.label: unknown key \(did you mean "labels"\?\)/],
    ['base:\n  milestones:\n    2.0: [r]\n', /^line 3: base\.milestones\.2\.0: /],
    ['base:\n  labels:\n    2.0: a\n    2.0: b\n', /^line 4: The key 2\.0 stands here twice/],
    [
      'base:\n  labels:\n    Old: a\n    old: b\n',
      /^line 4: base\.labels\.old: is "Old" to GitHub, which stands for a here/,
    ],
  ])('%j is refused', (text, fault) => {
    expect(faultsOf(text)).toEqual([expect.stringMatching(fault)]);
  });
});

it('gives no name a meaning that it has to JavaScript', () => {
  const text = 'commands:\n  __proto__: [a]\n  constructor: [b]\n';
  const read = parseYaml(CONFIG_PATH, text, RepositoryConfigFile);
  expect(read).toMatchObject({ ok: true, value: { commands: { constructor: ['b'] } } });
  expect(Object.getPrototypeOf(read.ok && read.value.commands)).toBe(Object.prototype);
});

describe('a file that is refused', () => {
  it.each([
    ['a YAML bomb', BOMB, [/^line 2: Aliases are not allowed: /]],
    ['an alias', 'commands:\n  lint: &l [a]\n  test: *l\n', [/^line 3: Aliases are not allowed: /]],
    ['an alias of itself', 'commands: &c\n  lint: *c\n', [/^line 2: Aliases are not allowed: /]],
    [
      'a duplicate key',
      'commands:\n  lint: [a]\n  lint: [b]\n',
      ['line 3: The key lint stands here twice: keep one of them.'],
    ],
    [
      'an unknown key',
      'remediate:\n  ci: true\ncommand: {}\n',
      ['line 3: command: unknown key (did you mean "commands"?)'],
    ],
    [
      'unknown keys further in',
      'remediate:\n  ci: true\n  comments: true\n  prs: 1\n',
      [
        'line 3: remediate.comments: unknown key; there are ci, pulls, reviews',
        'line 4: remediate.prs: unknown key; there are ci, pulls, reviews',
      ],
    ],
    ['an unknown tag', 'a: !!js/function x\n', [/^line 1: A word that begins with `!` is a tag/]],
    [
      'two documents',
      'commands: {}\n---\ncommands: {}\n',
      [/^line 2: There are several documents/],
    ],
    ['broken YAML', 'commands:\n  lint: [a, b\n', [/^line 3: A `\]` is missing/]],
    ['tabs for indentation', 'commands:\n\tlint: [a]\n', [/^line \d: /]],
  ])('%s', (_, text, faults) => {
    expect(faultsOf(text)).toEqual(
      faults.map(fault => (typeof fault === 'string' ? fault : expect.stringMatching(fault))),
    );
  });

  it.each([
    [
      'a command as text',
      'commands:\n  lint: npm run lint\n',
      /^line 2: commands\.lint: must be a list of 1 to 64 words, such as \[npm, test\]$/,
    ],
    [
      'an empty command',
      'commands:\n  lint: []\n',
      /^line 2: commands\.lint: must be a list of 1 to 64 words/,
    ],
    [
      'an empty word',
      'commands:\n  lint: [npx, ""]\n',
      /^line 2: commands\.lint\.1: must have at least 1 character$/,
    ],
    [
      'a number as word',
      'commands:\n  lint:\n    - npx\n    - 7\n',
      /^line 4: commands\.lint\.1: must be a text, and is a number: put it in quotes$/,
    ],
    [
      'a command that is nothing',
      'commands:\n  lint:\n',
      /^line 2: commands\.lint: must be a list of 1 to 64 words/,
    ],
    [
      'too many words',
      `commands:\n  lint: [${'a, '.repeat(65)}]\n`,
      /^line 2: commands\.lint: must be a list of 1 to 64 words/,
    ],
    [
      'a name in capitals',
      'commands:\n  Lint: [a]\n',
      /^line 2: commands\.Lint: has a name that is not allowed here: it must be a small letter, and then small letters, digits/,
    ],
    [
      'a word for a boolean',
      'remediate: {ci: yes}\n',
      /^line 1: remediate\.ci: must be true or false, and is a text: write true$/,
    ],
    [
      'a boolean in quotes',
      'backlogs: { confirm: "False" }\n',
      /^line 1: backlogs\.confirm: must be true or false, and is a text: write false$/,
    ],
    [
      'no boolean at all',
      'remediate: { ci: main }\n',
      /^line 1: remediate\.ci: must be true or false, and is a text$/,
    ],
    [
      'one word for a list',
      'triage: { labels: bug }\n',
      /^line 1: triage\.labels: must be a list, and is a text: write \[bug\]$/,
    ],
    [
      'a text of several words for a list',
      'scopes: { write: src and test }\n',
      /^line 1: scopes\.write: must be a list, and is a text: put it in \[ \]$/,
    ],
    [
      'a switch for what has keys',
      'remediate: true\n',
      /^line 1: remediate: must be keys with values, and is true: its keys are ci, pulls, reviews$/,
    ],
    [
      'a key whose values are all left out',
      'remediate:\n  # ci: true\n',
      /^line 1: remediate: must be keys with values, and is empty: its keys are ci, pulls, reviews$/,
    ],
    [
      'a number in quotes',
      'budgets: { task: { usd: "10.50" } }\n',
      /^line 1: budgets\.task\.usd: must be a number, and is a text: write 10\.50$/,
    ],
    [
      'a sum with a sign',
      'budgets: { task: { usd: $10 } }\n',
      /^line 1: budgets\.task\.usd: .*: write 10$/,
    ],
    [
      'a number with separators',
      'budgets: { run: { tokens: 1_000_000 } }\n',
      /^line 1: budgets\.run\.tokens: .*: write 1000000$/,
    ],
    [
      'a number with a unit',
      'budgets: { run: { minutes: 30m } }\n',
      /^line 1: budgets\.run\.minutes: must be a number, and is a text: write digits alone$/,
    ],
    [
      'a cap that rounds to nothing',
      'budgets: { run: { minutes: 0.00001 } }\n',
      /^line 1: budgets\.run\.minutes: must be at least 0\.01$/,
    ],
    [
      'money that rounds to nothing',
      'budgets: { run: { usd: 1.0e-12 } }\n',
      /^line 1: budgets\.run\.usd: must be at least 0\.000001$/,
    ],
    [
      "a budget that is the deployment's",
      'budgets: { day: { usd: 5 } }\n',
      /^line 1: budgets\.day: is for the whole deployment: an operator sets it in GATEHOUSE_BUDGETS$/,
    ],
    [
      'who approves',
      'approvers: [mona]\n',
      /^line 1: approvers: is a matter of policy: a forbid in \.github\/gatehouse\.cedar says who has to approve$/,
    ],
    [
      'a role that extends one',
      'roles: { tester: { extends: tester } }\n',
      /^line 1: roles\.tester\.extends: a role of your own is a file, agents\/NAME\.md on the default branch$/,
    ],
    [
      'a command of a role as a text',
      'roles: { tester: { commands: [npm test] } }\n',
      /^line 1: roles\.tester\.commands\.0: must be a list of 1 to 6 words, such as \[npm, test\]$/,
    ],
    [
      'one command of a role without the list of them',
      'roles: { tester: { commands: "npm test" } }\n',
      /^line 1: roles\.tester\.commands: must be a list of commands, such as \[\[npm, test\]\]$/,
    ],
    [
      'a time with seconds',
      'schedule: { n: { cron: "0 0 3 * * MON", command: fix } }\n',
      /^line 1: schedule\.n\.cron: must have five fields \(minute, hour, day, month, day of the week\), and has 6: seconds are none of them$/,
    ],
    [
      'a day in full',
      'schedule: { n: { cron: "0 3 * * Monday", command: fix } }\n',
      /^line 1: schedule\.n\.cron: has no day or month called Monday: write MON$/,
    ],
    [
      'hours that go back',
      'schedule: { n: { cron: "0 22-2 * * *", command: fix } }\n',
      /^line 1: schedule\.n\.cron: is no time: the range 22-2 ends before it begins; write two, with a comma between$/,
    ],
    [
      'an hour that no day has',
      'schedule: { n: { cron: "0 24 * * *", command: fix } }\n',
      /^line 1: schedule\.n\.cron: is no time: it has 24 for the hour, which goes from 0 to 23$/,
    ],
    [
      'a day where the minute stands',
      'schedule: { n: { cron: "MON 3 * * *", command: fix } }\n',
      /^line 1: schedule\.n\.cron: is no time: it has MON for the minute, which goes from 0 to 59$/,
    ],
    [
      'a time zone that is misspelt',
      'schedule:\n  n:\n    cron: "0 3 * * *"\n    timezone: Europe/Berln\n    command: fix\n',
      /^line 4: schedule\.n\.timezone: is no time zone that is known \(did you mean "Europe\/Berlin"\?\)$/,
    ],
    [
      'an offset for a time zone',
      'schedule: { n: { cron: "0 3 * * *", timezone: GMT+2, command: fix } }\n',
      /^line 1: schedule\.n\.timezone: is no time zone that is known: write one by its place, such as Europe\/Berlin, or UTC$/,
    ],
    [
      'a step whose environment is not named',
      'graphs: { fix: { steps: [publish, merge, { builtin: deploy, environment: stagin }] } }\nenvironments: { staging: {} }\n',
      /^line 1: graphs\.fix\.steps\.2\.environment: there is no environment stagin under `environments` \(did you mean "staging"\?\)$/,
    ],
    [
      'an environment that its own graph never reaches',
      'environments: { staging: { on: merge }, preview: { on: pull_request }, other: {} }\ngraphs: { fix: { steps: [publish, { builtin: accept, environment: preview }, merge] } }\n',
      /^line 2: graphs\.fix: no step of it is for the environment staging, whose `on: merge` only the graphs of Gatehouse follow: add `builtin: deploy` with `environment: staging`, or take `on` out$/,
    ],
    [
      'a branch that looks like a number',
      'base: 2.10\n',
      /^line 1: base: must be a text or keys with values, and is a number: put it in quotes$/,
    ],
    [
      'nothing for a branch',
      'base:\n',
      /^line 1: base: must be a text or keys with values, and is empty$/,
    ],
    [
      'a bound of nothing',
      'limits: { files: 0 }\n',
      /^line 1: limits\.files: must be more than 0$/,
    ],
    ['a word of two', 'mode: observ\n', /^line 1: mode: must be "enforce" or "observe"$/],
    [
      'a path that takes something out',
      'scopes: { never: [src, "!src/a"] }\n',
      /^line 1: scopes\.never\.1: is a pattern/,
    ],
    [
      'a path for two',
      'roles: { author: { paths: ["src/{a,b}"] } }\n',
      /^line 1: roles\.author\.paths\.0: is a pattern/,
    ],
    [
      'several words in one',
      'commands:\n  test: ["npm test"]\n',
      /^line 2: commands\.test: has several words in one: write each by itself, such as \[npm, test\]$/,
    ],
    [
      'what only a shell reads',
      'commands: { test: [npm, ci, "&&", npm, test] }\n',
      /^line 1: commands\.test: has &&, which no shell reads here: write \[sh, -c, "…"\]/,
    ],
    [
      'a variable before a program',
      'commands: { test: [CI=1, npm, test] }\n',
      /^line 1: commands\.test: begins with a variable, .* such as \[env, CI=1, …\]$/,
    ],
    [
      'a number that is none',
      'checks: { waitHours: .inf }\n',
      /^line 1: checks\.waitHours: must be a number, and is none that can be counted with$/,
    ],
    [
      'a part of a whole',
      'limits: { files: 1.5 }\n',
      /^line 1: limits\.files: must be a whole number, and is a number with a fraction$/,
    ],
    ['a merge', 'limits: { <<: { files: 1 } }\n', /^line 1: limits\.<<: merges are not allowed/],
    [
      'a star without quotes',
      'schedule: { n: { cron: * * * * *, command: fix } }\n',
      /^line 1: A `\*` begins an alias/,
    ],
    [
      'a budget for what has none',
      'budgets: { usd: 5 }\n',
      /^line 1: budgets\.usd: unknown key; there are run, task, lineage, repository$/,
    ],
    [
      'a command that starts nothing, for automation',
      'dispatch: { commands: [status] }\n',
      /^line 1: dispatch\.commands\.0: is no command that starts work: it is one of fix, /,
    ],
    [
      'two hooks of one name',
      'hooks:\n  - { name: a, on: [merged], webhook: b }\n  - { name: a, on: [failed], webhook: b }\n',
      /^line 3: hooks\.1\.name: another hook is called a as well$/,
    ],
    [
      'a hook that starts nothing',
      'hooks: [{ name: a, on: [merged], start: { command: fixx, text: x } }]\n',
      /^line 1: hooks\.0\.start\.command: is no command that starts work \(did you mean "fix"\?\)/,
    ],
    [
      'two things that must hold, in one',
      'environments: { staging: { accept: [{ get: /, command: smoke }] } }\n',
      /^line 1: environments\.staging\.accept\.0\.command: does not go with the keys beside it$/,
    ],
    [
      'a value without where it is measured',
      'environments: { staging: { accept: [{ metric: up, below: 1 }] } }\n',
      /^line 1: environments\.staging\.accept\.0\.prometheus: is missing: it must be a text$/,
    ],
    ['the root by a dot', 'directory: .\n', /^line 1: directory: names the root/],
    ['a list of commands', 'commands: [a]\n', /^line 1: commands: /],
    ['a list', '- a\n', /^line 1: file: /],
    ['a text', 'lint everything\n', /^line 1: file: /],
  ])('%s', (_, text, fault) => {
    expect(faultsOf(text)).toEqual([expect.stringMatching(fault)]);
  });

  it('is larger than it may be, in bytes', () => {
    const comment = `# ${'ü'.repeat(33_000)}\n`;
    expect(comment.length).toBeLessThan(64 * 1024);
    expect(faultsOf(comment)).toEqual(['line 1: It is larger than 65536 bytes.']);
    expect(faultsOf(`# ${'u'.repeat(33_000)}\n`)).toEqual([]);
  });

  it.each([
    ['is nested deeply', '['.repeat(60_000)],
    ['maps into maps', '{a: '.repeat(15_000)],
    ['has thousands of keys', `{ ${Array.from({ length: 9_000 }, (_, n) => `k${n}`).join(',')} }`],
    [
      'has more faults than anybody reads',
      Array.from({ length: 99 }, (_, n) => `k${n}: 1`).join('\n'),
    ],
  ])('%s, and is refused quickly with the first of its faults', (_, text) => {
    const faults = faultsOf(text);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.length).toBeLessThanOrEqual(20);
    expect(threadTime(() => faultsOf(text))).toBeLessThan(5_000);
  });
});

describe('of a repository', () => {
  let remote: Remote;
  let read: (files: Record<string, string>) => ReturnType<typeof readRepositoryConfig>;
  beforeAll(async () => {
    const folder = await temporaryFolder();
    remote = await startRemote(folder);
    const workspaces = await createWorkspaces({ stateDir: `${folder}/state` });
    const github = createGitHub(remote);
    const policies = starter();
    const loaded = await loadProfiles(join(import.meta.dirname, '../../../../agents'));
    const profiles = new Map(loaded.map(profile => [profile.name, profile]));
    let present: string[] = [];
    read = async files => {
      const gone = present.filter(path => !(path in files)).map(path => [path, null]);
      present = Object.keys(files);
      const sha = await remote.commit({ ...Object.fromEntries(gone), ...files });
      const deps = { workspaces, github, policies, profiles };
      const rules = await readRules(deps, REPOSITORY, sha);
      if (!rules.ok) return rules;
      return readRepositoryConfig(deps, REPOSITORY, rules, { ref: 'main', sha });
    };
  });
  afterAll(() => remote.close());

  it('has a fault where it restricts a role that is not here', async () => {
    expect(
      await read({ '.github/gatehouse.yml': 'roles: { autor: { paths: [src] } }\n' }),
    ).toMatchObject({
      ok: false,
      faults: [
        expect.stringMatching(
          /^line 1: roles\.autor: there is no such role here \(did you mean "author"\?\); there are /,
        ),
      ],
    });
  });

  const commandsOf = async (files: Record<string, string>) => {
    const config = await read(files);
    if (!config.ok) throw new Error(config.faults.join());
    return config.config.commands;
  };
  const manifest = JSON.stringify({ scripts: { lint: 'eslint .', test: 'node --test' } });

  it('are told from its files, with what was found and why', async () => {
    expect(await read({ 'package.json': manifest, 'package-lock.json': '{}' })).toMatchObject({
      ok: true,
      config: {
        commands: { install: ['npm', 'ci'], lint: ['npm', 'run', 'lint'], test: ['npm', 'test'] },
      },
      toolchain: {
        ecosystems: ['npm'],
        found: [
          { name: 'install', command: 'npm ci', because: 'package-lock.json is there' },
          { name: 'lint', command: 'npm run lint', because: 'package.json has the script "lint"' },
          { name: 'test', command: 'npm test', because: 'package.json has the script "test"' },
        ],
        notes: [],
      },
    });
  });

  it('are those of the only folder with a manifest, which is said', async () => {
    const files = { 'README.md': '', 'app/package.json': manifest, 'docs/package.json': manifest };
    expect(await read(files)).toMatchObject({
      config: { directory: 'app', commands: { test: ['npm', 'test'] } },
      toolchain: { notes: ['The folder is app, the only one with a manifest.'] },
    });
  });

  it('are none where several folders could be meant, until one is named', async () => {
    const files = { 'backend/go.mod': '', 'backend/a_test.go': '', 'web/package.json': manifest };
    expect(await read(files)).toMatchObject({
      config: { commands: {} },
      toolchain: { notes: [expect.stringContaining('(backend, web)')] },
    });
    const config = 'directory: ./backend/\n';
    expect(await read({ ...files, [CONFIG_PATH]: config })).toMatchObject({
      config: { directory: 'backend', commands: { test: ['go', 'test', './...'] } },
      toolchain: { ecosystems: ['go'], notes: [] },
    });
  });

  it('are refused where the folder that is named does not exist', async () => {
    expect(await read({ 'app/a': '', [CONFIG_PATH]: 'directory: apps\n' })).toEqual({
      ok: false,
      path: CONFIG_PATH,
      faults: ['line 1: directory: there is no folder apps on the branch main'],
    });
    expect(await read({ 'app/a': '', [CONFIG_PATH]: 'directory: app\n' })).toMatchObject({
      config: { directory: 'app', commands: {} },
    });
    expect(faultsOf('directory: ../app\n')).toEqual([
      'line 1: directory: must lie in the repository',
    ]);
  });

  it('need the registries of the install that is configured, too', async () => {
    const own = 'commands:\n  install: [uv, sync]\n';
    expect(await read({ 'package.json': manifest, [CONFIG_PATH]: own })).toMatchObject({
      toolchain: { ecosystems: ['npm', 'pypi'], found: [{ name: 'lint' }, { name: 'test' }] },
    });
  });

  it("the repository's own words go before what is known", async () => {
    const own = 'commands:\n  test: [make, check]\n  docs: [make, docs]\n';
    expect(await commandsOf({ 'package.json': manifest, [CONFIG_PATH]: own })).toEqual({
      install: ['npm', 'install'],
      lint: ['npm', 'run', 'lint'],
      test: ['make', 'check'],
      docs: ['make', 'docs'],
    });
  });

  it('without a manifest, or with one that is none, nothing is guessed', async () => {
    expect(await commandsOf({})).toEqual({});
    expect(await commandsOf({ 'package.json': '{' })).toEqual({});
    expect(await commandsOf({ 'package.json': '{"scripts":[1]}' })).toEqual({
      install: ['npm', 'install'],
    });
  });

  it('is refused with its path', async () => {
    expect(await read({ 'package.json': manifest, [CONFIG_PATH]: 'surprise: 1\n' })).toEqual({
      ok: false,
      path: '.github/gatehouse.yml',
      faults: ['line 1: surprise: unknown key'],
    });
  });
});
