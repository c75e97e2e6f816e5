/** What starts: a task or a rework of it, and each of its runs. */
import { z } from 'zod';
import { ReachedCap, raisedTo, raiseInWords } from '../../core/budget.ts';
import { Starter } from '../../core/origin.ts';
import { foldId } from '../fold-policy.ts';
import {
  CommonContext,
  count,
  ExecutorKind,
  plainEntity,
  question,
  type ResourceKind,
} from '../question.ts';

const StartContext = {
  ...CommonContext,
  startedBy: Starter,
  ciOptIn: z.boolean(),
  fork: z.boolean(),
  /** Agents that changed the repository in this task. Facts that were kept earlier lack them. */
  authors: z
    .array(z.strictObject({ adapter: z.string(), model: z.string().nullable() }))
    .optional(),
  /** The branch that the work is for. Before there was a choice, it was always the default branch. */
  base: z.strictObject({ name: z.string(), default: z.boolean() }).optional(),
};

/** The repository itself. */
export const RepositoryResource = z.strictObject({ kind: z.literal('repository') });
const repository: ResourceKind<z.infer<typeof RepositoryResource>> = {
  resource(_, { owner, name }) {
    const full = `${owner}/${name}`;
    return plainEntity('Repository', foldId('Repository', full), {}, full);
  },
  read: ({ on }) => (on === undefined ? { kind: 'repository' } : null),
};

const RunResource = z.strictObject({
  kind: z.literal('run'),
  step: z.string().min(1),
  executor: ExecutorKind,
  attempt: count,
});
const run: ResourceKind<z.infer<typeof RunResource>> = {
  resource: ({ step, executor, attempt }) =>
    plainEntity('Run', step, { step, executor, attempt }, `${step}, attempt ${attempt}`),
  read: ({ on, step = 'author', executor = 'agent' }) => ({
    kind: 'run',
    step: on ?? step,
    executor,
    attempt: 1,
  }),
};

const RoleResource = z.strictObject({ kind: z.literal('role'), name: z.string().min(1) });
const role: ResourceKind<z.infer<typeof RoleResource>> = {
  resource: ({ name }) => plainEntity('OwnRole', name),
  read: ({ on = 'own' }) => ({ kind: 'role', name: on }),
};

const BudgetResource = z.strictObject({ kind: z.literal('budget'), reached: ReachedCap });
const budget: ResourceKind<z.infer<typeof BudgetResource>> = {
  resource({ reached }) {
    const { scope, unit, cap } = reached;
    const attrs = { scope, unit, cap, to: raisedTo(reached) };
    return plainEntity('Budget', `${scope} ${unit}`, attrs, raiseInWords(reached));
  },
  read({ on = 'run tokens 1000' }) {
    const [scope, unit, cap] = on.split(' ');
    const read = ReachedCap.safeParse({ scope, unit, cap: Number(cap) });
    return read.success ? { kind: 'budget', reached: read.data } : null;
  },
};

export const START_RESOURCES = { repository, run, role, budget };
export const STARTS = [
  question('task.start', RepositoryResource, StartContext),
  question('run.start', RunResource, StartContext),
  /** Asked with `run.start`, where the run is in a role that the repository has written itself. */
  question('role.use', RoleResource, StartContext),
  /** A run reached a cap, and the next of its step goes on only beyond it. */
  question('budget.raise', BudgetResource, CommonContext),
] as const;
