/** What is wrong with a graph: every fault of it, and where it stands. */
import { type Condition, parseCondition } from '../condition/condition.ts';
import { ANY_AGENT_FIELDS, COMMAND_FIELDS } from '../handover/handover.ts';
import { didYouMean } from '../nearest.ts';
import { type BuiltIn, downstream, type Graph, type StepSpec, upstream } from './graph.ts';

export type GraphFault = {
  /** The place of its step in the graph; null where it is about the graph itself. */
  at: number | null;
  /** What of the step it is about. */
  key: 'id' | 'needs' | 'when' | 'loop' | 'purpose';
  problem: string;
};

/** What a graph may read of what a role hands over; null: nothing is known of the role. */
export type FieldsOfRole = (role: string) => readonly string[] | null;

/** Every fault of a graph. Empty when it is sound. */
export function graphFaults(graph: Graph, fieldsOf: FieldsOfRole = () => null): GraphFault[] {
  const faults = [...graph.steps.entries()].flatMap(([at, step]) => namingFaults(graph, step, at));
  const rework = reworkProblem(graph);
  if (rework !== null) faults.push({ at: null, key: 'id', problem: rework });
  const unread = [...graph.steps.entries()].flatMap(([at, step]) => readingFaults(step, at));
  if (faults.length > 0) return [...faults, ...unread];
  const circular = inCircles(graph);
  if (circular.length > 0) {
    const problem = `steps need each other in a circle: ${circular.join(', ')}`;
    return [{ at: placeOf(graph, circular[0] ?? ''), key: 'needs', problem }, ...unread];
  }
  return [
    ...unread,
    ...[...graph.steps.entries()].flatMap(([at, step]) => [
      ...whenFaults(graph, step, at),
      ...loopFaults(graph, step, at),
      ...fieldFaults(graph, step, { at, fieldsOf }),
    ]),
    ...endingFaults(graph),
  ];
}

export const inWords = ({ problem }: GraphFault): string => problem;

const has = (graph: Graph, id: string): boolean => graph.steps.some(step => step.id === id);
const placeOf = (graph: Graph, id: string): number => graph.steps.findIndex(step => step.id === id);

function namingFaults(graph: Graph, step: StepSpec, at: number): GraphFault[] {
  const { id } = step;
  const twice = placeOf(graph, id) < at;
  return [
    ...(twice ? [{ at, key: 'id' as const, problem: `step "${id}" stands twice` }] : []),
    ...step.needs
      .filter(need => !has(graph, need))
      .map(need => {
        const problem = `step "${id}" needs "${need}", which does not exist`;
        return { at, key: 'needs' as const, problem };
      }),
    ...(lacksSource(graph, step)
      ? [
          {
            at,
            key: 'purpose' as const,
            problem: `step "${id}" does not say whose hand-over it is about (of)`,
          },
        ]
      : []),
  ];
}

/** An agent does the work of this step anew: what it changes has to be kept, and published. */
function reworkProblem(graph: Graph): string | null {
  const { reworkFrom: id, steps } = graph;
  if (id === null) return null;
  const step = steps.find(other => other.id === id);
  if (!step) return `the rework begins with "${id}", which does not exist`;
  if (!('keepsChanges' in step) || !step.keepsChanges)
    return `the rework begins with "${id}", which changes nothing: name a step that does, such as an agent's`;
  const publish = steps.find(({ purpose }) => purpose === 'publish');
  if (publish && !downstream(graph, id).includes(publish.id))
    return `the rework begins with "${id}", which "${publish.id}" does not need: nobody would get what it changes`;
  return null;
}

const OF_HANDOVERS: readonly BuiltIn[] = ['label', 'report', 'clarify'];

/** What Gatehouse says of a hand-over, or waits for, is that of an earlier step. */
const lacksSource = (graph: Graph, step: StepSpec): boolean =>
  step.kind === 'builtin' &&
  OF_HANDOVERS.includes(step.purpose) &&
  !(step.of !== undefined && upstream(graph, step.id).includes(step.of));

