/** The agents as a table, and how to fix each that is broken. */
import { plain } from '../../core/text/plain-text.ts';
import type { AgentCheck, AgentsChecked } from '../../engine/ports/doctor.ts';
import { table } from '../output.ts';

const MARKS: Record<AgentCheck['state'], string> = { ready: '✓', unused: '·', broken: '✗' };

export function describeAgents({ agents, roles, warnings, mode }: AgentsChecked): string[] {
  const rows = agents.map(agent => [
    MARKS[agent.state],
    agent.adapter,
    versionOf(agent),
    agent.credentials.join(', ') || 'no credential',
    agent.call ?? '',
  ]);
  return [
    ...table([
      ['', 'AGENT', 'CLI', 'CREDENTIAL', agents.some(({ call }) => call) ? 'CALL' : ''],
      ...rows,
    ]),
    ...agents.flatMap(({ adapter, problem, remediation }) =>
      fixLines(adapter, problem, remediation),
    ),
    ...roleFaults(roles).flatMap(({ names, problem, remediation }) =>
      fixLines(
        names.length === 1 ? `role ${names[0]}` : `roles ${names.join(', ')}`,
        problem,
        remediation,
      ),
    ),
    ...warnings.flatMap(({ problem, remediation }) => [
      `! ${plain(problem, 500)}`,
      `    → ${remediation}`,
    ]),
    ...(mode === 'simulated'
      ? ['Agents are simulated: GATEHOUSE_REAL_AGENTS=1 switches real ones on.']
      : []),
  ];
}

/** What is to fix, once for all roles that lack the same. */
export function roleFaults(
  roles: AgentsChecked['roles'],
): { names: string[]; problem: string; remediation: string }[] {
  const faults = new Map<string, { names: string[]; problem: string; remediation: string }>();
  for (const { role, problem, remediation } of roles) {
    const key = `${problem} ${remediation}`;
    const fault = faults.get(key) ?? { names: [], problem, remediation };
    fault.names.push(role);
    faults.set(key, fault);
  }
  return [...faults.values()];
}

const versionOf = ({ installed, version, pinned, oldest }: AgentCheck): string => {
  if (pinned === null) return 'comes with Gatehouse';
  if (version === null)
    return `${installed ? 'does not start' : 'not installed'} (pinned: ${pinned})`;
  if (version === pinned) return `${version} (pinned)`;
  return `${version} (pinned: ${pinned}, accepted from ${oldest})`;
};

const fixLines = (name: string, problem: string | null, remediation: string | null): string[] =>
  problem === null
    ? []
    : [`✗ ${name}: ${plain(problem, 500)}`, ...(remediation ? [`    → ${remediation}`] : [])];
