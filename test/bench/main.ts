/**
 * `npm run bench` measures what Gatehouse costs, each figure beside its baseline of the same run.
 *
 *   --only PATTERN   only benchmarks whose name matches this regular expression
 *   --json FILE      write the figures
 *
 * Every `*.bench.ts` in this folder is a benchmark: it exports `name` and `measure()`, which returns
 * its figures.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Figure, report, table } from '../figures/figures.ts';
import { readOptions } from '../figures/options.ts';
import { machine } from './machine.ts';

type Bench = { name: string; measure(): Promise<Figure[]> };

const { values, pattern, chosen } = readOptions(import.meta.filename, {
  only: { type: 'string', default: '' },
  json: { type: 'string' },
});
const only = pattern('only', 'i');
const files = (await readdir(import.meta.dirname)).filter(file => file.endsWith('.bench.ts'));
const all: Bench[] = await Promise.all(
  files.sort().map(file => import(join(import.meta.dirname, file))),
);
const benches = chosen(
  'only',
  all.filter(({ name }) => only.test(name)),
  all.map(({ name }) => name),
);

const figures: Figure[] = [];
const broken: string[] = [];
process.stdout.write(`${await machine()}\n`);
for (const bench of benches) {
  const began = performance.now();
  process.stdout.write(`${bench.name} … `);
  try {
    const measured = await bench.measure();
    figures.push(...measured);
    // What was measured is there to be read also where a later one ends the process.
    process.stdout.write(
      `${((performance.now() - began) / 1000).toFixed(0)} s\n${table(measured)}\n\n`,
    );
  } catch (error) {
    broken.push(bench.name);
    process.stdout.write(`failed: ${error instanceof Error ? error.stack : error}\n`);
  }
}
const met = await report(figures, values.json);
for (const name of broken) process.stdout.write(`  not measured: ${name}\n`);
// A benchmark that failed may have left something open, which would keep the process running.
process.exit(met && broken.length === 0 ? 0 : 1);
