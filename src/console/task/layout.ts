/** Where the steps of a graph are drawn: what has to be done first is to the left. */
import { Graph, layout } from '@dagrejs/dagre';
import type { FromApi } from '../api/client.ts';

type Step = Pick<FromApi<'Task'>['steps'][number], 'id' | 'needs'>;
export type Point = { x: number; y: number };
type GraphPicture = {
  width: number;
  height: number;
  steps: (Step & Point)[];
  lines: { from: string; to: string; points: Point[] }[];
};

/** As wide as the longest word for where a step stands. */
export const STEP = { width: 172, height: 48 };
/** Of larger graphs only the table is shown: nobody reads their picture, and its layout takes long. */
export const MOST_STEPS = 200;

export function drawn(steps: Step[]): GraphPicture {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: 28, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of steps) graph.setNode(id, { ...STEP });
  const known = new Set(steps.map(({ id }) => id));
  for (const { id, needs } of steps)
    for (const need of needs) if (known.has(need)) graph.setEdge(need, id);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    steps: steps.map(step => {
      const { x, y } = graph.node(step.id);
      return { ...step, x, y };
    }),
    lines: graph.edges().map(edge => ({
      from: edge.v,
      to: edge.w,
      points: graph.edge(edge).points ?? [],
    })),
  };
}
