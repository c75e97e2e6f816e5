/** Hooks that run a command before or after a run: steps of the graph, which hold nothing up. */
import { type Graph, MOST, type StepSpec } from '../graph.ts';
import type { DeclaredHook } from './hook.ts';

type Commands = Readonly<Record<string, readonly string[]>>;

/** Where the graph would have more steps than it may, the hooks that come last are left out. */
export function withHookSteps(graph: Graph, hooks: readonly DeclaredHook[]): Graph {
  return hooks.reduce((whole, hook) => {
    const { command, on, step } = hook;
    if (command === undefined) return whole;
    const around = whole.steps.filter(({ id, kind }) =>
      step === undefined ? kind === 'agent' : id === step,
    );
    return around.reduce((now, { id }) => {
      const before = on.includes('run_started') ? withStepBefore(now, id, hook.name, command) : now;
      return on.includes('run_finished') ? withStepAfter(before, id, hook.name, command) : before;
    }, whole);
  }, graph);
}

const hookStep = (
  id: string,
  command: string,
  needs: string[],
): Extract<StepSpec, { kind: 'command' }> => ({
  kind: 'command',
  id,
  purpose: 'gate',
  command,
  needs,
  keepsChanges: false,
  remedy: null,
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
function withStepBefore(graph: Graph, id: string, hook: string, command: string): Graph {
  const name = freeName(graph, hook);
  if (name === null) return graph;
  const steps = graph.steps.flatMap(step => {
    const loop = 'loop' in step ? step.loop : undefined;
    const same: StepSpec =
      loop?.backTo === id && step.kind !== 'builtin'
        ? { ...step, loop: { ...loop, backTo: name } }
        : step;
    return same.id === id
      ? [hookStep(name, command, same.needs), { ...same, needs: [name] }]
      : [same];
  });
  return { ...graph, steps };
}

function withStepAfter(graph: Graph, id: string, hook: string, command: string): Graph {
  const name = freeName(graph, hook);
  if (name === null) return graph;
  const steps = graph.steps.flatMap(step =>
    step.id === id ? [step, hookStep(name, command, [id])] : [step],
  );
  return { ...graph, steps };
}

/** All of a task that a hook starts to run one command. */
export const commandGraph = (command: string, commands: Commands): Graph => {
  const install = commands.install !== undefined && command !== 'install';
  const prepare: StepSpec = {
    ...hookStep('prepare', 'install', []),
    purpose: 'install',
    onFailure: 'fail',
  };
  const run: StepSpec = {
    ...hookStep(command, command, install ? ['prepare'] : []),
    onFailure: 'fail',
  };
  return { name: 'hook', steps: install ? [prepare, run] : [run], reworkFrom: null };
};
