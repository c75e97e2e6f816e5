/**
 * Workflows that environments name: whether each is there, can be dispatched, and takes what it is
 * given. GitHub says so only when it is to deploy, which is after the merge.
 */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { Graph } from '../../../core/graph/graph.ts';
import { didYouMean } from '../../../core/nearest.ts';
import type { EnvironmentConfig } from '../../../core/repository-config/environment.ts';
import type { PolicyFault } from '../../../policy/fault.ts';
import { placedFaults, type Rules } from '../../policies/rules.ts';
import { parseYaml } from '../../policies/yaml-text.ts';

const FOLDER = '.github/workflows';
const LARGEST = 64 * 1024;
/** GitHub lets a workflow have 25: what has many more is its to judge. */
const MOST_INPUTS = 100;
const MOST_TOLD = 20;

/** A repository at one commit, or a folder on disk. */
export type WorkflowSource = {
  /** The names in a folder; `null`: nothing can be said of it. */
  list(folder: string): Promise<string[] | null>;
  /** At most so many bytes of a file; `null`: there is none. */
  read(path: string, most: number): Promise<Buffer | null>;
};

type Problem = { path: string[]; message: string };

/** `graph`: only environments that it deploys to are looked at. Left out: all of them are. */
export async function workflowFaults(
  { config, places }: Pick<Rules, 'config' | 'places'>,
  source: WorkflowSource,
  graph?: Graph,
): Promise<PolicyFault[]> {
  const named = Object.entries(config.environments ?? {}).filter(
    ([name, { workflow }]) =>
      workflow !== undefined && (graph === undefined || deploysTo(graph, name)),
  );
  if (named.length === 0) return [];
  const there = await source.list(FOLDER);
  if (there === null) return [];
  const faults: PolicyFault[] = [];
  const read = new Map<string, Dispatched>();
  for (const [name, environment] of named) {
    const problems = await problemsOf(environment, there, async file => {
      const before = read.get(file);
      if (before !== undefined) return before;
      const dispatch = dispatchIn(file, await source.read(file, LARGEST + 1));
      read.set(file, dispatch);
      return dispatch;
    });
    const at = problems.map(({ path, message }) => ({
      path: ['environments', name, ...path],
      message,
    }));
    faults.push(...placedFaults(places, at));
  }
  return faults;
}

const deploysTo = ({ steps }: Graph, environment: string): boolean =>
  steps.some(step => step.purpose === 'deploy' && step.environment === environment);

async function problemsOf(
  { workflow = '', inputs = {} }: EnvironmentConfig,
  there: readonly string[],
  /** Each file is read once: it comes from a pull request, too. */
  dispatchOf: (file: string) => Promise<Dispatched>,
): Promise<Problem[]> {
  const file = `${FOLDER}/${workflow}`;
  const about = (message: string, path = ['workflow']) => ({ path, message });
  if (!there.includes(workflow))
    return [about(`there is no ${file} on the default branch${didYouMean(workflow, there)}`)];
  const dispatch = await dispatchOf(file);
  // What can't be read here is GitHub's to judge.
  if (dispatch === null) return [];
  if (dispatch === 'none')
    return [about(`${file} is not started by \`workflow_dispatch\`: add that to its \`on\``)];
  const known = Object.keys(dispatch.inputs);
  const unknown = Object.keys(inputs).filter(name => !known.includes(name));
  const missing = known.filter(name => isNeeded(dispatch.inputs[name]) && !(name in inputs));
  return [
    ...unknown
      .slice(0, MOST_TOLD)
      .map(name =>
        about(
          `${file} takes no such input${didYouMean(name, known)}${known.length === 0 ? '' : `; there are ${known.join(', ')}`}`,
          ['inputs', name],
        ),
      ),
    ...missing
      .slice(0, MOST_TOLD)
      .map(name => about(`${file} needs the input ${name}: name it under \`inputs\``)),
  ];
}

const Input = z
  .looseObject({ required: z.unknown().optional(), default: z.unknown().optional() })
  .nullable();
const Dispatch = z.looseObject({ inputs: z.record(z.string(), Input).nullish() }).nullable();
const Workflow = z.looseObject({
  on: z.union([
    z.string(),
    z.array(z.string()),
    z.looseObject({ workflow_dispatch: Dispatch.optional() }),
  ]),
});

const isNeeded = (input: z.infer<typeof Input> | undefined): boolean =>
  input?.required === true && input.default === undefined;

/** What a workflow's dispatch takes; `none`: it has no such trigger; null: that can't be told. */
type Dispatched = { inputs: Record<string, z.infer<typeof Input>> } | 'none' | null;

function dispatchIn(file: string, content: Buffer | null): Dispatched {
  if (content === null || content.length > LARGEST || !isUtf8(content)) return null;
  const read = parseYaml(file, content.toString('utf8'), Workflow);
  if (!read.ok) return null;
  const { on } = read.value;
  if (typeof on === 'string' || Array.isArray(on))
    return [on].flat().includes('workflow_dispatch') ? { inputs: {} } : 'none';
  if (!('workflow_dispatch' in on)) return 'none';
  const inputs = on.workflow_dispatch?.inputs ?? {};
  return Object.keys(inputs).length > MOST_INPUTS ? null : { inputs };
}
