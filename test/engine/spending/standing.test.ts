/** How the budgets of one task are shown: with the caps that its last run works with. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadProfiles } from '../../../src/adapters/agents/profiles.ts';
import { NO_AMOUNT, type ScopeKind } from '../../../src/core/budget.ts';
import type { OwnRole } from '../../../src/core/repository-config/own-role.ts';
import { capsIn } from '../../../src/engine/spending/scopes.ts';
import { standingsOfTask } from '../../../src/engine/spending/standing.ts';
import { STATE_VERSION } from '../../../src/engine/streams.ts';
import { created, decided, outcomeOf } from '../../core/task/given.ts';

const loaded = await loadProfiles(join(import.meta.dirname, '../../../agents'));
const profiles = new Map(loaded.map(profile => [profile.name, profile]));

/** The caps of the last run of a task whose one step is done in this role. */
async function capsOfRun(role: string, roles: OwnRole[]) {
  const step = { id: 'write', needs: [], kind: 'agent' as const, purpose: 'change' as const };
  const { folded } = outcomeOf(
    created({
      graph: { name: 'own', steps: [{ ...step, role, keepsChanges: true }], reworkFrom: null },
      roles,
    }),
    decided('task.start', 'allow'),
  );
  const { version, hash } = folded;
  const deps = {
    profiles,
    settings: { budgets: {} },
    clock: { now: () => new Date('2026-11-30T10:00:00.000Z') },
    log: { load: async () => ({ version, hash, folded: { stateVersion: STATE_VERSION, folded } }) },
    tasks: { find: async () => null, list: async () => [] },
    ledger: { standing: async () => ({ spent: NO_AMOUNT, reserved: NO_AMOUNT }) },
  } as unknown as Parameters<typeof standingsOfTask>[0];
  const scopes = await standingsOfTask(deps, 't');
  const units = scopes.find(({ kind }) => kind === 'run')?.units ?? [];
  return Object.fromEntries(units.map(({ unit, cap }) => [unit, cap]));
}

it("a role of the repository's own shows its own caps", async () => {
  const own: OwnRole = {
    name: 'fast-fixer',
    description: 'Fixes fast.',
    extends: 'author',
    budget: { tokens: 1_000 },
    prompt: 'Be fast.',
  };
  const base = await capsOfRun('author', []);
  expect(base.tokens).toBeGreaterThan(1_000);
  expect(await capsOfRun('fast-fixer', [own])).toEqual({ ...base, tokens: 1_000 });
});

it.each<[ScopeKind, string, number]>([
  ['day', '2026-11-30T09:00:00.000Z', 8],
  ['day', '2026-11-29T23:00:00.000Z', 4],
  ['repository', '2026-11-02T09:00:00.000Z', 8],
  ['repository', '2026-10-31T09:00:00.000Z', 4],
  ['task', '2026-10-31T09:00:00.000Z', 8],
])('a cap of %s that was raised at %s holds for its own period: %i calls', (scope, at, calls) => {
  const { folded } = outcomeOf(created(), decided('task.start', 'allow'));
  const [run] = folded.state.runs;
  if (!run) throw new Error('there is no run');
  const reached = { scope, unit: 'calls' as const, cap: 4 };
  const state = { ...folded.state, raised: [{ reached, to: 8, of: run.budget.of, at }] };
  const deps = {
    settings: { budgets: { [scope]: { calls: 4 } } },
    clock: { now: () => new Date('2026-11-30T10:00:00.000Z') },
  } as unknown as Parameters<typeof capsIn>[0];
  expect(capsIn(deps, scope, { state, run, profile: null }).calls).toBe(calls);
});
