/**
 * What every question of a task shares, read live: who acts for whom, in which repository, and the
 * policies that decide. The facts of a question are put together here and nowhere else.
 */
import { lowerRole } from '../../core/actor.ts';
import { NO_APPROVALS } from '../../core/approvals/approvals.ts';
import { GATE_OF } from '../../core/decision.ts';
import { personWhoAsked } from '../../core/origin.ts';
import { steerersOf } from '../../core/task/approvals/requesters.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state/state.ts';
import { taskSpend } from '../../core/task/views/task-spend.ts';
import type { Facts } from '../../policy/facts.ts';
import type { PolicySet } from '../../policy/load.ts';
import type { Dependencies } from '../dependencies.ts';
import { rulesOf } from '../policies/of-repository.ts';
import { requesterNow, subjectOf } from './subject.ts';

type SharedContext = Pick<Facts['context'], 'mode' | 'requester' | 'taint' | 'approvals' | 'spent'>;

export type Circumstances = Pick<Facts, 'subject' | 'repository'> & {
  /** The deployment's policies, with what the default branch of the repository adds. */
  policies: PolicySet;
  defaultBranch: string;
  /** The work is about a pull request from a fork: said of what its runs call. */
  fork: boolean;
  context: SharedContext;
};

/** `run`: the one that asks; null where the task, or a `rework` of it, is judged. */
export async function circumstancesOf(
  deps: Dependencies,
  state: TaskState,
  run: Run | null,
  rework: string | null = null,
): Promise<Circumstances> {
  const { mode, repository, worksOn } = createdOf(state);
  const { facts } = deps.github;
  const requester = requesterNow(state, rework);
  const person = requester && personWhoAsked(requester);
  // Whoever has an agent told what to do can't reach by it what their own role does not permit.
  const people = person ? [person, ...steerersOf(state, run)] : [];
  const [branch, revoked, ...roles] = await Promise.all([
    facts.defaultBranch(repository),
    requester?.kind === 'token' && deps.machineTokens.isRevoked(requester.id),
    ...people.map(one => facts.role(repository, one)),
  ]);
  const role = roles.length === 0 ? 'none' : roles.reduce(lowerRole);
  const { set: policies, config: rules } = await rulesOf(deps, repository, branch.sha);
  // By the name that it has now: policies may go by it.
  const { owner, name } = branch;
  return {
    policies,
    defaultBranch: branch.ref,
    fork: worksOn?.fork ?? false,
    subject: subjectOf(deps, state, { run, person, rules }),
    repository: { id: repository.id, owner, name, archived: branch.archived },
    context: {
      mode,
      requester: {
        role,
        ...(revoked && { revoked }),
        ...(requester?.kind === 'token' && !revoked && { project: requester.project }),
      },
      taint: state.taint.map(({ source }) => source),
      approvals: NO_APPROVALS,
      spent: taskSpend(state),
    },
  };
}

/** What one question adds to the circumstances: its action, its resource, and what only it says. */
export type OwnFacts = OwnOf<Facts>;
type OwnOf<F extends Facts> = F extends Facts
  ? Omit<F, 'gate' | 'subject' | 'repository' | 'context'> & {
      context: Omit<F['context'], keyof SharedContext>;
    }
  : never;

export function factsOf(
  { subject, repository, fork, context }: Circumstances,
  own: OwnFacts,
): Facts {
  const gate = GATE_OF[own.action];
  // Only a call that a run makes names a step.
  const said = fork && 'step' in own.context ? { ...own.context, fork } : own.context;
  // The circumstances come last: facts of before may be asked about anew in those of now.
  const facts = { ...own, gate, subject, repository, context: { ...said, ...context } };
  // TypeScript does not follow the action through two unions; `decide` checks the facts as a whole.
  return facts as Facts;
}
