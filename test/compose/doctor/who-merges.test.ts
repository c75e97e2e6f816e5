/** Who merges, as `doctor` says it of each pack. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { whoMerges } from '../../../src/compose/doctor/who-merges.ts';
import { readPolicies } from '../../../src/compose/settings/policies.ts';
import { withTexts } from '../../../src/policy/load.ts';

const pack = (name: string) => readPolicies(join(import.meta.dirname, '../../../policies', name));

it.each([
  [
    'starter',
    /^A merge takes one approval, by anyone with write access\. GATEHOUSE_POLICIES=autonomous merges alone/,
  ],
  ['autonomous', /^Gatehouse merges alone/],
  ['startup', /^Gatehouse merges alone/],
  ['regulated', /^A merge takes 2 approvals, by .*the code owners/],
  ['base', /^Gatehouse merges nothing/],
])('%s', async (name, says) => {
  expect(whoMerges(await pack(name))).toMatch(says);
});

it('offers solo until it is there', async () => {
  const starter = await pack('starter');
  expect(whoMerges(starter)).toMatch(/copy \/.*\/policies\/solo\/solo\.cedar beside these/);
  const solo = withTexts(starter, [...(await pack('solo')).texts]);
  if (!solo.ok) throw new Error(JSON.stringify(solo.faults));
  expect(whoMerges(solo.set)).toContain('A maintainer may approve what was done for them.');
});
