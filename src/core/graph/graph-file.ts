/** Graphs as a repository writes them in `gatehouse.yml`, and the graphs that they are. */
import { z } from 'zod';
import { chosenName } from '../chosen-name.ts';
import { Label } from '../profile.ts';
import { EnvironmentName } from '../repository-config/environment.ts';
import type { FileFault } from '../repository-config/file-fault.ts';
import { BuiltIn, type Graph, MOST, OnFailure, Purpose, type StepSpec, upstream } from './graph.ts';
import { type FieldsOfRole, type GraphFault, graphFaults } from './graph-faults.ts';
import { GRAPH_NAMES, type GraphName } from './graphs.ts';

const StepId = chosenName(31, '-_');
const RoleName = chosenName(31, '-');
/** How long it may be is said by whoever reads it. */
const Text = z.string();
const upTo = (most: number) => z.number().int().min(1).max(most);

/** What does the work: each step says one of them. */
const WORK = ['command', 'agent', 'builtin', 'parallel'] as const;

/** What goes with some of them alone; all else goes with each but `parallel`. */
const ONLY_OF: Readonly<Record<string, readonly string[]>> = {
  purpose: ['command'],
  keeps_changes: ['command'],
  remedy: ['command'],
  reads_only: ['agent'],
  loop: ['command', 'agent'],
  'runs-on': ['command', 'agent'],
  environment: ['builtin'],
};

/**
 * What GitHub asks about becomes a task by itself, and what Gatehouse says of a hand-over belongs to its
 * own graphs: no graph of a repository has such a step.
 */
const Written = BuiltIn.exclude(['release', 'label', 'report', 'clarify']);

const Fields = z.strictObject({
  command: StepId.optional().describe("One of the repository's own commands, by its name."),
  agent: RoleName.optional().describe('The role that works.'),
  builtin: Written.optional().describe('What Gatehouse does itself.'),
  environment: EnvironmentName.optional().describe(
    'Of deploy and accept: one of the environments, by its name.',
  ),
  id: StepId.optional().describe('Its name in the graph. Left out: that of its work.'),
  needs: z
    .array(StepId)
    .max(MOST.steps)
    .optional()
    .describe('The steps that come before it. Left out: what is written before it.'),
  when: Text.optional().describe('The condition under which it works, else it is skipped.'),
  purpose: Purpose.extract(['install', 'reproduce', 'change', 'gate'])
    .optional()
    .describe('What a command is for. Left out: gate, which must be green.'),
  keeps_changes: z.boolean().optional().describe('What the command changes is kept.'),
  reads_only: z.boolean().optional().describe('The agent reports, and changes nothing.'),
  remedy: z
    .strictObject({ agent: RoleName, at_most: upTo(10) })
    .optional()
    .describe('The role that works where the command is red, before it is run again.'),
  loop: z
    .strictObject({ back_to: StepId, at_most: upTo(MOST.loops), when: Text.optional() })
    .optional()
    .describe('Sends the work back to an earlier step; without `when`, where a command is red.'),
  on_failure: OnFailure.optional(),
  attempts: upTo(MOST.attempts).optional(),
  backoff_seconds: upTo(MOST.backoffSeconds).optional(),
  'runs-on': z.union([Label.transform(label => [label]), z.array(Label).min(1).max(10)]).optional(),
});

/** A step says one thing that works, and what goes with that. */
function checkWork(
  step: z.infer<typeof Fields> & { parallel?: unknown },
  context: z.RefinementCtx,
): void {
  const work = WORK.filter(kind => step[kind] !== undefined);
  const [kind] = work;
  if (kind === undefined || work.length > 1)
    return context.addIssue(
      'must say what works, by one of `command`, `agent`, `builtin` or `parallel`',
    );
  for (const key of Object.keys(step)) {
    const of = ONLY_OF[key] ?? WORK.filter(other => other !== 'parallel');
    if (key !== kind && !of.includes(kind))
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `is for a step with \`${of.join('` or `')}\``,
      });
  }
}

const StepFile = Fields.superRefine(checkWork);
type StepFile = z.infer<typeof StepFile>;

