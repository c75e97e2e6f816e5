/** Where implementation and model differ, and the least that makes them differ. */
import { implementation } from './implementation.ts';
import { model } from './model.ts';
import type { Seen, Sequence } from './world.ts';

export type Compared =
  | { agreed: Seen[] }
  | { at: number; implementation: Seen | undefined; model: Seen };

export async function disagreement(sequence: Sequence): Promise<Compared> {
  const is = await implementation(sequence);
  const should = model(sequence);
  const at = should.findIndex(
    (seen, n) => JSON.stringify(seen) !== JSON.stringify(canonical(is[n])),
  );
  const differs = should[at];
  return differs ? { at, implementation: is[at], model: differs } : { agreed: should };
}

/** The model's order of the fields. */
const canonical = (seen: Seen | undefined): Seen | undefined =>
  seen && {
    outcome: seen.outcome,
    people: seen.people,
    against: seen.against,
    maintainers: seen.maintainers,
    team: seen.team,
    owners: seen.owners,
    used: seen.used,
  };

const differs = async (sequence: Sequence): Promise<boolean> =>
  'at' in (await disagreement(sequence));

/** Takes acts away, one by one, for as long as what is left still differs. */
export async function shrink(sequence: Sequence): Promise<Sequence> {
  let least = sequence;
  for (let again = true; again; ) {
    again = false;
    for (let n = least.acts.length - 1; n >= 0; n--) {
      const fewer = { ...least, acts: least.acts.filter((_, index) => index !== n) };
      if (fewer.acts.length > 0 && (await differs(fewer))) {
        least = fewer;
        again = true;
      }
    }
  }
  return least;
}
