/** Work that could not be done to its end, because `gatehouse.yml` switches off a role that does a step of it. */
import type { Graph } from '../../core/graph.ts';
import type { Reply } from '../../core/reply.ts';
import { idleSteps } from '../../core/switched-off.ts';
import { placeIn, type Rules } from '../policies/rules.ts';

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

function idleWords(graph: string, steps: readonly string[], graphs: Rules['graphs']): string {
  const what = steps.length === 1 ? `the step ${steps[0]}` : `the steps ${steps.join(', ')}`;
  const without =
    graphs[graph] === undefined
      ? `write a graph without it, as \`graphs.${graph}\``
      : `take it out of \`graphs.${graph}\``;
  return `the role is switched off, and ${what} of the graph "${graph}" would end there: switch it on, or ${without}`;
}
