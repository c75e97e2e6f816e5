/**
 * Which agent of a role's chain works in a run. It is chosen before policy is asked whether the run may
 * start, so that policy judges the agent that will really work.
 */
import type { Profile } from '../../core/profile.ts';
import { mayHelpElsewhere, triesOf } from '../../core/task/fallback.ts';
import type { DataOf, Run, TaskState } from '../../core/task/state.ts';
import type { Dependencies } from '../dependencies.ts';
import { type AgentCandidate, candidatesOf, type Skipped } from './candidates.ts';
import { probed } from './probed.ts';

export type AgentChoice = Omit<DataOf<'run.chosen'>, 'run'>;

/** A string says why none of the chain can work: asked before any spend. */
export async function chooseAgent(
  deps: Pick<Dependencies, 'adapters' | 'settings' | 'clock'>,
  profile: Profile,
  { state, run }: { state: TaskState; run: Run },
): Promise<AgentChoice | string> {
  const { candidates, skipped } = candidatesOf(deps, profile);
  const failed = failuresOf(state, run);
  const untried = candidates.filter(candidate => lastFailure(failed, candidate) === null);
  // Where all have failed, the retry begins with the first again.
  const order = untried.length > 0 ? untried : candidates;
  for (const candidate of candidates) {
    const failure = untried.length > 0 ? lastFailure(failed, candidate) : null;
    if (failure !== null) skipped.push(asSkipped(candidate, failure));
  }
  for (const [at, candidate] of order.entries()) {
    const { adapter, model, service } = candidate;
    const probe = await probed(adapter, deps.clock.now());
    if (!probe.ok) {
      skipped.push(asSkipped(candidate, `${probe.problem} ${probe.remediation}`));
      continue;
    }
    return {
      adapter: adapter.name,
      version: probe.version,
      model,
      provider: service?.provider ?? null,
      reason: reasonFor(skipped),
      skipped,
      others: untried.length > 0 ? order.length - at - 1 : 0,
    };
  }
  return `No agent can work as ${profile.name}: ${skipped.map(inWords).join(' ')}`;
}

const reasonFor = (skipped: readonly Skipped[]): string =>
  skipped.length === 0
    ? 'It is the first of the chain.'
    : 'It is the first of the chain that can work.';

const inWords = ({ adapter, reason }: Skipped): string => `${adapter}: ${reason}`;

const asSkipped = (candidate: AgentCandidate, reason: string): Skipped => ({
  adapter: candidate.adapter.name,
  model: candidate.model,
  reason,
});

/** Earlier attempts of the same work that failed in a way that another agent may not. */
const failuresOf = (state: TaskState, run: Run): Run[] =>
  triesOf(state, run).filter(({ id, class: failed }) => id !== run.id && mayHelpElsewhere(failed));

/** Why the candidate failed when it was last tried; `null`: it did not. */
function lastFailure(failed: readonly Run[], { adapter, model }: AgentCandidate): string | null {
  const last = failed.findLast(
    ({ choice }) => choice?.adapter === adapter.name && choice.model === model,
  );
  return last ? `It failed in attempt ${last.attempt}: ${last.reason}` : null;
}
