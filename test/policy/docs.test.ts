import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FINDING_KINDS } from '../../src/core/finding.ts';
import { decide } from '../../src/policy/decide.ts';
import { DEPLOY, MERGE, SECRET, STARTER, sound, TASK, WRITE } from './starter.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/policies.md'), 'utf8');
const examples = [...PAGE.matchAll(/```cedar\n([\s\S]*?)```/g)].map(([, text = ''], at) => ({
  name: `docs/policies.md#${at + 1}`,
  text,
}));

test('the example of docs/operations.md loads beside the starter pack, and keeps a secret back', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
  const [, text = ''] = /```cedar\n([\s\S]*?)```/.exec(page) ?? [];
  const set = sound([...STARTER, { name: 'docs/operations.md', text }]);
  const secret = { kind: 'secret' as const, name: 'OPENAI_API_KEY' };
  const context = { ...SECRET.context, executor: 'gateway' as const };
  const of = (owner: string, name: string) => {
    const repository = { ...SECRET.repository, owner, name };
    return decide(set, { ...SECRET, resource: secret, context, repository }).policies;
  };
  expect(of('Acme', 'payroll')).toEqual(['no-model-for-payroll']);
  expect(of('acme', 'library')).toEqual(['secret-builtin']);
});

describe('docs/policies.md', () => {
  const set = sound([...STARTER, ...examples]);
  const byTeam = (teams: string[]) =>
    decide(set, {
      ...WRITE,
      resource: { kind: 'path', path: 'src/Billing/invoice.ts' },
      context: { ...WRITE.context, approvals: { ...WRITE.context.approvals, teams } },
    });

  test('its examples load beside the starter pack', () => {
    expect(examples.length).toBeGreaterThanOrEqual(5);
    for (const id of ['billing-by-its-team', 'two-people-for-migrations'])
      expect(set.policies.has(id)).toBe(true);
  });
  test('the folder of a team', () => {
    expect(byTeam([])).toMatchObject({
      outcome: 'require_approval',
      approvers: ['the billing team'],
      reasons: ["Billing is changed with the billing team's approval."],
    });
    expect(byTeam(['billing']).outcome).toBe('allow');
  });
  test('key files', () => {
    for (const path of ['a/server.pem', 'CERTS/x.txt'])
      expect(decide(set, { ...WRITE, resource: { kind: 'path', path } })).toMatchObject({
        outcome: 'deny',
        policies: ['keys-never'],
      });
  });
  test('small tainted work', () => {
    const size = { ...MERGE.context.size, added: 301 };
    const approvals = { ...MERGE.context.approvals, count: 1 };
    const context = { ...MERGE.context, taint: ['issue #1'], size, approvals };
    const subject = { ...MERGE.subject, trust: 'T3' as const };
    expect(decide(set, { ...MERGE, subject, context }).policies).toEqual([
      'tainted-work-stays-small',
    ]);
    expect(decide(set, { ...MERGE, subject, context: { ...context, taint: [] } }).outcome).toBe(
      'allow',
    );
  });
  test('what the task has used up', () => {
    const spent = { priced: true, tokens: 0, calls: 0, ms: 0, runs: 9 };
    const asked = (rounds: number, nanoUsd: number, count = 0) => {
      const approvals = { ...TASK.context.approvals, count };
      const context = { ...TASK.context, approvals, spent: { ...spent, rounds, nanoUsd } };
      return decide(set, { ...TASK, context });
    };
    expect(asked(4, 10e9).outcome).toBe('allow');
    expect(asked(5, 0)).toMatchObject({
      outcome: 'require_approval',
      policies: ['long-work-by-people'],
    });
    // The cents are rounded up: less than one more is more.
    expect(asked(1, 10e9 + 1).outcome).toBe('require_approval');
    expect(asked(5, 20e9, 1).outcome).toBe('allow');
    // Facts that were kept before this was one.
    expect(decide(set, TASK).outcome).toBe('allow');
  });
  test('two people for a migration', () => {
    const paths = [{ path: 'db/migrate/1_a.sql', findings: ['migration' as const] }];
    const asked = (count: number, maintainers: number) => {
      const approvals = { ...MERGE.context.approvals, count, maintainers };
      const context = { ...MERGE.context, findings: ['migration' as const], approvals };
      return decide(set, { ...MERGE, paths, context });
    };
    expect(asked(1, 1)).toMatchObject({ outcome: 'require_approval', quorum: 2 });
    expect(asked(2, 0).outcome).toBe('require_approval');
    expect(asked(2, 1).outcome).toBe('allow');
  });
  test('staging alone', () => {
    const deploy = (name: string, repository: string) =>
      decide(set, {
        ...DEPLOY,
        subject: { ...DEPLOY.subject, trust: 'T3' },
        repository: { ...DEPLOY.repository, name: repository },
        resource: { kind: 'environment', name },
      }).outcome;
    expect(deploy('staging', 'Widgets')).toBe('allow');
    expect(deploy('production', 'Widgets')).toBe('require_approval');
    expect(deploy('staging', 'gadgets')).toBe('require_approval');
  });
  test('lists every finding', () => {
    const [, section = ''] = PAGE.split('## What the patch gate finds\n');
    const table = section.split('\n## ')[0] ?? '';
    const listed = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(match => match[1]);
    expect(listed).toEqual(FINDING_KINDS);
  });
});
