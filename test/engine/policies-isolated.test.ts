/** Texts of policy by others: read in a process of their own, which they may end, and no other. */
import { afterEach, describe, expect, it } from 'vitest';
import { askIsolated, IsolatedStopped } from '../../src/engine/policies/isolated/isolated.ts';
import { readIsolated } from '../../src/engine/policies/isolated/read-rules.ts';
import { CONFIG_PATH, POLICY_PATH } from '../../src/engine/policies/rule-files.ts';
import { rulesOn } from '../../src/engine/policies/rules.ts';
import { cedarTraps } from '../../src/policy/cedar.ts';
import { decide } from '../../src/policy/decide.ts';
import { STARTER, starter, TASK, WRITE } from '../policy/starter.ts';

const deployment = starter();
const policy = (text: string) =>
  readIsolated({ config: null, policy: { path: POLICY_PATH, from: null, text } });
const configuration = (text: string) =>
  readIsolated({ config: { path: CONFIG_PATH, from: null, text }, policy: null });
const forbid = (condition: string): string =>
  `@id("mine") @reason("No.") forbid (principal, action == Action::"file.write", resource) when { ${condition} };`;

const before = cedarTraps().count;
afterEach(() => {
  // The engine that decides was given none of it, and decides.
  expect(cedarTraps().count).toBe(before);
  expect(decide(deployment, TASK).outcome).toBe('allow');
});

describe('what can not be used is a fault, and forbids', () => {
  it.each([
    [
      'nested parentheses',
      () => policy(forbid(`${'('.repeat(200)}true${')'.repeat(200)}`)),
      /stopped/,
    ],
    [
      'many alternatives',
      () => policy(forbid(Array(60).fill('context.mode == "live"').join(' || '))),
      /nested too deeply/,
    ],
    [
      'very many terms',
      () => policy(forbid(`[${'1,'.repeat(9_000)}1].contains(2)`)),
      /at most 5000 are allowed/,
    ],
    [
      'long patterns',
      () => policy(forbid(`resource.path like "${'a'.repeat(3_000)}*"`)),
      /at most 2000 are allowed/,
    ],
    [
      'nested YAML',
      () => configuration(`limits: ${'['.repeat(30_000)}`),
      /nested too deeply|must/i,
    ],
  ])('%s', async (_name, read, message) => {
    const { set, faults } = rulesOn(deployment, await read());
    expect(faults[0]?.message).toMatch(message);
    expect(decide(set, TASK)).toMatchObject({ outcome: 'deny', policies: ['repository:faulty'] });
  });
});

it('a row of paths in the configuration is no depth', async () => {
  const paths = Array.from({ length: 100 }, (_, at) => `  - src/part-${at}`);
  const { set, faults } = rulesOn(
    deployment,
    await configuration(`scopes:\n  never:\n${paths.map(path => `  ${path}`).join('\n')}\n`),
  );
  expect(faults).toEqual([]);
  const path = (name: string) => ({ ...WRITE, resource: { kind: 'path' as const, path: name } });
  expect(decide(set, path('src/part-99/a.ts'))).toMatchObject({
    outcome: 'deny',
    policies: ['configuration:scope-never'],
  });
  expect(decide(set, path('src/other.ts')).outcome).toBe('allow');
});

it('what takes too long is stopped, and what is asked after it is answered', async () => {
  const slow = askIsolated('check', STARTER, 1);
  const next = policy(forbid('resource.path like "docs/*"'));
  await expect(slow).rejects.toThrow(IsolatedStopped);
  await expect(slow).rejects.toThrow('it took longer than 0.001 s');
  expect((await next).checked.ok).toBe(true);
});

it('decides there as it does here', async () => {
  const policies = [
    ...STARTER,
    {
      name: POLICY_PATH,
      text: forbid('resource.path like "docs/*"'),
      origin: 'repository' as const,
    },
  ];
  const facts = { ...WRITE, resource: { kind: 'path' as const, path: 'docs/a.md' } };
  const { set } = rulesOn(deployment, await policy(forbid('resource.path like "docs/*"')));
  const there = await askIsolated('decide', { policies, facts });
  expect(there).toMatchObject({ outcome: 'deny', policies: ['repository:mine'] });
  expect(there.policies).toEqual(decide(set, facts).policies);
});
