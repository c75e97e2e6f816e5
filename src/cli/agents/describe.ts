/** The agents as a table, and how to fix each that is broken. */
import { plain } from '../../core/plain-text.ts';
import type { AgentCheck, AgentsChecked } from '../../engine/ports/doctor.ts';
import { table } from '../output.ts';

const MARKS: Record<AgentCheck['state'], string> = { ready: '✓', unused: '·', broken: '✗' };

export function describeAgents({ agents, roles, mode }: AgentsChecked): string[] {
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
    ...roles.flatMap(({ role, problem, remediation }) =>
      fixLines(`role ${role}`, problem, remediation),
    ),
    ...(mode === 'simulated'
      ? ['Agents are simulated: GATEHOUSE_REAL_AGENTS=1 switches real ones on.']
      : []),
  ];
}

const versionOf = ({ version, pinned, oldest }: AgentCheck): string => {
  if (pinned === null) return 'comes with Gatehouse';
  if (version === null) return `not installed (pinned: ${pinned})`;
  if (version === pinned) return `${version} (pinned)`;
  return `${version} (pinned: ${pinned}, accepted from ${oldest})`;
};

const fixLines = (name: string, problem: string | null, remediation: string | null): string[] =>
  problem === null
    ? []
    : [`✗ ${name}: ${plain(problem, 500)}`, ...(remediation ? [`    → ${remediation}`] : [])];
