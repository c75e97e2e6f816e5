/** A pack in observe mode: another decides, and what this one would answer stands beside it. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPolicies } from '../../src/compose/settings/policies.ts';
import { loadDeployed, loadFrom } from '../../src/engine/policies/on-disk.ts';
import { decide } from '../../src/policy/decide.ts';
import { faultLine } from '../../src/policy/fault.ts';
import { BY_WRITER, MERGE } from '../policy/starter.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-observed-'));
  await cp(join(import.meta.dirname, '../../policies'), folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

const manifest = (text: string) => writeFile(join(folder, 'regulated/pack.yml'), text);
const regulated = () => join(folder, 'regulated');
const approved = { ...MERGE, context: { ...MERGE.context, approvals: BY_WRITER } };

it('is tried beside the pack that is enforced', async () => {
  await manifest('extends: base\nmode: observe\nenforced: starter\n');
  const set = await readPolicies(regulated());
  const starter = await readPolicies(join(folder, 'starter'));
  expect(set.digest).toBe(starter.digest);
  expect(decide(set, approved)).toMatchObject({
    outcome: 'allow',
    observed: {
      outcome: 'require_approval',
      policies: expect.arrayContaining(['merge-four-eyes']),
    },
  });
});

it('is checked and tested as itself', async () => {
  await manifest('extends: base\nmode: observe\nenforced: starter\n');
  const loaded = await loadFrom(regulated());
  expect(loaded.ok && decide(loaded.set, approved).outcome).toBe('require_approval');
});

it.each([
  ['extends: base\nmode: observe\n', /^.*pack\.yml:2:\d+: mode: observe needs `enforced`/],
  [
    'extends: base\nmode: observe\nenforced: nobody\n',
    /enforced: there is no pack "nobody" beside this folder$/,
  ],
  [
    'extends: base\nmode: observe\nenforced: regulated\n',
    /enforced: "regulated" is this pack, which is tried/,
  ],
  ['extends: base\nmode: watch\n', /pack\.yml:2:\d+: mode/],
])('%j is refused with its place', async (text, fault) => {
  await manifest(text);
  const loaded = await loadDeployed(regulated());
  expect(loaded.ok ? [] : loaded.faults.map(faultLine)).toEqual([expect.stringMatching(fault)]);
});
