/** The task graph as plain data: steps and what each needs. Which graph a command gets is in `commands.ts`. */
import { z } from 'zod';
import { MOST_CHARACTERS } from '../condition/condition.ts';
import { Label } from '../profile.ts';
import { EnvironmentName } from '../repository-config/environment.ts';

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
  /** Says what is to be done; changes nothing. */
  'plan',
  /** Answers what was asked; changes nothing. */
  'answer',
  /** Says what an issue lacks, and which labels fit; changes nothing. */
  'triage',
  /** Puts the labels that an agent chose on the issue. */
  'label',
  /** Says on GitHub what an agent handed over. */
  'report',
  /** Waits until the plan that an agent handed over is accepted. */
  'clarify',
  /** Pushes the branch and opens the pull request. */
  'publish',
  /** Waits until the pull request may be merged, and merges it. */
  'merge',
  /** Starts the repository's own deployment of what was merged, and waits until that has ended. */
  'deploy',
  /** Looks whether what must hold does, where the change was deployed. */
  'accept',
  /** Lets a deployment of somebody else go ahead, which GitHub asks about. */
  'release',
]);
export type Purpose = z.infer<typeof Purpose>;

/** What becomes of the task where a step has failed for good. */
export const OnFailure = z.enum([
  /** The task fails; in a further round the pull request stays as it was. */
  'fail',
  /** The step is tried again whatever it failed by, as often as it may be. */
  'retry',
  /** People are asked, and the task waits for them. */
  'ask_human',
  /** The graph goes on as if the step had been skipped. */
  'continue',
]);
export type OnFailure = z.infer<typeof OnFailure>;

/** Bounds of a graph and its steps. */
export const MOST = { graphs: 20, steps: 40, attempts: 10, backoffSeconds: 3_600, loops: 10 };

const StepId = z.string().regex(/^[a-z][a-z0-9_-]{0,30}$/);

const Loop = z.strictObject({
  /** The step that works again, and with it all that stand on it. */
  backTo: StepId,
  /** How often at most in one round; once more, and the step counts as failed. */
  atMost: z.number().int().min(1).max(MOST.loops),
  /** The condition under which it goes back once the step has done its work; null: where it was red. */
  when: z.string().max(MOST_CHARACTERS).nullable(),
});
export type Loop = z.infer<typeof Loop>;

const Base = {
  id: StepId,
  needs: z.array(z.string()),
  /** The condition under which it works; else it is skipped, and what stands on it goes on. */
  when: z.string().max(MOST_CHARACTERS).optional(),
  /** `fail`, where it is left out. */
  onFailure: OnFailure.optional(),
  /** How often it is tried where its failure may be temporary. */
  attempts: z.number().int().min(1).max(MOST.attempts).optional(),
  /** The wait before its second try; each further one is twice as long. */
  backoffSeconds: z.number().int().min(1).max(MOST.backoffSeconds).optional(),
};

/** Of a step that a worker does. */
const Worked = {
  ...Base,
  loop: Loop.optional(),
  /** The labels of the workers that may do it, besides those that its role asks for. */
  runsOn: z.array(Label).optional(),
  /** A hook has added it: whatever it fails by, the graph goes on. */
  ofHook: z.literal(true).optional(),
};

/** Who works when a command step is red, and how often at most, before it counts as failed. */
const Remedy = z.strictObject({ role: z.string(), bound: z.number().int().min(1).max(10) });

/** Steps that Gatehouse does itself, outside every sandbox; how each begins is in `task/react.ts`. */
export const BuiltIn = Purpose.extract([
  'label',
  'report',
  'clarify',
  'publish',
  'merge',
  'deploy',
  'accept',
  'release',
]);
export type BuiltIn = z.infer<typeof BuiltIn>;

export const StepSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    ...Worked,
    kind: z.literal('command'),
    purpose: Purpose.extract(['install', 'reproduce', 'change', 'gate']),
    /** The name of one of the repository's own commands: install, lint, test … */
    command: z.string(),
    /** Whether what it changes in the tree becomes part of the patch. */
    keepsChanges: z.boolean(),
    remedy: Remedy.nullable(),
  }),
  z.strictObject({
    ...Worked,
    kind: z.literal('agent'),
    purpose: Purpose.extract(['change', 'review', 'plan', 'answer', 'triage']),
    role: z.string(),
    /** A role that reads only: whatever it changes is dropped. */
    keepsChanges: z.boolean(),
  }),
  z.strictObject({
    ...Base,
    kind: z.literal('builtin'),
    purpose: BuiltIn,
    /** The step whose hand-over it is about; of `label`, `report` and `clarify` only. */
    of: StepId.optional(),
    /** Of deploy and accept: which environment of the repository's configuration. */
    environment: EnvironmentName.optional(),
  }),
]);
export type StepSpec = z.infer<typeof StepSpec>;

export const Graph = z.strictObject({
  name: z.string(),
  steps: z.array(StepSpec).min(1).max(MOST.steps),
  /** The step a rework (a comment, a failing check) starts from again. */
  reworkFrom: z.string().nullable(),
});
export type Graph = z.infer<typeof Graph>;

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

/** The roles that work in a graph: in its steps, and as their remedies. */
export const rolesIn = ({ steps }: Pick<Graph, 'steps'>): string[] =>
  steps.flatMap(step => {
    if (step.kind === 'agent') return [step.role];
    return step.kind === 'command' && step.remedy ? [step.remedy.role] : [];
  });

/** The step of that id; throws where the graph has none. */
export function stepNamed(graph: Graph, id: string): StepSpec {
  const step = graph.steps.find(candidate => candidate.id === id);
  if (!step) throw new Error(`step "${id}" is not in the graph "${graph.name}"`);
  return step;
}

/** Every step that this one stands on, in graph order. */
export function upstream(graph: Graph, id: string): string[] {
  const reached = new Set<string>();
  const waiting = [id];
  for (const next of waiting)
    for (const need of graph.steps.find(step => step.id === next)?.needs ?? [])
      if (!reached.has(need)) {
        reached.add(need);
        waiting.push(need);
      }
  return graph.steps.map(step => step.id).filter(step => reached.has(step));
}
