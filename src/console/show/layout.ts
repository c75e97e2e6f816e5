/** Where the steps of a graph are drawn: what has to be done first is to the left. */
import { Graph, layout } from '@dagrejs/dagre';

type Step = { id: string; needs: readonly string[] };
export type Point = { x: number; y: number };
type GraphPicture = {
  width: number;
  height: number;
  steps: (Pick<Step, 'id'> & Point)[];
  lines: { from: string; to: string; points: Point[] }[];
};

/** As wide as the longest word for where a step stands. */
export const STEP = { width: 172, height: 48 };
/** Of larger graphs only the table is shown: nobody reads their picture, and its layout takes long. */
export const MOST_STEPS = 200;

export function drawn(steps: readonly Step[]): GraphPicture {
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
    steps: steps.map(({ id }) => {
      const { x, y } = graph.node(id);
      return { id, x, y };
    }),
    lines: graph.edges().map(edge => ({
      from: edge.v,
      to: edge.w,
      points: graph.edge(edge).points ?? [],
    })),
  };
}
