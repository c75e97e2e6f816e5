/** What became of a run of an agent, and what follows from many of them: who is let alone, who comes first. */
import { amountInWords } from './budget.ts';
import type { FailureClass } from './task/events/run.ts';
import type { WorkRejection } from './task/work/rejection.ts';

export type RunRecord = {
  role: string;
  adapter: string;
  model: string | null;
  provider: string | null;
  repositoryId: number;
  outcome: 'success' | 'failure';
  class: FailureClass | null;
  /** Why its work did not stand though it ended well; null: it stands so far, or an earlier version did not look. */
  rejected: WorkRejection | null;
  /** Of input and output. */
  tokens: number;
  ms: number;
  /** How often people were asked while it ran; null: an earlier version did not count it. */
  asked: number | null;
  /** What policy denied to it, and how often people stepped in; null: as for `asked`. */
  denied: number | null;
  interventions: number | null;
  /** What its calls of models cost, in billionths of a US dollar; null: that is not known. */
  nanoUsd: number | null;
  /** ISO 8601. */
  endedAt: string;
};

/** What the agents of a chain are ordered by. */
export type RouteOrder = 'fixed' | 'success' | 'cost' | 'latency';

/** An agent as records name it. */
type AgentName = Pick<RunRecord, 'adapter' | 'model'>;

const isOf =
  ({ adapter, model }: AgentName) =>
  (record: AgentName): boolean =>
    record.adapter === adapter && record.model === model;

/** An agent ends well whatever its work is worth: a success is work that stood. */
const hasStood = ({ outcome, rejected }: RunRecord): boolean =>
  outcome === 'success' && rejected === null;

/** So many failures of its provider in a row let an agent alone, for so long after the last. */
const BREAKS_AFTER = 3;
export const BROKEN_MS = 300_000;

/** An agent that is let alone: why, for how long still, and since when: the end of its last run, in ISO 8601. */
export type Breaker = { why: string; minutes: number; since: string };

export const restInWords = ({ why, minutes }: Breaker): string =>
  `${why}, so it is let alone for ${minutes} min.`;

/**
 * Whether an agent is let alone for now; `null`: it is not. `latest`: the records of all roles and
 * repositories, newest first. After the pause one run tries it again.
 */
export function breakerOf(
  agent: AgentName,
  latest: readonly RunRecord[],
  now: Date,
  isProviders: (failure: FailureClass | null) => boolean,
): Breaker | null {
  const last = latest.filter(isOf(agent)).slice(0, BREAKS_AFTER);
  const [newest] = last;
  if (!newest || last.length < BREAKS_AFTER) return null;
  if (!last.every(record => record.outcome === 'failure' && isProviders(record.class))) return null;
  const since = now.getTime() - Date.parse(newest.endedAt);
  if (since >= BROKEN_MS) return null;
  return {
    why: `Its last ${BREAKS_AFTER} runs failed because of its provider`,
    minutes: Math.ceil((BROKEN_MS - since) / 60_000),
    since: newest.endedAt,
  };
}

/** Fewer runs say nothing. */
const LEAST_RUNS = 5;
const UNKNOWN = `It has fewer than ${LEAST_RUNS} runs in this role, so its place in the chain counts.`;
const NEVER_STOOD = Number.POSITIVE_INFINITY;

type Ranking<A> = { agent: A; score: number; because: string };

/**
 * The agents of a chain by their record: in this repository where that is long enough, else anywhere.
 * Those without a record come after those that have one, and before those whose work has never stood; all else
 * is in the chain's order.
 */
export function ordered<A extends AgentName>(
  agents: readonly A[],
  records: readonly RunRecord[],
  { order, repositoryId }: { order: RouteOrder; repositoryId: number },
): { agent: A; because: string | null }[] {
  if (order === 'fixed') return agents.map(agent => ({ agent, because: null }));
  const counted = agents.map(agent => {
    const all = records.filter(isOf(agent));
    const here = all.filter(record => record.repositoryId === repositoryId);
    const used = here.length >= LEAST_RUNS ? here : all;
    const where = used === here ? 'in this repository' : 'in all repositories';
    return { agent, where, used: used.length >= LEAST_RUNS ? used : [] };
  });
  // Money is compared where all prices are known, and else tokens are.
  const isPriced = counted.every(({ used }) => used.every(({ nanoUsd }) => nanoUsd !== null));
  const known: Ranking<A>[] = [];
  const unknown: A[] = [];
  for (const { agent, where, used } of counted) {
    if (used.length === 0) unknown.push(agent);
    else {
      const { score, because } = scoreOf(used, order, isPriced);
      known.push({ agent, score, because: `By its record ${where}: ${because}.` });
    }
  }
  known.sort((a, b) => a.score - b.score);
  return [
    ...known.filter(({ score }) => score < NEVER_STOOD),
    ...unknown.map(agent => ({ agent, because: UNKNOWN })),
    ...known.filter(({ score }) => score === NEVER_STOOD),
  ];
}

/** The lower the better. */
function scoreOf(
  records: readonly RunRecord[],
  order: Exclude<RouteOrder, 'fixed'>,
  isPriced: boolean,
): { score: number; because: string } {
  const good = records.filter(hasStood);
  const rate = `the work of ${good.length} of ${records.length} runs stood`;
  if (good.length === 0) return { score: NEVER_STOOD, because: rate };
  switch (order) {
    case 'success':
      return { score: -(good.length + 1) / (records.length + 2), because: rate };
    case 'cost': {
      // What did not stand was paid as well.
      const spent = records.map(({ nanoUsd, tokens }) => (isPriced ? (nanoUsd ?? 0) : tokens));
      const each = Math.round(spent.reduce((sum, one) => sum + one, 0) / good.length);
      const words = amountInWords(isPriced ? 'nanoUsd' : 'tokens', each);
      return { score: each, because: `${words} for each success; ${rate}` };
    }
    case 'latency': {
      const middle = good.map(({ ms }) => ms).sort((a, b) => a - b)[good.length >> 1] ?? 0;
      return {
        score: middle,
        because: `half of the runs whose work stood took ${Math.round(middle / 1000)} s`,
      };
    }
  }
}
