/**
 * Which level of trust an agent has earned in a role by its record. It is a proposal: whoever maintains
 * the role or the repository changes the level, and nothing else does.
 */
import type { Profile } from './profile.ts';

/** `because`: in one sentence. */
export type TrustProposal = { from: Profile['trust']; to: Profile['trust']; because: string };

/** What became of the runs of one role by one agent. */
type Counted = {
  runs: number;
  /** Runs whose work stood. */
  succeeded: number;
  /** What policy denied to them. */
  denied: number;
  /** How often people had to step in. */
  interventions: number;
};

/** A higher level is proposed by so many runs, of which such a part stood and in which people stepped in so rarely. */
const LEAST_RUNS = 20;
const MOST_STAND = 0.9;
const RARELY = 0.1;

/** With less of its work standing, a lower level is proposed, by so many runs. */
const HALF = 0.5;
const FEW_RUNS = 5;

/** `trust`: what its profile grants to it. */
export function proposeTrust(
  { trust: from, readOnly }: Pick<Profile, 'trust' | 'readOnly'>,
  { runs, succeeded, denied, interventions }: Counted,
): TrustProposal {
  const stood = `The work of ${succeeded} of ${inRuns(runs)} stood`;
  const stays = (because: string): TrustProposal => ({ from, to: from, because });
  if (denied > 0)
    return lower(
      from,
      `Policy denied ${denied === 1 ? 'something' : `${denied} things`} to it in ${inRuns(runs)}`,
    );
  if (runs >= FEW_RUNS && succeeded / runs < HALF)
    return lower(from, `${stood}, which is less than half`);
  if (readOnly) return stays('A role whose changes are dropped needs no higher level.');
  if (from === 'T3') return stays(`${stood}, policy denied nothing, and T3 is the highest level.`);
  if (runs < LEAST_RUNS)
    return stays(`A higher level takes ${LEAST_RUNS} runs, and it has ${runs}.`);
  if (succeeded / runs < MOST_STAND) return stays(`${stood}, and a higher level takes 9 of 10.`);
  if (interventions / runs > RARELY)
    return stays(
      `People stepped in ${interventions} times in ${inRuns(runs)}, and a higher level takes at most 1 of 10.`,
    );
  return {
    from,
    to: NEXT[from],
    because: `${stood}, policy denied nothing, and ${steppedIn(interventions)}.`,
  };
}

const NEXT = { T0: 'T1', T1: 'T2', T2: 'T3', T3: 'T3' } as const;
const BELOW = { T0: 'T0', T1: 'T0', T2: 'T1', T3: 'T2' } as const;

const lower = (from: Profile['trust'], why: string): TrustProposal => ({
  from,
  to: BELOW[from],
  because: from === 'T0' ? `${why}, and T0 is the lowest level.` : `${why}.`,
});

const steppedIn = (times: number): string =>
  times === 0
    ? 'nobody had to step in'
    : `people stepped in ${times === 1 ? 'once' : `${times} times`}`;

const inRuns = (runs: number): string => (runs === 1 ? '1 run' : `${runs} runs`);
