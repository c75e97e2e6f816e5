/** The task graph as plain data: steps and what each needs. Which graph a command gets is in `commands.ts`. */
import { z } from 'zod';

/** What a step is for: all that the rest of Gatehouse knows a step by. */
export const Purpose = z.enum([
  /** Installs what the others need; it alone reaches the package registries. */
  'install',
  /** Shows on the base the failure that the work is to end: it is expected to be red. */
  'reproduce',
  /** Changes the repository. */
  'change',
  /** Must be green, or is remedied. */
  'gate',
  /** Reads the change and reports. */
  'review',
  /** Pushes the branch and opens the pull request. */
  'publish',
  /** Waits until the pull request may be merged, and merges it. */
  'merge',
]);
export type Purpose = z.infer<typeof Purpose>;

const Base = { id: z.string().regex(/^[a-z][a-z0-9_-]{0,30}$/), needs: z.array(z.string()) };

/** Who works when a command step is red, and how often at most, before it counts as failed. */
const Remedy = z.strictObject({ role: z.string(), bound: z.number().int().min(1).max(10) });

/** Steps that Gatehouse does itself, outside every sandbox; how each begins is in `task/react.ts`. */
export const BuiltIn = Purpose.extract(['publish', 'merge']);
export type BuiltIn = z.infer<typeof BuiltIn>;

export const StepSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    ...Base,
    kind: z.literal('command'),
    purpose: Purpose.extract(['install', 'reproduce', 'change', 'gate']),
    /** The name of one of the repository's own commands: install, lint, test … */
    command: z.string(),
    /** Whether what it changes in the tree becomes part of the patch. */
    keepsChanges: z.boolean(),
    remedy: Remedy.nullable(),
  }),
  z.strictObject({
    ...Base,
    kind: z.literal('agent'),
    purpose: Purpose.extract(['change', 'review']),
    role: z.string(),
    /** A role that reads only: whatever it changes is dropped. */
    keepsChanges: z.boolean(),
  }),
  z.strictObject({ ...Base, kind: z.literal('builtin'), purpose: BuiltIn }),
]);
export type StepSpec = z.infer<typeof StepSpec>;

export const Graph = z.strictObject({
  name: z.string(),
  steps: z.array(StepSpec).min(1),
  /** The step a rework (a comment, a failing check) starts from again. */
  reworkFrom: z.string().nullable(),
});
export type Graph = z.infer<typeof Graph>;

/** Every fault of a graph: unknown needs, duplicate ids, cycles. Empty when it is sound. */
export function graphFaults(graph: Graph): string[] {
  const faults: string[] = [];
  const ids = new Set<string>();
  for (const step of graph.steps) {
    if (ids.has(step.id)) faults.push(`step "${step.id}" stands twice`);
    ids.add(step.id);
  }
  for (const step of graph.steps)
    for (const need of step.needs)
      if (!ids.has(need)) faults.push(`step "${step.id}" needs "${need}", which does not exist`);
  if (graph.reworkFrom !== null && !ids.has(graph.reworkFrom))
    faults.push(`reworkFrom names "${graph.reworkFrom}", which does not exist`);
  if (faults.length === 0) {
    const settled = new Set<string>();
    for (let before = -1; before !== settled.size; ) {
      before = settled.size;
      for (const step of graph.steps)
        if (step.needs.every(need => settled.has(need))) settled.add(step.id);
    }
    const circular = graph.steps.filter(step => !settled.has(step.id)).map(step => step.id);
    if (circular.length > 0)
      faults.push(`steps need each other in a circle: ${circular.join(', ')}`);
  }
  return faults;
}

/** The step and every step that stands on it, in graph order. */
export function downstream(graph: Graph, from: string): string[] {
  const reached = new Set([from]);
  for (let before = 0; before !== reached.size; ) {
    before = reached.size;
    for (const step of graph.steps)
      if (step.needs.some(need => reached.has(need))) reached.add(step.id);
  }
  return graph.steps.filter(step => reached.has(step.id)).map(step => step.id);
}

/** The step of that id; throws where the graph has none. */
export function stepNamed(graph: Graph, id: string): StepSpec {
  const step = graph.steps.find(candidate => candidate.id === id);
  if (!step) throw new Error(`step "${id}" is not in the graph "${graph.name}"`);
  return step;
}