/** The steps that can never begin, because they wait for one another. */
function inCircles({ steps }: Graph): string[] {
  const settled = new Set<string>();
  for (let before = -1; before !== settled.size; ) {
    before = settled.size;
    for (const step of steps) if (step.needs.every(need => settled.has(need))) settled.add(step.id);
  }
  return steps.filter(step => !settled.has(step.id)).map(step => step.id);
}

function whenFaults(graph: Graph, step: StepSpec, at: number): GraphFault[] {
  if (step.when === undefined) return [];
  const known = upstream(graph, step.id);
  return conditionFaults(`the condition of "${step.id}"`, step.when, known).map(problem => ({
    at,
    key: 'when',
    problem,
  }));
}

function loopFaults(graph: Graph, step: StepSpec, at: number): GraphFault[] {
  if (!('loop' in step) || !step.loop) return [];
  const { id, loop, kind } = step;
  const { backTo, when } = loop;
  const known = [...upstream(graph, id), id];
  const problems = when === null ? [] : conditionFaults(`the loop of "${id}"`, when, known);
  if (!has(graph, backTo))
    problems.push(`step "${id}" goes back to "${backTo}", which does not exist`);
  else if (backTo === id || !known.includes(backTo))
    problems.push(`step "${id}" goes back to "${backTo}", on which it does not stand`);
  else {
    const after = downstream(graph, id);
    const once = downstream(graph, backTo).find(
      other => graph.steps[placeOf(graph, other)]?.kind === 'builtin' && !after.includes(other),
    );
    if (once !== undefined)
      problems.push(
        `step "${id}" goes back to "${backTo}" when "${once}" may be done, which is done once: let "${once}" need "${id}"`,
      );
  }
  if (kind === 'agent' && when === null)
    problems.push(
      `step "${id}" is an agent's, so its loop says when it goes back, such as \`when: steps.${id}.blocking > 0\``,
    );
  return problems.map(problem => ({ at, key: 'loop', problem }));
}

/** The conditions of a step, and where they stand. */
function conditionsOf(step: StepSpec): { key: 'when' | 'loop'; what: string; text: string }[] {
  const loop = 'loop' in step ? step.loop?.when : null;
  return [
    ...(step.when === undefined
      ? []
      : [{ key: 'when' as const, what: `the condition of "${step.id}"`, text: step.when }]),
    ...(typeof loop === 'string'
      ? [{ key: 'loop' as const, what: `the loop of "${step.id}"`, text: loop }]
      : []),
  ];
}

/** Conditions that are no conditions. */
const readingFaults = (step: StepSpec, at: number): GraphFault[] =>
  conditionsOf(step).flatMap(({ key, what, text }) => {
    const parsed = parseCondition(text);
    return parsed.ok ? [] : [{ at, key, problem: `${what} can't be read: ${parsed.problem}` }];
  });

/** Fields that the steps which are asked about never hand over: such a condition would never hold. */
const fieldFaults = (
  graph: Graph,
  step: StepSpec,
  { at, fieldsOf }: { at: number; fieldsOf: FieldsOfRole },
): GraphFault[] =>
  conditionsOf(step).flatMap(({ key, what, text }) => {
    const parsed = parseCondition(text);
    return (parsed.ok ? asked(parsed.condition) : []).flatMap(({ step: id, field }) => {
      const of = graph.steps.find(other => other.id === id);
      const known = of ? ['outcome', ...handedOverBy(of, fieldsOf)] : [field];
      if (known.includes(field)) return [];
      const problem = `${what} asks for "${field}" of "${id}", which hands over ${known.join(', ')}${didYouMean(field, known)}`;
      return [{ at, key, problem }];
    });
  });

