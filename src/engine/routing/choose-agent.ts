/**
 * Which agent of a role's chain works in a run. It is chosen before policy is asked whether the run may
 * start, so that policy judges the agent that will really work.
 */
import type { Profile } from '../../core/profile.ts';
import { BROKEN_MS, breakerOf, ordered, restInWords } from '../../core/run-record.ts';
import {
  createdOf,
  type DataOf,
  purposeOf,
  type Run,
  type TaskState,
} from '../../core/task/state/state.ts';
import { lacksCredential, mayHelpElsewhere, triesOf } from '../../core/task/work/fallback.ts';
import type { Dependencies } from '../dependencies.ts';
import { authorsOf } from '../facts/subject.ts';
import type { AgentProbe } from '../ports/agent.ts';
import type { WorkerReport } from '../ports/workers.ts';
import { type AgentCandidate, candidatesOf, type Skipped } from './candidates.ts';
import { carries, withLabels } from './place.ts';
import { probed } from './probed.ts';

type AgentChoice = Omit<DataOf<'run.chosen'>, 'run'>;

type Deps = Pick<
  Dependencies,
  'adapters' | 'profiles' | 'settings' | 'clock' | 'runRecords' | 'workers'
>;

/** A string says why none of the chain can work: asked before any spend. */
export async function chooseAgent(
  deps: Deps,
  profile: Profile,
  { state, run }: { state: TaskState; run: Run },
): Promise<AgentChoice | string> {
  const { candidates, skipped } = candidatesOf(deps, profile);
  const failed = failuresOf(state, run);
  // Where all have failed, the retry begins with the first again.
  const untried = candidates.filter(candidate => lastFailure(failed, candidate) === null);
  const isAnew = untried.length === 0;
  if (!isAnew)
    for (const candidate of candidates) {
      const failure = lastFailure(failed, candidate);
      if (failure !== null) skipped.push(asSkipped(candidate, failure));
    }
  const { repository } = createdOf(state);
  const { retriedAt } = state;
  const where = { repositoryId: repository.id, retriedAt };
  const ranked = authorsLast(
    await rankedByRecord(deps, profile, where, isAnew ? candidates : untried),
    purposeOf(state, run) === 'review' ? authorsOf(deps, state) : [],
  );
  const isHere = carries(deps.settings, profile['runs-on']);
  const others = isHere ? [] : await withLabels(deps, profile['runs-on']);
  for (const [at, { candidate, because, rank, resting }] of ranked.entries()) {
    const { adapter, model, service } = candidate;
    const probe = isHere ? await probed(adapter, deps.clock.now()) : reported(adapter.name, others);
    if (!probe.ok) {
      skipped.push(asSkipped(candidate, `${probe.problem} ${probe.remediation}`));
      continue;
    }
    const passedOver = ranked.filter(other => other.resting !== null && other.rank < rank);
    for (const other of passedOver) skipped.push(asSkipped(other.candidate, other.resting ?? ''));
    return {
      adapter: adapter.name,
      version: probe.version,
      model,
      provider: service?.provider ?? null,
      reason: resting === null ? (because ?? reasonFor(skipped)) : `${resting} ${ALL_THE_SAME}`,
      skipped,
      others: isAnew ? 0 : ranked.length - at - 1,
    };
  }
  return `No agent can work as ${profile.name}: ${named(skipped).map(inWords).join(' ')}`;
}

/** Where the run is worked on elsewhere, what the workers there have. */
export function reported(adapter: string, workers: readonly WorkerReport[]): AgentProbe {
  const found = workers.flatMap(({ agents }) => agents).find(agent => agent.adapter === adapter);
  if (found) return { ok: true, version: found.version };
  const remediation = `Install it there with \`gatehouse agents install ${adapter}\`.`;
  return { ok: false, problem: 'No worker with the labels has it.', remediation };
}

const ALL_THE_SAME = 'No other agent can work now, so it is tried all the same.';

type Ranked = {
  candidate: AgentCandidate;
  /** Its place before those that are let alone are put last. */
  rank: number;
  /** What its place follows from; `null`: from the chain. */
  because: string | null;
  /** Why it is let alone while there are others; `null`: it is not. */
  resting: string | null;
};

/** More records say little more, and each choice reads them. */
const MOST_RECORDS = 500;

/**
 * In the order in which they are tried: those that are let alone for a while come last. `retriedAt`: a
 * person asked for another try then, which each agent gets that was let alone before.
 */
export async function rankedByRecord(
  { runRecords, clock }: Pick<Deps, 'runRecords' | 'clock'>,
  { name, order }: Profile,
  { repositoryId, retriedAt }: { repositoryId: number; retriedAt: string | null },
  candidates: readonly AgentCandidate[],
): Promise<Ranked[]> {
  // Of a single one there is nothing to order, and only whoever asked for another try is told of its record.
  if (candidates.length === 0 || (candidates.length === 1 && retriedAt === null))
    return candidates.map((candidate, rank) => ({ candidate, rank, because: null, resting: null }));
  const now = clock.now();
  const from = new Date(now.getTime() - BROKEN_MS);
  const [latest, records] = await Promise.all([
    runRecords.since(from, MOST_RECORDS),
    order === 'fixed' ? [] : runRecords.ofRole(name, MOST_RECORDS),
  ]);
  const agents = candidates.map(candidate => ({
    candidate,
    adapter: candidate.adapter.name,
    model: candidate.model,
  }));
  const places = ordered(agents, records, { order, repositoryId });
  const ranked = places.map(({ agent, because }, rank): Ranked => {
    const { candidate } = agent;
    const breaker = breakerOf(agent, latest, now, mayHelpElsewhere);
    if (breaker === null) return { candidate, rank, because, resting: null };
    const isAskedFor = retriedAt !== null && Date.parse(retriedAt) >= Date.parse(breaker.since);
    return isAskedFor
      ? { candidate, rank, because: `${breaker.why}. ${ASKED_FOR}`, resting: null }
      : { candidate, rank, because, resting: restInWords(breaker) };
  });
  return [
    ...ranked.filter(({ resting }) => resting === null),
    ...ranked.filter(({ resting }) => resting !== null),
  ];
}

/** Whoever wrote what is reviewed shares its blind spots, and a policy may not let it review at all. */
function authorsLast(
  ranked: readonly Ranked[],
  authors: readonly { adapter: string; model: string | null }[],
): Ranked[] {
  const wrote = ({ candidate }: Ranked): boolean =>
    authors.some(
      ({ adapter, model }) => adapter === candidate.adapter.name && model === candidate.model,
    );
  const others = ranked.filter(one => !wrote(one));
  if (others.length === 0) return [...ranked];
  return [...others, ...ranked.filter(wrote).map(one => ({ ...one, resting: WROTE_IT }))];
}

const WROTE_IT = 'It wrote what is reviewed.';

const ASKED_FOR = 'A person asked for another try since, so it is tried once more.';

const reasonFor = (skipped: readonly Skipped[]): string =>
  skipped.length === 0
    ? 'It is the first of the chain.'
    : 'It is the first of the chain that can work.';

/** Those without a credential are told of where there are no others. */
function named(skipped: readonly Skipped[]): readonly Skipped[] {
  const usable = skipped.filter(one => !lacksCredential(one));
  return usable.length > 0 ? usable : skipped;
}

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
