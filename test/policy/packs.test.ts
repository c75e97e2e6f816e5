/** The shipped packs: each sound, each with its table of tests, each as different as its page says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FINDING_KINDS, finding } from '../../src/core/finding.ts';
import { examine, testTables } from '../../src/engine/policies/examine.ts';
import { decide } from '../../src/policy/decide.ts';
import type { PolicySet } from '../../src/policy/load.ts';
import { ACCEPT, MERGE, starter } from './starter.ts';

const ROOT = join(import.meta.dirname, '../../policies');
const PACKS = readdirSync(ROOT, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => entry.name)
  .sort();
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/policies.md'), 'utf8');

const loaded = new Map<string, Promise<PolicySet>>();
/** A pack never changes: each is read once. */
function load(pack: string): Promise<PolicySet> {
  const found = loaded.get(pack) ?? loadOnce(pack);
  loaded.set(pack, found);
  return found;
}
async function loadOnce(pack: string): Promise<PolicySet> {
  const examined = await examine(join(ROOT, pack), join(ROOT, 'starter'));
  if (!examined.ok) throw new Error(JSON.stringify(examined.faults));
  return examined.set;
}

it('are these', () => {
  expect(PACKS).toEqual([
    'autonomous',
    'base',
    'open-source',
    'regulated',
    'solo',
    'starter',
    'startup',
  ]);
});

describe.each(PACKS)('%s', pack => {
  it('passes its own table of tests', async () => {
    const tables = await testTables(join(ROOT, pack), await load(pack));
    expect(tables.flatMap(table => table.faults)).toEqual([]);
    const rows = tables.flatMap(table => table.rows);
    expect(rows.length).toBeGreaterThanOrEqual(pack === 'solo' ? 3 : 10);
    for (const { it, problems } of rows) expect([it, problems]).toEqual([it, []]);
  });
});

describe.each(PACKS.filter(pack => pack !== 'base'))('%s', pack => {
  it('differs from the starter pack in what docs/policies.md names', async () => {
    const [set, base] = [await load(pack), starter()];
    const ids = new Set([...set.policies.keys(), ...base.policies.keys()]);
    const same = (id: string) =>
      JSON.stringify(set.policies.get(id)?.json) === JSON.stringify(base.policies.get(id)?.json);
    const differing = pack === 'solo' ? [...set.policies.keys()] : [...ids].filter(id => !same(id));
    const named = PAGE.split(`### ${pack}\n`)[1]?.split('\n#')[0] ?? '';
    for (const id of differing) expect(named, id).toContain(`\`${id}\``);
  });
});

describe.each(['autonomous', 'open-source', 'regulated', 'starter', 'startup'])(
  '%s extends the base',
  pack => {
    it('and says all that the base says', async () => {
      const tables = await testTables(join(ROOT, 'base'), await load(pack));
      for (const { it, problems } of tables.flatMap(table => table.rows))
        expect([it, problems]).toEqual([it, []]);
    });

    it('what hides never gets in, and a veto holds', async () => {
      const set = await load(pack);
      const approvals = { count: 9, maintainers: 9, teams: [], codeowners: true, vetoed: false };
      const refused = FINDING_KINDS.filter(kind => finding(kind, '', '').severity === 'refuse');
      expect(refused).not.toEqual([]);
      for (const kind of refused) {
        const context = { ...ACCEPT.context, findings: [kind], approvals };
        const subject = { ...ACCEPT.subject, trust: 'T3' as const };
        expect(decide(set, { ...ACCEPT, subject, context }).outcome, kind).toBe('deny');
      }
      const context = { ...MERGE.context, approvals: { ...approvals, vetoed: true } };
      expect(decide(set, { ...MERGE, context }).outcome).toBe('require_approval');
    });

    it('a person sees everything that is risky, and no finding is forgotten', async () => {
      const set = await load(pack);
      const risks = FINDING_KINDS.filter(kind => finding(kind, '', '').severity === 'risk');
      for (const kind of risks) {
        const paths = [{ path: 'some/file', findings: [kind] }];
        const context = { ...MERGE.context, findings: [kind] };
        expect(decide(set, { ...MERGE, paths, context }).outcome, kind).not.toBe('allow');
      }
    });

    it('a T0 agent changes nothing', async () => {
      const set = await load(pack);
      for (const facts of [ACCEPT, MERGE]) {
        const given = { ...facts, subject: { ...facts.subject, trust: 'T0' as const } };
        expect(decide(set, given).outcome).toBe('deny');
      }
    });
  },
);
