/** Work that could not be done to its end, because `gatehouse.yml` switches off a role that does a step of it. */
import type { BacklogPlan } from '../../../core/backlog/plan.ts';
import { startable } from '../../../core/commands/commands.ts';
import type { Graph } from '../../../core/graph/graph.ts';
import type { Reply } from '../../../core/reply.ts';
import { idleSteps, switchedOff } from '../../../core/repository-config/switched-off.ts';
import { placeIn, type Rules } from '../../policies/rules.ts';
import { graphWritten } from './config-faults.ts';

type Misconfigured = Extract<Reply, { code: 'misconfigured' }>;

/** Each such role with its line, before anything is begun; null: there is none. */
export function idleRoles(
  graph: Graph,
  isOff: (role: string) => string | null,
  { graphs, places }: Pick<Rules, 'graphs' | 'places'>,
): Misconfigured | null {
  const idle = idleSteps(graph, isOff);
  if (idle.length === 0) return null;
  const faults = [...new Set(idle.map(({ role }) => role))].map(role => {
    const steps = idle.filter(one => one.role === role).map(({ step }) => `"${step}"`);
    const { line } = placeIn(places, `roles.${role}.enabled`);
    return `line ${line}: roles.${role}.enabled: ${idleWords(graph.name, steps, graphs)}`;
  });
  return { code: 'misconfigured', path: places.file, faults };
}

/** The same of a whole backlog: an item would end in the middle of its work, once everything before it is merged. */
export function idleInBacklog(
  rules: Pick<Rules, 'config' | 'graphs' | 'places'>,
  { items }: BacklogPlan,
): Misconfigured | null {
  const isOff = (role: string) => switchedOff(rules.config, [], role);
  for (const command of new Set(items.map(item => item.command))) {
    const graph = startable(command)?.graph;
    const idle = graph && idleRoles(graphWritten(rules.graphs, graph), isOff, rules);
    if (idle) return idle;
  }
  return null;
}

function idleWords(graph: string, steps: readonly string[], graphs: Rules['graphs']): string {
  const what = steps.length === 1 ? `the step ${steps[0]}` : `the steps ${steps.join(', ')}`;
  const without =
    graphs[graph] === undefined
      ? `write a graph without it, as \`graphs.${graph}\``
      : `take it out of \`graphs.${graph}\``;
  return `the role is switched off, and ${what} of the graph "${graph}" would end there: switch it on, or ${without}`;
}
