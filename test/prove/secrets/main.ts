/**
 * Proves that no secret gets where it could be read: each kind, in each encoding, is printed, said,
 * written and told as an error through the whole of Gatehouse, and looked for in every place.
 *
 *   npm run prove:secrets -- [--kinds N] [--json FILE]
 */

import { inTurn } from '../../faults/in-turn.ts';
import { report, valued } from '../../figures/figures.ts';
import { readOptions } from '../../figures/options.ts';
import { ENCODINGS } from './encodings.ts';
import { packsOf } from './forms.ts';
import { judge } from './judge.ts';
import { placesOf } from './places.ts';
import { walkAll } from './walks.ts';
import { openWorld } from './world.ts';

const { values, number } = readOptions(import.meta.filename, {
  kinds: { type: 'string', default: '1000' },
  json: { type: 'string' },
});

const asked = number('kinds', 1);
/** Fewer kinds are proved where fewer are asked for. */
const LEAST = { kinds: Math.min(12, asked), encodings: 8, places: 10 };

const world = await openWorld();
const kinds = world.kinds.slice(0, asked);
const packs = packsOf(kinds);
process.stdout.write(
  `${kinds.length} kinds of secrets, ${Object.keys(ENCODINGS).length} encodings, ${packs.length} packs\n`,
);
const walked = await Promise.all(
  inTurn(packs, 2, async pack => {
    const all = await walkAll(world, pack, packs.indexOf(pack) + 1);
    process.stdout.write(`${pack.name} has walked\n`);
    return all;
  }),
);
const watched = await world.processes.stop();
const places = await placesOf(world, walked.flat(), watched);
await world.close();
const judged = judge(
  packs.flatMap(({ forms }) => forms),
  places,
);
for (const line of judged.lines) process.stdout.write(`${line}\n`);
const met = await report(
  [
    valued('secrets: kinds', kinds.length, 'kinds', { least: LEAST.kinds }),
    valued('secrets: encodings', Object.keys(ENCODINGS).length, 'encodings', {
      least: LEAST.encodings,
    }),
    valued('secrets: places', places.length, 'places', { least: LEAST.places }),
    valued('secrets: processes of sandboxes', watched.sandboxed, 'processes', { least: 10 }),
    valued('secrets: cells reached', judged.reached, 'cells', {
      least: LEAST.kinds * LEAST.encodings * LEAST.places,
    }),
    valued('secrets: found', judged.found, 'cells', { most: 0 }),
  ],
  values.json,
);
process.exitCode = met ? 0 : 1;
