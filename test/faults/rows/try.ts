// TEMPORARY
import { rows } from './rows.ts';

const [match = '.', only = 'all'] = process.argv.slice(2);
const all = [
  ['postgres', 'embedded'],
  ['redis', 'server'],
  ['postgres', 'server'],
  ['redis', 'embedded'],
] as const;
let bad = 0;
for (const [queue, database] of only === 'all' ? all : all.slice(Number(only), Number(only) + 1))
  for (const row of rows.filter(r => new RegExp(match).test(r.name))) {
    const began = Date.now();
    try {
      await row.run({ queue, database, seed: 1 });
      console.log('ok  ', queue, database, row.name, Date.now() - began);
    } catch (error) {
      bad += 1;
      console.log(
        'MISS',
        queue,
        database,
        row.name,
        Date.now() - began,
        '\n',
        (error as Error).message,
      );
    }
  }
process.exit(bad ? 1 : 0);
