/**
 * `npm run prove:work`: a backlog of 12 tasks with dependencies, four at a time, one remedied, one canceled;
 * Gatehouse is killed in the middle. All others are merged in an order that respects what needs what, and
 * nothing is there twice.
 *
 *   npm run prove:work -- [--seed N] [--times N] [--json FILE]
 */

import { backlogOf } from '../../demo/stories/backlog.ts';
import { openForStory } from '../../demo/stories/open.ts';
import { chapter, note } from '../../demo/timeline.ts';
import { report, valued } from '../../figures/figures.ts';
import { readOptions } from '../../figures/options.ts';
import { judge } from './judge.ts';

const TASKS = 12;

const { values, number } = readOptions(import.meta.filename, {
  seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  times: { type: 'string', default: '1' },
  json: { type: 'string' },
});
const [first, times] = [number('seed', 0), number('times', 1)];

let faulty = 0;
let slowestMs = 0;
let parallel = TASKS;
for (let seed = first; seed < first + times; seed++) {
  await chapter(`Seed ${seed}: --seed ${seed} plays the same again`);
  const story = backlogOf(seed, TASKS);
  const { environment, scenario, close } = await openForStory(story);
  const began = Date.now();
  try {
    const worked = await story.play({ environment, scenario, chapter });
    const ms = Date.now() - began;
    const { counts, faults } = await judge({ environment, scenario }, worked);
    note(
      `${JSON.stringify(counts)}, killed after ${worked.killedAfter}, ${(ms / 1000).toFixed(1)} s`,
    );
    for (const fault of faults) note(`wrong: ${fault}`);
    faulty += faults.length;
    slowestMs = Math.max(slowestMs, ms);
    parallel = Math.min(parallel, counts.atOnce);
  } finally {
    // The log proves every stream here, and GitHub's contract was kept.
    await close();
  }
}
const met = await report(
  [
    valued('backlogs worked', times, '', { least: 1 }),
    valued('the slowest', Math.round(slowestMs / 1000), 's', { most: 600 }),
    // Where one task follows another, the proof would prove little.
    valued('tasks at the same time, at most', parallel, '', { least: 4 }),
    valued('faults', faulty, '', { most: 0 }),
  ],
  values.json,
);
process.exit(met ? 0 : 1);