function handedOverBy(step: StepSpec, fieldsOf: FieldsOfRole): readonly string[] {
  if (step.kind === 'builtin') return [];
  return step.kind === 'command' ? COMMAND_FIELDS : (fieldsOf(step.role) ?? ANY_AGENT_FIELDS);
}

/** Of one that can be read, the steps that it can't know anything of. */
function conditionFaults(what: string, text: string, known: readonly string[]): string[] {
  const parsed = parseCondition(text);
  if (!parsed.ok) return [];
  const steps = new Set(asked(parsed.condition).map(({ step }) => step));
  const unknown = [...steps].filter(step => !known.includes(step));
  return unknown.map(step => `${what} asks about "${step}", on which it does not stand`);
}

/** Every field that a condition asks for. */
function asked(condition: Condition): { step: string; field: string }[] {
  if (condition.is === 'field') return [condition];
  if (condition.is === 'and' || condition.is === 'or') return condition.of.flatMap(asked);
  return condition.is === 'not' ? asked(condition.of) : [];
}

/** There is one pull request, so what publishes and merges it stands once, and in this order. */
function endingFaults(graph: Graph): GraphFault[] {
  const faults: GraphFault[] = [];
  for (const purpose of ['publish', 'merge'] as const) {
    const [, second] = graph.steps.filter(step => step.purpose === purpose);
    if (second) {
      const problem = `step "${second.id}" is the second to ${purpose}: a graph has one such step`;
      faults.push({ at: placeOf(graph, second.id), key: 'purpose', problem });
    }
  }
  faults.push(...graph.steps.flatMap((step, at) => environmentFault(step, at)));
  for (const step of graph.steps) {
    const before = upstream(graph, step.id).map(id => graph.steps[placeOf(graph, id)]?.purpose);
    const at = placeOf(graph, step.id);
    if (step.purpose === 'merge' && !before.includes('publish'))
      faults.push({
        at,
        key: 'needs',
        problem: `step "${step.id}" merges what no step that it needs has published`,
      });
    const after = step.purpose === 'deploy' ? 'merge' : 'publish';
    if ((step.purpose === 'deploy' || step.purpose === 'accept') && !before.includes(after)) {
      const problem = `step "${step.id}" needs a step before it that does ${after}`;
      faults.push({ at, key: 'needs', problem });
    }
    if (step.purpose !== 'merge' && before.includes('publish') && changes(step))
      faults.push({
        at,
        key: 'needs',
        problem: `step "${step.id}" changes the repository after it was published, which nobody would get`,
      });
  }
  return faults;
}

/** Where it deploys, or looks, has to be said; nothing else has an environment. */
function environmentFault(step: StepSpec, at: number): GraphFault[] {
  if (step.kind !== 'builtin') return [];
  const { id, purpose, environment } = step;
  const takes = purpose === 'deploy' || purpose === 'accept';
  if (takes === (environment !== undefined)) return [];
  const problem = takes
    ? `step "${id}" does not say the \`environment\``
    : `step "${id}" has an \`environment\`, which only deploy and accept have`;
  return [{ at, key: 'purpose', problem }];
}

const changes = (step: StepSpec): boolean =>
  'keepsChanges' in step &&
  (step.keepsChanges || (step.kind === 'command' && step.remedy !== null));

/** The paths that the conditions of the graph ask about, each once. */
export function pathsAskedAbout(graph: Graph): string[] {
  const texts = graph.steps.flatMap(step => [
    step.when ?? null,
    ('loop' in step && step.loop?.when) || null,
  ]);
  return [...new Set(texts.flatMap(text => (text === null ? [] : pathsIn(text))))];
}

function pathsIn(text: string): string[] {
  const parsed = parseCondition(text);
  const within = (condition: Condition): string[] => {
    if (condition.is === 'touches') return [condition.path];
    if (condition.is === 'and' || condition.is === 'or') return condition.of.flatMap(within);
    return condition.is === 'not' ? within(condition.of) : [];
  };
  return parsed.ok ? within(parsed.condition) : [];
}
