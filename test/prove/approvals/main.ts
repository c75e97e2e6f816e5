/**
 * `npm run prove:approvals`: random sequences, each judged after every act by the implementation and
 * by a model written from the rules alone; they must agree on everything.
 *
 *   npm run prove:approvals -- [--seed N] [--sequences N] [--json FILE]
 */
import { parseArgs } from 'node:util';
import { report, valued } from '../../figures/figures.ts';
import { disagreement, shrink } from './compare.ts';
import { draw, random } from './world.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    sequences: { type: 'string', default: '10000' },
    json: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const sequences = Number(values.sequences);
if (!Number.isInteger(seed) || !Number.isInteger(sequences) || sequences < 1)
  throw new Error('--seed and --sequences take whole numbers');

console.log(`seed ${seed}: --seed ${seed} plays the same again`);
const next = random(seed);
let acts = 0;
let approved = 0;
let disagreements = 0;
for (let n = 0; n < sequences; n++) {
  const sequence = draw(next);
  acts += sequence.acts.length;
  const differs = await disagreement(sequence);
  if ('agreed' in differs) {
    approved += differs.agreed.some(({ outcome }) => outcome === 'approved') ? 1 : 0;
    continue;
  }
  disagreements += 1;
  if (disagreements > 3) continue;
  const least = await shrink(sequence);
  console.log(`\nsequence ${n} differs; the least that does:`);
  console.log(JSON.stringify(least, null, 1), JSON.stringify(await disagreement(least), null, 1));
}
const met = await report(
  [
    valued('sequences played', sequences, '', { least: 1 }),
    valued('acts judged', acts, '', { least: 1 }),
    // A proof in which nothing is ever approved would prove little.
    valued('sequences in which something was approved', approved, '', { least: sequences / 20 }),
    valued('disagreements', disagreements, '', { most: 0 }),
  ],
  values.json,
);
process.exitCode = met ? 0 : 1;
