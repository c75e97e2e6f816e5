/** The graphs that commands start. A new shape of work is a new entry here. */

import { keysOf } from '../keys-of.ts';
import { downstream, type Graph, type StepSpec, upstream } from './graph.ts';

/** The repository's own commands by name. */
type Commands = Readonly<Record<string, readonly string[]>>;

const command = (
  id: string,
  name: string,
  needs: string[],
  more: Partial<Extract<StepSpec, { kind: 'command' }>> = {},
): StepSpec => ({
  kind: 'command',
  id,
  purpose: 'gate',
  command: name,
  needs,
  keepsChanges: false,
  remedy: null,
  ...more,
});

/** What the repository's own install command leaves is there for every step after it. */
const PREPARE = command('prepare', 'install', [], { purpose: 'install' });

/** Steps whose command the repository does not have are left out. */
const withCommands = (steps: StepSpec[], commands: Commands): StepSpec[] =>
  leftOut(steps, step => step.kind === 'command' && !commands[step.command]);

/** Steps that are left out are needed by nobody: a step that needs one needs what that one needed. */
export function leftOut(steps: StepSpec[], isOut: (step: StepSpec) => boolean): StepSpec[] {
  return steps.filter(isOut).reduce((left, { id }) => {
    // As it is by now: what it needed may have been left out before it.
    const needs = left.find(step => step.id === id)?.needs ?? [];
    return left
      .filter(step => step.id !== id)
      .map(step => ({
        ...step,
        needs: step.needs.flatMap(need => (need === id ? needs : [need])),
      }));
  }, steps);
}

/** An agent that reads and hands something over. */
const reader = (
  id: string,
  purpose: 'review' | 'plan' | 'answer' | 'triage',
  role: string,
  needs: string[],
): StepSpec => ({ kind: 'agent', id, purpose, role, needs, keepsChanges: false });

const report = (id: string, of: string, needs: string[]): StepSpec => ({
  kind: 'builtin',
  id,
  purpose: 'report',
  of,
  needs,
});

const author = (needs: string[]): StepSpec => ({
  kind: 'agent',
  id: 'author',
  purpose: 'change',
  role: 'author',
  needs,
  keepsChanges: true,
});

/** What blocks goes back to the author. */
const REVIEW = {
  kind: 'agent',
  id: 'review',
  purpose: 'review',
  role: 'reviewer',
  needs: ['test'],
  keepsChanges: false,
  loop: { backTo: 'author', atMost: 2, when: 'steps.review.blocking > 0' },
} satisfies StepSpec;

const ending: StepSpec[] = [
  // Nothing that still blocks is published: people are asked about it.
  { ...REVIEW, onFailure: 'ask_human' },
  { kind: 'builtin', id: 'publish', purpose: 'publish', needs: ['review'] },
  // What was published is merged also where GitHub does not take the review.
  {
    ...report('show-review', 'review', ['publish']),
    when: 'steps.review.findings > 0',
    onFailure: 'continue',
  },
  { kind: 'builtin', id: 'merge', purpose: 'merge', needs: ['show-review'] },
];

const lintGate = (needs: string[]): StepSpec =>
  command('lint', 'lint', needs, { remedy: { role: 'linter', bound: 2 } });

const testGate = (needs: string[]): StepSpec =>
  command('test', 'test', needs, { remedy: { role: 'tester', bound: 2 } });

/** The plan is said where the task was called, and a person accepts it. */
const planning: StepSpec[] = [
  reader('plan', 'plan', 'planner', []),
  report('show-plan', 'plan', ['plan']),
  { kind: 'builtin', id: 'clarify', purpose: 'clarify', of: 'plan', needs: ['show-plan'] },
];

/** An agent says what is to be done, and nothing is done. */
export const planGraph = (): Graph => ({ name: 'plan', steps: planning, reworkFrom: null });

/** What is asked for is planned first, then worked by the plan that people accepted. */
export function implementGraph(commands: Commands): Graph {
  const steps: StepSpec[] = [
    ...planning,
    reader('architect', 'plan', 'architect', ['clarify']),
    command('prepare', 'install', ['architect'], { purpose: 'install' }),
    author(['prepare']),
    lintGate(['author']),
    testGate(['lint']),
    // What still blocks is for people, who see it on the pull request.
    { ...REVIEW, onFailure: 'continue' },
    { kind: 'builtin', id: 'publish', purpose: 'publish', needs: ['review'] },
    // A reviewer that failed may have handed nothing over.
    { ...report('show-review', 'review', ['publish']), when: 'steps.review.blocking >= 0' },
    { kind: 'builtin', id: 'merge', purpose: 'merge', needs: ['show-review'] },
  ];
  return { name: 'implement', steps: withCommands(steps, commands), reworkFrom: 'author' };
}

/** An agent reads a pull request, and its findings stand on the lines of it. */
const reviewGraph = (): Graph => ({
  name: 'review',
  steps: [reader('review', 'review', 'reviewer', []), report('show-review', 'review', ['review'])],
  reworkFrom: null,
});

/** An agent answers a question in place. */
const explainGraph = (): Graph => ({
  name: 'explain',
  steps: [
    reader('explain', 'answer', 'explainer', []),
    report('show-answer', 'explain', ['explain']),
  ],
  reworkFrom: null,
});

/** An agent reads an issue, says what it makes of it, and has it labelled. */
const triageGraph = (): Graph => ({
  name: 'triage',
  steps: [
    reader('triage', 'triage', 'triage', []),
    {
      kind: 'builtin',
      id: 'label',
      purpose: 'label',
      of: 'triage',
      needs: ['triage'],
      when: 'steps.triage.labels > 0',
      // Whoever opened it is answered all the same.
      onFailure: 'continue',
    },
    report('show-triage', 'triage', ['label']),
  ],
  reworkFrom: null,
});

