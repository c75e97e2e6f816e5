/**
 * `npm run prove:approvals`: random sequences, each judged after every act by the implementation and
 * by a model written from the rules alone; they must agree on everything.
 *
 *   npm run prove:approvals -- [--seed N] [--sequences N] [--json FILE]
 */

import { type Figure, report, valued } from '../../figures/figures.ts';
import { readOptions } from '../../figures/options.ts';
import { PLAYERS } from './compare.ts';
import { random } from './world.ts';

const { values, number } = readOptions(import.meta.filename, {
  seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  sequences: { type: 'string', default: '10000' },
  json: { type: 'string' },
});
const [seed, sequences] = [number('seed', 0), number('sequences', 1)];

console.log(`seed ${seed}: --seed ${seed} plays the same again`);
const figures: Figure[] = [];
for (const [about, play] of Object.entries(PLAYERS)) {
  const next = random(seed);
  let acts = 0;
  let approved = 0;
  let disagreements = 0;
  for (let n = 0; n < sequences; n++) {
    const played = await play(next);
    acts += played.acts;
    approved += played.approved ? 1 : 0;
    if (played.disagreement === null) continue;
    disagreements += 1;
    if (disagreements > 3) continue;
    console.log(`\nsequence ${n} ${about} differs; the least that does:`);
    console.log(JSON.stringify(played.disagreement, null, 1));
  }
  figures.push(
    valued(`sequences ${about}`, sequences, '', { least: 1 }),
    valued(`acts ${about} that were judged`, acts, '', { least: 1 }),
    // A proof in which nothing is ever approved would prove little.
    valued(`sequences ${about} in which something was approved`, approved, '', {
      least: sequences / 20,
    }),
    valued(`disagreements ${about}`, disagreements, '', { most: 0 }),
  );
}
process.exitCode = (await report(figures, values.json)) ? 0 : 1;
