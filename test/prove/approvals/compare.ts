/** Where implementation and model differ, and the least that makes them differ. */
import { isDeepStrictEqual } from 'node:util';
import { besideImplementation } from './beside-implementation.ts';
import { besideModel } from './beside-model.ts';
import { drawBeside } from './beside-world.ts';
import { implementation } from './implementation.ts';
import { model } from './model.ts';
import { draw } from './world.ts';

/** Something that can happen in many ways, told to both. */
type World<Sequence, Seen> = {
  draw(next: () => number): Sequence;
  implementation(sequence: Sequence): Promise<Seen[]>;
  model(sequence: Sequence): Seen[];
  /** Whether anything was approved after this act. */
  approved(seen: Seen): boolean;
};

type Played = { acts: number; approved: boolean; disagreement: Disagreement | null };
/** `sequence`: the least that still differs, from which act on, and what each comes to there. */
type Disagreement = { sequence: object; at: number; implementation: unknown; model: unknown };

/** Draws one sequence and plays it. */
export type Play = (next: () => number) => Promise<Played>;

const playerOf =
  <Act, Sequence extends { acts: Act[] }, Seen>(world: World<Sequence, Seen>): Play =>
  async next => {
    const sequence = world.draw(next);
    const seen = world.model(sequence);
    const differs = await disagreement(world, sequence);
    return {
      acts: sequence.acts.length,
      approved: seen.some(world.approved),
      disagreement: differs && (await shrink(world, sequence)),
    };
  };

/** By what they are about. */
export const PLAYERS: Readonly<Record<string, Play>> = {
  'of a pull request': playerOf({
    draw,
    implementation,
    model,
    approved: ({ outcome }) => outcome === 'approved',
  }),
  'of runs and a plan that wait at once': playerOf({
    draw: drawBeside,
    implementation: besideImplementation,
    model: besideModel,
    approved: ({ topics }) => Object.values(topics).some(one => /^(granted|used)/.test(one)),
  }),
};

async function disagreement<Sequence extends object, Seen>(
  world: World<Sequence, Seen>,
  sequence: Sequence,
): Promise<Disagreement | null> {
  const is = await world.implementation(sequence);
  const should = world.model(sequence);
  const at = should.findIndex((seen, n) => !isDeepStrictEqual(seen, is[n]));
  return at < 0 ? null : { sequence, at, implementation: is[at], model: should[at] };
}

/** Takes acts away, one by one, for as long as what is left still differs. */
async function shrink<Act, Sequence extends { acts: Act[] }, Seen>(
  world: World<Sequence, Seen>,
  sequence: Sequence,
): Promise<Disagreement | null> {
  let least = sequence;
  let found = await disagreement(world, least);
  for (let again = true; again; ) {
    again = false;
    for (let n = least.acts.length - 1; n >= 0; n--) {
      const fewer = { ...least, acts: least.acts.filter((_, index) => index !== n) };
      const differs = fewer.acts.length > 0 ? await disagreement(world, fewer) : null;
      if (differs === null) continue;
      least = fewer;
      found = differs;
      again = true;
    }
  }
  return found;
}