/** An agent changes the repository; the same test is seen red before and green after. */
export function fixGraph(commands: Commands): Graph {
  const steps: StepSpec[] = [
    PREPARE,
    command('reproduce', 'test', ['prepare'], { purpose: 'reproduce' }),
    author(['reproduce']),
    lintGate(['author']),
    testGate(['lint']),
    ...ending,
  ];
  return {
    name: 'fix',
    steps: withCommands(steps, commands),
    reworkFrom: 'author',
  };
}

/** A check of somebody's pull request failed: that is what is reproduced, so the tests are not run before. */
function remedyGraph(commands: Commands): Graph {
  const { steps } = fixGraph(commands);
  return {
    name: 'remedy',
    steps: leftOut(steps, ({ purpose }) => purpose === 'reproduce'),
    reworkFrom: 'author',
  };
}

/** The work itself is done by this role, as in a round that is asked for later. */
export const ledBy = (graph: Graph, role: string): Graph => ({
  ...graph,
  steps: graph.steps.map(step =>
    step.kind === 'agent' && step.id === graph.reworkFrom ? { ...step, role } : step,
  ),
});

/** The repository's own lint command changes what it can; no agent is needed. */
export function lintGraph(commands: Commands): Graph {
  const steps: StepSpec[] = [
    PREPARE,
    command('lint', 'lint', ['prepare'], { purpose: 'change', keepsChanges: true }),
    command('test', 'test', ['lint']),
    { kind: 'builtin', id: 'publish', purpose: 'publish', needs: ['test'] },
    { kind: 'builtin', id: 'merge', purpose: 'merge', needs: ['publish'] },
  ];
  return { name: 'lint', steps: withCommands(steps, commands), reworkFrom: null };
}

/** The repository's own tests, judged by their exit code; nothing is kept. */
export function testGraph(commands: Commands): Graph {
  const steps = [PREPARE, command('test', 'test', ['prepare'])];
  return { name: 'test', steps: withCommands(steps, commands), reworkFrom: null };
}

/**
 * For a pull request that is not the task's own: its people merge it. A fork's can't be pushed to, and
 * what stands in it is pushed nowhere else.
 */
export function forPull(graph: Graph, { fork }: { fork: boolean }): Graph {
  const ends = graph.steps.filter(
    ({ purpose }) => purpose === 'merge' || (fork && purpose === 'publish'),
  );
  const without = new Set(ends.flatMap(({ id }) => downstream(graph, id)));
  return { ...graph, steps: graph.steps.filter(({ id }) => !without.has(id)) };
}

/** The graph up to the first work of an agent, without keeping changes and without a pull request. */
export function dryRun(graph: Graph): Graph {
  const { reworkFrom } = graph;
  const builtIn = graph.steps.filter(({ kind }) => kind === 'builtin');
  const without = new Set(builtIn.flatMap(({ id }) => downstream(graph, id)));
  const lead = reworkFrom === null ? null : [...upstream(graph, reworkFrom), reworkFrom];
  const begun = graph.steps.filter(({ id }) => (lead ? lead.includes(id) : !without.has(id)));
  const steps = leftOut(begun, ({ kind }) => kind === 'builtin').map(step =>
    'keepsChanges' in step ? { ...step, keepsChanges: false } : step,
  );
  return { ...graph, steps, reworkFrom: null };
}

/** What is seen of a task outside, and what stands on it, such as a look at what was deployed. */
const SEEN_OUTSIDE: ReadonlySet<StepSpec['purpose']> = new Set<StepSpec['purpose']>([
  'publish',
  'merge',
  'deploy',
  'accept',
  'release',
]);

/** The work alone: nothing is pushed, said, merged or deployed, and nobody has to accept a plan. */
export function workAlone(graph: Graph): Graph {
  const ends = graph.steps.filter(({ purpose }) => SEEN_OUTSIDE.has(purpose));
  const without = new Set(ends.flatMap(({ id }) => downstream(graph, id)));
  const steps = leftOut(
    graph.steps.filter(({ id }) => !without.has(id)),
    ({ kind }) => kind === 'builtin',
  );
  const { reworkFrom } = graph;
  const isThere = steps.some(({ id }) => id === reworkFrom);
  return { ...graph, steps, reworkFrom: isThere ? reworkFrom : null };
}

/** `runs`: the command that the graph is for; without it there is nothing to do. */
const GRAPHS = {
  fix: { build: fixGraph, runs: null },
  remedy: { build: remedyGraph, runs: null },
  lint: { build: lintGraph, runs: 'lint' },
  test: { build: testGraph, runs: 'test' },
  plan: { build: planGraph, runs: null },
  implement: { build: implementGraph, runs: null },
  review: { build: reviewGraph, runs: null },
  explain: { build: explainGraph, runs: null },
  triage: { build: triageGraph, runs: null },
} as const;
export type GraphName = keyof typeof GRAPHS;
export const GRAPH_NAMES = keysOf(GRAPHS);

/** The graph of that name for a repository with these commands. */
export const graphNamed = (name: GraphName, commands: Commands): Graph =>
  GRAPHS[name].build(commands);

/** The command that this graph is for and that the repository does not have; `null` where nothing is missing. */
export function missingCommand(name: GraphName, commands: Commands): string | null {
  const { runs } = GRAPHS[name];
  return runs !== null && commands[runs] === undefined ? runs : null;
}