const builtinStep = z
  .enum(Written.options, {
    error:
      'must be `publish`, `merge`, or say what works, by one of `command`, `agent`, `builtin` or `parallel`',
  })
  .transform((builtin): StepFile => ({ builtin }));
const OneStep = z.union([builtinStep, StepFile]);
const Entry = z.union([
  builtinStep,
  Fields.extend({ parallel: z.array(OneStep).min(2).max(MOST.steps).optional() }).superRefine(
    checkWork,
  ),
]);

const GraphFile = z.strictObject({
  steps: z
    .array(Entry)
    .min(1)
    .max(MOST.steps)
    .describe('One after the other; those of a `parallel` work at the same time.'),
  rework: StepId.optional().describe(
    'The step that a comment or a failing check on the pull request starts again from. Left out: the first agent that changes something, of those whose changes are published.',
  ),
});
type GraphFile = z.infer<typeof GraphFile>;

/** A step, and where it is written. */
type Placed = { spec: StepSpec; path: (string | number)[] };

function placedSteps({ steps }: GraphFile): Placed[] {
  const placed: Placed[] = [];
  let before: string[] = [];
  for (const [at, entry] of steps.entries()) {
    const side = sideBySide(entry)?.map((step, of) => ({
      step,
      path: ['steps', at, 'parallel', of],
    })) ?? [{ step: entry, path: ['steps', at] }];
    const added = side.map(({ step, path }) => ({ spec: specOf(step, before), path }));
    placed.push(...added);
    before = added.map(({ spec }) => spec.id);
  }
  return placed;
}

const sideBySide = (entry: GraphFile['steps'][number]): StepFile[] | null =>
  ('parallel' in entry && entry.parallel) || null;

function specOf(step: StepFile, before: string[]): StepSpec {
  const base = {
    id: step.id ?? step.command ?? step.agent ?? step.builtin ?? '',
    needs: step.needs ?? before,
    ...(step.when === undefined ? {} : { when: step.when }),
    ...(step.on_failure === undefined ? {} : { onFailure: step.on_failure }),
    ...(step.attempts === undefined ? {} : { attempts: step.attempts }),
    ...(step.backoff_seconds === undefined ? {} : { backoffSeconds: step.backoff_seconds }),
  };
  if (step.builtin !== undefined) {
    const { builtin: purpose, environment } = step;
    return { ...base, kind: 'builtin', purpose, ...(environment && { environment }) };
  }
  const { loop, 'runs-on': runsOn } = step;
  const worked = {
    ...base,
    ...(loop && {
      loop: { backTo: loop.back_to, atMost: loop.at_most, when: loop.when ?? null },
    }),
    ...(runsOn && { runsOn }),
  };
  if (step.agent !== undefined) {
    const keepsChanges = !step.reads_only;
    const purpose = keepsChanges ? ('change' as const) : ('review' as const);
    return { ...worked, kind: 'agent', purpose, role: step.agent, keepsChanges };
  }
  const { command = '', remedy } = step;
  const keepsChanges = step.keeps_changes ?? step.purpose === 'change';
  const usual = command === 'install' ? 'install' : keepsChanges ? 'change' : 'gate';
  return {
    ...worked,
    kind: 'command',
    purpose: step.purpose ?? usual,
    command,
    keepsChanges,
    remedy: remedy ? { role: remedy.agent, bound: remedy.at_most } : null,
  };
}

function graphOf(name: string, file: GraphFile, placed: readonly Placed[]): Graph {
  const graph: Graph = { name, steps: placed.map(({ spec }) => spec), reworkFrom: null };
  return { ...graph, reworkFrom: file.rework ?? leadOf(graph) };
}

/** The first agent that changes something, of those whose changes are published. */
function leadOf(graph: Graph): string | null {
  const publish = graph.steps.find(({ purpose }) => purpose === 'publish');
  const published = publish ? upstream(graph, publish.id) : null;
  const lead = graph.steps.find(
    step => step.kind === 'agent' && step.keepsChanges && (published?.includes(step.id) ?? true),
  );
  return lead?.id ?? null;
}

