/** A draft of policy, tried: its faults, its tests, and the same flips as the shell's back-test. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Action } from '../../src/core/decision.ts';
import type { AuditSource } from '../../src/engine/audit-source.ts';
import { backTest } from '../../src/engine/backtest/backtest.ts';
import { ofDeployment } from '../../src/engine/backtest/candidate.ts';
import { createFlipGroups } from '../../src/engine/backtest/flip-groups.ts';
import { type LabNews, type PolicyDraft, tryDraft } from '../../src/engine/policies/lab.ts';
import { readRules } from '../../src/engine/policies/rules.ts';
import { standingPolicy } from '../../src/engine/policies/standing.ts';
import type { PolicyText } from '../../src/policy/check.ts';
import type { Facts } from '../../src/policy/facts.ts';
import { recordOf } from '../policy/recorded.ts';
import { ACCEPT, MERGE, RUN, sound, starter, WRITE } from '../policy/starter.ts';

const base = starter();
const FROZEN: PolicyText = {
  name: 'starter/frozen.cedar',
  text: '@id("frozen")\n@reason("Nothing is written this week.")\nforbid (principal, action == Action::"file.write", resource);\n',
};

const at = (facts: Facts, id: number, name: string): Facts =>
  ({ ...facts, repository: { ...facts.repository, id, name } }) as Facts;
const history = [WRITE, ACCEPT, RUN, MERGE].flatMap(facts => [
  at(facts, 1, 'widgets'),
  at(facts, 2, 'gadgets'),
]);
const audit = recordOf(history.map((facts, n) => ({ task: `task-${n % 4}`, facts, set: base })));

/** The record, as the log and the artifacts of a deployment. */
const services = (source: AuditSource): Parameters<typeof tryDraft>[0] =>
  ({
    log: { streams: source.streams, read: source.events },
    artifacts: {
      get: async (digest: string) => Buffer.from((await source.content(digest)) ?? ''),
    },
    policies: base,
    settings: { policyFolder: join(import.meta.dirname, '../../policies/starter') },
  }) as unknown as Parameters<typeof tryDraft>[0];

async function tried(draft: PolicyDraft, sees = (_repository: number) => true): Promise<LabNews[]> {
  const { signal } = new AbortController();
  const news: LabNews[] = [];
  for await (const one of tryDraft(services(audit), draft, sees, signal)) news.push(one);
  return news;
}

const deployment = (files: PolicyText[], tests: string | null = null): PolicyDraft => ({
  of: 'deployment',
  files,
  tests,
});

it('says each fault at its line, and tries nothing else then', async () => {
  const faulty = { ...FROZEN, text: FROZEN.text.replace('file.write', 'file.wrote') };
  const [checked, ...more] = await tried(deployment([faulty]));
  expect(more).toEqual([]);
  expect(checked).toMatchObject({
    kind: 'checked',
    digest: null,
    faults: [
      { file: 'starter/frozen.cedar', line: 3, message: expect.stringContaining('did you mean') },
    ],
  });
});

it('runs the tests of the pack in use and of the draft', async () => {
  const tests = 'tests:\n  - it: writes\n    action: file.write\n    expect: allow\n';
  const news = await tried(deployment([FROZEN], tests));
  const tested = news.find(one => one.kind === 'tested');
  const failed = tested?.tests?.failed ?? [];
  expect(failed.find(({ file }) => file === 'draft.test.yml')).toMatchObject({
    it: 'writes',
    line: 2,
    problems: ['expected allow, came deny by frozen'],
  });
  expect(failed.some(({ file }) => file.endsWith('starter.test.yml'))).toBe(true);
  expect(tested?.tests?.rows).toBeGreaterThan(failed.length);
});

it('finds the flips that the shell finds, put together where they are alike', async () => {
  const done = (await tried(deployment([FROZEN]))).at(-1);
  if (done?.kind !== 'done') throw new Error('it is not done');
  const set = sound([...base.texts, FROZEN]);
  const { flips, decisions } = await backTest(audit, ofDeployment(set));
  const groups = createFlipGroups();
  for (const flip of flips) groups.add(flip);
  expect(flips.length).toBeGreaterThan(0);
  expect(done.history).toMatchObject({ decisions, flips: flips.length, moreFlips: 0 });
  expect(done.history.groups).toEqual(groups.all().listed);
  expect(done.history.groups[0]).toMatchObject({
    ...{ to: 'deny', why: 'Nothing is written this week.', policies: ['frozen'], repositories: 2 },
  });
});

it('tells of the repositories that whoever asks sees, and counts the others', async () => {
  const done = (await tried(deployment([FROZEN]), repository => repository === 1)).at(-1);
  if (done?.kind !== 'done') throw new Error('it is not done');
  const { flips, groups, elsewhere } = done.history;
  const examples = groups.flatMap(group => group.examples);
  expect(examples.every(({ repository }) => repository.id === 1)).toBe(true);
  expect(elsewhere.flips).toBe(flips - examples.length);
  expect(elsewhere.flips).toBeGreaterThan(0);
});

it('ends where nobody waits for it any more', async () => {
  const leaving = new AbortController();
  const trial = async () => {
    for await (const { kind } of tryDraft(
      services(audit),
      deployment([]),
      () => true,
      leaving.signal,
    ))
      if (kind === 'checked') leaving.abort(new Error('left'));
  };
  await expect(trial()).rejects.toThrow('left');
});

it('says for one repository, role and person what each action would be answered', () => {
  const rules = readRules(base, {
    config: { path: '.github/gatehouse.yml', from: null, text: 'scopes:\n  never: [protocol]\n' },
    policy: null,
  });
  const profile = {
    ...{ name: 'author', trust: 'T2', chain: [{ adapter: 'codex', model: null }] },
    ...{ paths: [], commands: ['npm test'], hosts: [], mcp: [], repositoryConfig: false },
  } as never;
  const repository = { id: 1, owner: 'acme', name: 'widgets', installation: 1 };
  const deps = { settings: { realAgents: true, models: new Map() } as never, adapters: new Map() };
  const asked = { repository, profile, requester: 'write' as const };
  const standing = standingPolicy(deps, rules, asked);
  expect(standing.answers.map(({ action }) => action)).toEqual(Action.options);
  const answer = (action: string) => standing.answers.find(one => one.action === action);
  expect(answer('run.start')).toMatchObject({ outcome: 'allow', approval: null });
  expect(answer('budget.raise')).toMatchObject({
    outcome: 'require_approval',
    approval: 'someone with write access',
  });
  expect(standing.texts.at(-1)?.name ?? '').not.toBe('');
  expect(standing.texts.some(({ origin }) => origin === 'configuration')).toBe(true);
  const nobody = standingPolicy(deps, rules, { ...asked, requester: 'none' });
  expect(nobody.answers.find(({ action }) => action === 'task.start')?.outcome).toBe('deny');
});
