/** Hooks that have a command or an agent work before or after a run: steps of the graph, which hold nothing up. */
import { type Graph, MOST, type StepSpec } from '../graph/graph.ts';
import type { DeclaredHook } from './hook.ts';

type Commands = Readonly<Record<string, readonly string[]>>;

/** Where the graph would have more steps than it may, the hooks that come last are left out. */
export function withHookSteps(graph: Graph, hooks: readonly DeclaredHook[]): Graph {
  // Steps of hooks set off no hooks.
  const around = ({ step }: DeclaredHook) =>
    graph.steps.filter(({ id, kind }) => (step === undefined ? kind === 'agent' : id === step));
  return hooks.reduce((whole, hook) => {
    const { command, agent, on, name } = hook;
    const works: Works[] = [
      ...(command === undefined ? [] : [(id: string) => commandStep(id, command)]),
      ...(agent === undefined ? [] : [(id: string) => agentStep(id, agent)]),
    ];
    return around(hook).reduce(
      (now, { id }) =>
        works.reduce((added, work) => {
          const before = on.includes('run_started') ? withStepBefore(added, id, name, work) : added;
          return on.includes('run_finished') ? withStepAfter(before, id, name, work) : before;
        }, now),
      whole,
    );
  }, graph);
}

/** What a hook has work, as a step of that name. */
type Works = (id: string) => Exclude<StepSpec, { kind: 'builtin' }>;

const commandStep = (id: string, command: string): Extract<StepSpec, { kind: 'command' }> => ({
  kind: 'command',
  id,
  purpose: 'gate',
  command,
  needs: [],
  keepsChanges: false,
  remedy: null,
  onFailure: 'continue',
});

const agentStep = (id: string, role: string): Extract<StepSpec, { kind: 'agent' }> => ({
  kind: 'agent',
  id,
  purpose: 'review',
  role,
  needs: [],
  keepsChanges: false,
  onFailure: 'continue',
});

/** A name that no step has; null: there are as many steps as there may be. */
function freeName({ steps }: Graph, hook: string): string | null {
  if (steps.length >= MOST.steps) return null;
  for (let n = 1; ; n++) {
    const id = `${hook.slice(0, 27)}-${n}`;
    if (!steps.some(step => step.id === id)) return id;
  }
}

/** What sends the work back to the step sends it back to the hook, which works again as well. */
function withStepBefore(graph: Graph, id: string, hook: string, work: Works): Graph {
  const name = freeName(graph, hook);
  if (name === null) return graph;
  const steps = graph.steps.flatMap(step => {
    const loop = 'loop' in step ? step.loop : undefined;
    const same: StepSpec =
      loop?.backTo === id && step.kind !== 'builtin'
        ? { ...step, loop: { ...loop, backTo: name } }
        : step;
    return same.id === id
      ? [
          { ...work(name), needs: same.needs, ofHook: true as const },
          { ...same, needs: [name] },
        ]
      : [same];
  });
  return { ...graph, steps };
}

function withStepAfter(graph: Graph, id: string, hook: string, work: Works): Graph {
  const name = freeName(graph, hook);
  if (name === null) return graph;
  const steps = graph.steps.flatMap(step =>
    step.id === id ? [step, { ...work(name), needs: [id], ofHook: true as const }] : [step],
  );
  return { ...graph, steps };
}

/** All of a task that a hook starts to run one command. */
export const commandGraph = (command: string, commands: Commands): Graph => {
  const install = commands.install !== undefined && command !== 'install';
  const prepare: StepSpec = {
    ...commandStep('prepare', 'install'),
    purpose: 'install',
    onFailure: 'fail',
  };
  const run: StepSpec = {
    ...commandStep(command, command),
    needs: install ? ['prepare'] : [],
    onFailure: 'fail',
  };
  return { name: 'hook', steps: install ? [prepare, run] : [run], reworkFrom: null };
};