/** A fault stands at the word that it is about, where that is written. */
function pathOf({ at, key }: GraphFault, file: GraphFile, placed: readonly Placed[]) {
  if (at === null) return ['rework'];
  const { path = ['steps'], spec } = placed[at] ?? {};
  const isWritten = key === 'needs' ? isGiven(file, path) : spec !== undefined && key in spec;
  return key === 'purpose' || !isWritten ? path : [...path, key];
}

function isGiven({ steps }: GraphFile, [, at, , of]: (string | number)[]): boolean {
  const entry = steps[Number(at)];
  const step = entry && (sideBySide(entry)?.[Number(of)] ?? entry);
  return step?.needs !== undefined;
}

const AGAIN = 'give one of them another `id`';

/** A graph by its steps, or the name of another one. */
const Named = z.union([StepId, GraphFile]);

/** Graphs by name; one with the name of a command is what that command starts. */
export const GraphFiles = z.record(StepId, Named).superRefine((graphs, context) => {
  const fault = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  const names = Object.keys(graphs);
  if (names.length > MOST.graphs) return fault([], `has more than ${MOST.graphs} graphs`);
  const meant = new Set<string>([...GRAPH_NAMES, ...Object.values(graphs).filter(isName)]);
  for (const [name, file] of Object.entries(graphs)) {
    if (!meant.has(name))
      fault(
        [name],
        `is started by nothing: name it after a command (${GRAPH_NAMES.join(', ')}), or write \`command: ${name}\` beside it`,
      );
    if (!isName(file)) for (const found of faultsIn(name, file)) fault(found.path, found.message);
    // Each object has a `constructor`, which is no graph.
    else if (!isGraphName(file) && (!Object.hasOwn(graphs, file) || isName(graphs[file])))
      fault([name], `"${file}" is no graph of steps here, and none of Gatehouse's`);
  }
});
export type GraphFiles = z.infer<typeof GraphFiles>;

const isName = (file: z.infer<typeof Named> | undefined): file is string =>
  typeof file === 'string';
const isGraphName = (name: string): name is GraphName => GRAPH_NAMES.some(known => known === name);

function faultsIn(name: string, file: GraphFile, fieldsOf?: FieldsOfRole): FileFault[] {
  const placed = placedSteps(file);
  const graph = graphOf(name, file, placed);
  if (graph.steps.length > MOST.steps) {
    const message = `has ${graph.steps.length} steps, and may have ${MOST.steps}`;
    return [{ path: [name, 'steps'], message }];
  }
  return graphFaults(graph, fieldsOf).map(fault => ({
    path: [name, ...pathOf(fault, file, placed)],
    message: fault.key === 'id' && fault.at !== null ? `${fault.problem}: ${AGAIN}` : fault.problem,
  }));
}

/** Every step that is written, and where. */
export const stepsWritten = (graphs: GraphFiles): Placed[] =>
  Object.entries(graphs).flatMap(([name, file]) =>
    isName(file)
      ? []
      : placedSteps(file).map(({ spec, path }) => ({ spec, path: [name, ...path] })),
  );

/** Conditions that ask for what a role never hands over. */
export const fieldFaults = (graphs: GraphFiles, fieldsOf: FieldsOfRole): FileFault[] =>
  Object.entries(graphs).flatMap(([name, file]) =>
    isName(file) ? [] : faultsIn(name, file, fieldsOf),
  );

/** The graph that a command of this name starts: the repository's own, or the name of one of ours. */
export function graphFor(graphs: GraphFiles, command: GraphName): Graph | GraphName {
  const written = graphs[command] ?? command;
  const name = isName(written) ? written : command;
  const file = isName(written) ? graphs[written] : written;
  if (file !== undefined && !isName(file)) return graphOf(name, file, placedSteps(file));
  return isGraphName(name) ? name : command;
}

/** Every graph that is written out, for whoever draws them. */
export const writtenGraphs = (graphs: GraphFiles): Graph[] =>
  Object.entries(graphs).flatMap(([name, file]) =>
    isName(file) ? [] : [graphOf(name, file, placedSteps(file))],
  );
