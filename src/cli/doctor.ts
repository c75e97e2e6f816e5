/** `gatehouse doctor`: what is wrong, and how to fix it. */

import type { AgentsChecked, Check } from '../engine/ports/doctor.ts';
import { describeAgents, roleFaults } from './agents/describe.ts';
import { type Output, print } from './output.ts';
import type { Services } from './services.ts';

export async function doctor(
  services: Services,
  output: Output,
  { json, live }: { json: boolean; live: boolean },
): Promise<void> {
  const checks = await services.checkUp();
  const agents = await agentsChecked(services, live);
  const checked = agents instanceof Error ? null : agents;
  if (agents instanceof Error) checks.push(...notChecked(agents, checks));
  const wrong = checks.filter(check => !check.ok).length + faultsIn(checked);
  const ok = wrong === 0;
  print(output, json, { ok, checks, agents: checked }, [
    ...checks.flatMap(describe),
    ...(checked ? ['', ...describeAgents(checked), ''] : []),
    ok ? 'All is well.' : `${wrong} to fix.`,
  ]);
  if (!ok) output.exit(1);
}

const agentsChecked = (services: Services, live: boolean): Promise<AgentsChecked | Error> =>
  services
    .checkAgents({ live })
    .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));

/** Why the agents could not be looked at; nothing where settings are wrong, which is said already. */
const notChecked = (error: Error, checks: readonly Check[]): Check[] =>
  checks.some(({ name, ok }) => name === 'settings' && !ok)
    ? []
    : [{ name: 'agents', ok: false, detail: error.message, remediation: null }];

const faultsIn = (checked: AgentsChecked | null): number =>
  checked
    ? roleFaults(checked.roles).length +
      checked.agents.filter(({ state }) => state === 'broken').length
    : 0;

const describe = ({ name, ok, detail, remediation }: Check): string[] => [
  `${ok ? '✓' : '✗'} ${name}: ${detail.replaceAll('\n', '\n    ')}`,
  ...(remediation === null ? [] : [`    → ${remediation}`]),
];
