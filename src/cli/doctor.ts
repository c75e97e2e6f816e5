/** `gatehouse doctor`: what is wrong, and how to fix it. */
import { describeAgents } from './agents/describe.ts';
import { type Output, print } from './output.ts';
import type { AgentsChecked, Check, Services } from './services.ts';

export async function doctor(
  services: Services,
  output: Output,
  { json, live }: { json: boolean; live: boolean },
): Promise<void> {
  const checks = await services.checkUp();
  const agents = await agentsChecked(services, live);
  const wrong = checks.filter(check => !check.ok).length + faultsIn(agents);
  const ok = wrong === 0;
  print(output, json, { ok, checks, agents }, [
    ...checks.flatMap(describe),
    ...(agents ? ['', ...describeAgents(agents), ''] : []),
    ok ? 'All is well.' : `${wrong} to fix.`,
  ]);
  if (!ok) output.exit(1);
}

/** `null` where the settings are not sound, which the checks have said. */
const agentsChecked = (services: Services, live: boolean): Promise<AgentsChecked | null> =>
  services.checkAgents({ live }).catch(() => null);

const faultsIn = (checked: AgentsChecked | null): number =>
  checked
    ? checked.roles.length + checked.agents.filter(({ state }) => state === 'broken').length
    : 0;

const describe = ({ name, ok, detail, remediation }: Check): string[] => [
  `${ok ? '✓' : '✗'} ${name}: ${detail.replaceAll('\n', '\n    ')}`,
  ...(remediation === null ? [] : [`    → ${remediation}`]),
];
