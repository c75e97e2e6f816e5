/** What `gatehouse doctor` says where the agents can't be looked at. */
import { expect, test } from 'vitest';
import type { Check } from '../../src/engine/ports/doctor.ts';
import { runProgram } from './run-program.ts';

const fine: Check = { name: 'settings', ok: true, detail: 'complete', remediation: null };
const wrong: Check = { name: 'settings', ok: false, detail: 'X is no number', remediation: null };
const doctor = (check: Check) =>
  runProgram(['doctor'], {
    checkUp: async () => [check],
    checkAgents: async () => {
      throw new Error('the folder of roles can not be read');
    },
  });

test('agents that can not be looked at are a fault, with the reason', async () => {
  const { out, code } = await doctor(fine);
  expect(out).toContain('✗ agents: the folder of roles can not be read\n');
  expect(out).toContain('1 to fix.');
  expect(code).toBe(1);
});

test('what is wrong with the settings is said once', async () => {
  const { out, code } = await doctor(wrong);
  expect(out).toContain('✗ settings: X is no number');
  expect(out).not.toContain('agents');
  expect(out).toContain('1 to fix.');
  expect(code).toBe(1);
});
