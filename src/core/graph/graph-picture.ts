/** A graph as a picture: for a terminal, and for what draws Mermaid, as GitHub does in comments and files. */

import type { StepState } from '../task/state/step.ts';
import type { Graph, StepSpec } from './graph.ts';

/** Steps one below another in the order in which they can work; those at the same time are bracketed. */
export function textPicture(graph: Graph): string[] {
  const width = Math.max(...graph.steps.map(({ id }) => id.length));
  return layersOf(graph).flatMap((layer, at, layers) =>
    layer.map((step, of) => {
      const line = layer.length === 1 ? '-' : of === 0 ? '┌' : of === layer.length - 1 ? '└' : '│';
      const said = [workOf(step), ...needsOf(step, layers[at - 1] ?? []), ...termsOf(step)];
      return `${line} ${step.id.padEnd(width)}  ${said.join(' · ')}`;
    }),
  );
}

/** Each step in the first layer in which all that it needs has been done. */
function layersOf({ steps }: Graph): StepSpec[][] {
  const depth = new Map<string, number>();
  for (let before = -1; before !== depth.size; ) {
    before = depth.size;
    for (const { id, needs } of steps)
      if (!depth.has(id) && needs.every(need => depth.has(need)))
        depth.set(id, Math.max(0, ...needs.map(need => (depth.get(need) ?? 0) + 1)));
  }
  const layers: StepSpec[][] = [];
  for (const step of steps) {
    const at = depth.get(step.id) ?? 0;
    layers[at] = [...(layers[at] ?? []), step];
  }
  return layers;
}

/** What it needs, where that is not all of the layer before it. */
function needsOf({ needs }: StepSpec, before: StepSpec[]): string[] {
  const isAll = needs.length === before.length && before.every(({ id }) => needs.includes(id));
  return isAll || needs.length === 0 ? [] : [`after ${needs.join(', ')}`];
}

function workOf(step: StepSpec): string {
  if (step.kind === 'builtin')
    return `Gatehouse: ${[step.purpose, step.environment].filter(Boolean).join(' ')}`;
  return step.kind === 'agent'
    ? `agent ${step.role}${step.keepsChanges ? '' : ', reads only'}`
    : `command ${step.command}${step.purpose === 'gate' ? '' : `, ${step.purpose}`}`;
}

function termsOf(step: StepSpec): string[] {
  const { when, onFailure, attempts } = step;
  const loop = 'loop' in step ? step.loop : undefined;
  const remedy = step.kind === 'command' ? step.remedy : null;
  const runsOn = 'runsOn' in step ? step.runsOn : undefined;
  return [
    ...(when === undefined ? [] : [`when ${when}`]),
    ...(remedy ? [`mended by ${remedy.role} ${timesAtMost(remedy.bound)}`] : []),
    ...(loop
      ? [`back to ${loop.backTo} ${timesAtMost(loop.atMost)}, when ${loop.when ?? 'red'}`]
      : []),
    ...(onFailure === undefined || onFailure === 'fail' ? [] : [`on failure: ${onFailure}`]),
    ...(attempts === undefined ? [] : [`at most ${attempts} attempts`]),
    ...(runsOn === undefined ? [] : [`on ${runsOn.join(', ')}`]),
  ];
}

const timesAtMost = (most: number): string => (most === 1 ? 'once' : `at most ${most} times`);

/** How a step stands, as a picture shows it: a colour, and words. */
type DrawnState = { look: StepState['status']; words: string };

/** Fills that are read on a light and on a dark page. */
const LOOKS: Readonly<Record<DrawnState['look'], string>> = {
  waiting: 'fill:#eaeef2,stroke:#8c959f,color:#1f2328',
  active: 'fill:#ddf4ff,stroke:#0969da,color:#1f2328',
  done: 'fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
  failed: 'fill:#ffebe9,stroke:#cf222e,color:#1f2328',
  skipped: 'fill:#f6f8fa,stroke:#d1d9e0,color:#59636e',
};

/** `states`: how each step stands, where the graph is drawn of a task. */
export function mermaid(graph: Graph, states: ReadonlyMap<string, DrawnState> = new Map()): string {
  const name = (id: string) => `s${graph.steps.findIndex(step => step.id === id)}`;
  const looks = new Set([...states.values()].map(({ look }) => look));
  return [
    'flowchart TD',
    ...graph.steps.map(step => {
      const state = states.get(step.id);
      const lines = [step.id, workOf(step), ...(state ? [state.words] : [])];
      return `  ${name(step.id)}["${lines.map(quoted).join('<br/>')}"]${state ? `:::${state.look}` : ''}`;
    }),
    ...graph.steps.flatMap(({ id, needs, when }) =>
      needs.map(need => {
        const label = when === undefined ? '' : `|"${quoted(when)}"|`;
        return `  ${name(need)} -->${label} ${name(id)}`;
      }),
    ),
    ...graph.steps.flatMap(step => {
      const loop = 'loop' in step ? step.loop : undefined;
      const label = quoted(`${loop?.when ?? 'red'}, ${timesAtMost(loop?.atMost ?? 1)}`);
      return loop ? [`  ${name(step.id)} -.->|"${label}"| ${name(loop.backTo)}`] : [];
    }),
    ...[...looks].map(look => `  classDef ${look} ${LOOKS[look]}`),
    '',
  ].join('\n');
}

/** Whether each step but the last is followed by one step, so that a list of them says it all. */
export const isChain = (graph: Graph): boolean =>
  layersOf(graph).every(layer => layer.length === 1);

/** One line that ends neither the label nor the block in which the picture stands. @foreign */
export const quoted = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replaceAll('`', "'")
    .replaceAll('#', '#35;')
    .replaceAll('&', '#amp;')
    .replaceAll('"', '#quot;')
    .replaceAll('<', '#lt;')
    .replaceAll('>', '#gt;');
