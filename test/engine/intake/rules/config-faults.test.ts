/** What only a deployment's roles show to be wrong in `gatehouse.yml`: the same wherever it is looked at. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProfiles } from '../../../../src/adapters/agents/profiles.ts';
import { configFaults } from '../../../../src/engine/intake/rules/config-faults.ts';
import { CONFIG_PATH } from '../../../../src/engine/policies/rule-files.ts';
import { readTexts } from '../../../../src/engine/policies/rules.ts';
import { faultLine } from '../../../../src/policy/fault.ts';
import { runHere } from '../../../cli/environment.ts';
import { starter } from '../../../policy/starter.ts';
import { rulesOf } from '../../rules-of.ts';

const loaded = await loadProfiles(join(import.meta.dirname, '../../../../agents'));
const profiles = new Map(loaded.map(profile => [profile.name, profile]));

const faultsOf = (text: string): string[] =>
  configFaults(rulesOf(text), profiles, { roles: [], faults: [] }).map(faultLine);

const OFF = (role: string) => `roles:\n  ${role}:\n    enabled: false\n`;
const at = (place: string, words: string) => [`${CONFIG_PATH}:${place}: ${words}`];

describe('work that starts by itself, for which a role is switched off', () => {
  it.each([
    [`${OFF('remediator-ci')}remediate:\n  ci: true\n`, '5:3', 'remediate.ci', 'remediator-ci'],
    [
      `${OFF('remediator-ci')}remediate:\n  pulls: true\n`,
      '5:3',
      'remediate.pulls',
      'remediator-ci',
    ],
    [
      `${OFF('remediator-comment')}remediate: { reviews: true }\n`,
      '4:14',
      'remediate.reviews',
      'remediator-comment',
    ],
    [`${OFF('triage')}triage: { labels: [] }\n`, '4:1', 'triage', 'triage'],
    [
      `${OFF('reviewer')}dispatch: { commands: [lint, fix] }\n`,
      '4:30',
      'dispatch.commands.1',
      'reviewer',
    ],
    [
      `${OFF('planner')}schedule:\n  n: { cron: "@daily", command: plan }\n`,
      '5:24',
      'schedule.n.command',
      'planner',
    ],
    [
      `${OFF('author')}hooks: [{ name: h, on: [merged], start: { command: fix, text: x } }]\n`,
      '4:34',
      'hooks.0.start',
      'author',
    ],
  ])('%j is told at %s', (text, place, path, role) =>
    expect(faultsOf(text)).toEqual(
      at(
        place,
        `${path}: needs the role ${role}, which line 3 switches off: change one of the two`,
      ),
    ),
  );

  it.each([
    `${OFF('reviewer')}dispatch: { commands: [lint] }\nschedule:\n  n: { cron: "@daily", command: test }\n`,
    `${OFF('remediator-ci')}remediate: { ci: false, reviews: true }\n`,
    `mode: observe\n${OFF('triage')}triage: { labels: [] }\n`,
    `${OFF('reviewer')}dispatch: { commands: [fix] }\ngraphs: { fix: { steps: [{ agent: author }, publish] } }\n`,
  ])('%j can be done', text => expect(faultsOf(text)).toEqual([]));
});

const WRONG: [text: string, place: string, words: RegExp][] = [
  [
    'roles: { autor: { paths: [src] } }\n',
    '1:10',
    /^roles\.autor: there is no such role here \(did you mean "author"\?\)/,
  ],
  [
    'graphs:\n  fix:\n    steps:\n      - agent: autor\n',
    '4:9',
    /^graphs\.fix\.steps\.0\.agent: there is no role "autor" here \(did you mean "author"\?\)/,
  ],
  [
    'graphs: { fix: { steps: [{ agent: reviewer }] } }\n',
    '1:28',
    /steps\.0\.agent: the role "reviewer" changes nothing: write `reads_only: true`$/,
  ],
  [
    'graphs: { fix: { steps: [{ agent: author }, { command: smok }] } }\ncommands: { smoke: [a] }\n',
    '1:47',
    /^graphs\.fix\.steps\.1\.command: there is no command smok under `commands` \(did you mean "smoke"\?\)$/,
  ],
  [
    'environments: { s: { accept: [{ command: smoke }] } }\n',
    '1:33',
    /^environments\.s\.accept\.0\.command: there is no command smoke under `commands`$/,
  ],
  [
    'hooks: [{ name: h, on: [merged], command: smoke }]\n',
    '1:9',
    /^hooks: h: the repository has no command "smoke"/,
  ],
  [
    'hooks: [{ name: h, on: [run_finished], agent: critic }]\n',
    '1:9',
    /^hooks: h: there is no role "critic" here/,
  ],
];

describe('what is named and is not there', () => {
  it.each(WRONG)('%j', (text, place, words) => {
    const [told = '', ...more] = faultsOf(text);
    expect(more).toEqual([]);
    const head = `${CONFIG_PATH}:${place}: `;
    expect(told.slice(0, head.length)).toBe(head);
    expect(told.slice(head.length)).toMatch(words);
  });
  it("is none where the repository's files may have it", () =>
    expect(
      faultsOf(
        'graphs: { fix: { steps: [{ command: install }, { agent: author }, { command: lint }] } }\n',
      ),
    ).toEqual([]));
});

describe('at a shell', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-faults-'));
    await mkdir(join(folder, '.github'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const ALL = `roles: { autor: { paths: [src] }, triage: { enabled: false } }
triage: { labels: [] }
graphs:
  fix: { steps: [{ agent: writer }, { command: smoke }, { agent: reviewer }] }
environments: { staging: { accept: [{ command: smoke }, { get: /, schema: { pattern: a } }] } }
hooks: [{ name: h, on: [run_finished], agent: critic }]
`;

  it('all of it is told in the same words', async () => {
    const file = join(folder, CONFIG_PATH);
    await writeFile(file, ALL);
    const { shown } = readTexts(
      { config: { path: CONFIG_PATH, from: null, text: ALL }, policy: null },
      starter().schema,
    );
    const expected = [...shown.map(faultLine), ...faultsOf(ALL)].map(line => join(folder, line));
    expect(expected).toHaveLength(8);
    for (const command of [
      ['graph', file],
      ['policy', 'check', folder],
    ]) {
      const { code, stdout } = await runHere(command, {});
      expect(code).toBe(1);
      expect(stdout.trim().split('\n').slice(0, -1)).toEqual(expected);
    }
  });
});
