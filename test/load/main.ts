/**
 * `npm run prove:load`: what a team of 50 with 40 repositories costs, simulated.
 *
 *   npm run prove:load                        both queues
 *   npm run prove:load -- --backend redis     one
 *   npm run prove:load -- --factor 60         GitHub's hour takes a minute, for both sides
 *   npm run prove:load -- --tasks 40          fewer tasks, in as much less time
 *   npm run prove:load -- --json FILE         the figures for machines
 */

import { type Figure, report } from '../figures/figures.ts';
import { readOptions } from '../figures/options.ts';
import { prove } from './proof.ts';

const BACKENDS = ['postgres', 'redis'] as const;

const { values, number, oneOf } = readOptions(import.meta.filename, {
  json: { type: 'string' },
  backend: { type: 'string' },
  factor: { type: 'string', default: '90' },
  tasks: { type: 'string', default: '200' },
});
const only = oneOf('backend', BACKENDS);
const backends = only ? [only] : BACKENDS;
const factor = number('factor', 1, { whole: false });
const tasks = number('tasks', 2);

const figures: Figure[] = [];
for (const backend of backends) {
  const began = performance.now();
  const say = (line: string) =>
    console.log(`${backend} ${((performance.now() - began) / 1_000).toFixed(0)} s: ${line}`);
  figures.push(...(await prove({ backend, factor, repositories: 40, people: 50, tasks }, say)));
}
process.exitCode = (await report(figures, values.json)) ? 0 : 1;
