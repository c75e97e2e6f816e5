/**
 * `npm run faults`: proves what must be true whichever component fails, by making it fail.
 *
 *   --crashes            only the crash points
 *   --rows               only the rows of the fault table
 *   --seeds N            walks at each crash point, by default 5
 *   --only PATTERN       only points and rows whose name matches this regular expression
 *   --walks PATTERN      only crash walks whose name matches it
 *   --queue postgres|redis          only this queue
 *   --database embedded|server      only this database
 *   --at-once N          walks at the same time, by default 2: with more, walks are late on two cores
 *   --minutes N          start no crash walk after this time, by default 120
 *   --json FILE          the figures for machines
 */
import { type Figure, report, valued } from '../figures/figures.ts';
import { readOptions } from '../figures/options.ts';
import { SETTINGS, type Setting } from './crash/backends.ts';
import { proveCrashes } from './crash/proof.ts';
import { WALKS } from './crash/walks.ts';
import { inTurn } from './in-turn.ts';
import { rows } from './rows/rows.ts';

/** The longest row waits for a minute until GitHub's limit is over. */
const ROW_S = 150;

const { values, number, oneOf, pattern, chosen } = readOptions(import.meta.filename, {
  crashes: { type: 'boolean', default: false },
  rows: { type: 'boolean', default: false },
  seeds: { type: 'string', default: '5' },
  only: { type: 'string', default: '' },
  walks: { type: 'string', default: '' },
  queue: { type: 'string' },
  database: { type: 'string' },
  'at-once': { type: 'string', default: '2' },
  minutes: { type: 'string', default: '120' },
  json: { type: 'string' },
});

const only = pattern('only');
const proves = { rows: values.rows || !values.crashes, crashes: values.crashes || !values.rows };
const someRows = rows.filter(({ name }) => only.test(name));
// Crash points are recorded, so which of them match is known later.
if (!proves.crashes)
  chosen(
    'only',
    someRows,
    rows.map(({ name }) => name),
  );
const someWalks = chosen(
  'walks',
  WALKS.filter(({ name }) => pattern('walks').test(name)),
  WALKS.map(({ name }) => name),
);
const began = Date.now();
const say = (line: string) => {
  const at = new Date(Date.now() - began).toISOString().slice(14, 19);
  process.stdout.write(`${at}  ${line}\n`);
};

/** Runs the rows, each in every selected setting. */
async function proveRows(chosen: Partial<Setting>, atOnce: number): Promise<Figure[]> {
  const settings = SETTINGS.filter(
    ({ queue, database }) =>
      queue === (chosen.queue ?? queue) && database === (chosen.database ?? database),
  );
  const all = someRows
    .flatMap(row => settings.map((setting, seed) => ({ row, setting: { ...setting, seed } })))
    .filter(({ row, setting }) => row.where?.(setting) ?? true);
  const measured = await Promise.all(
    inTurn(all, atOnce, async ({ row, setting }) => {
      const name = `${row.name}, queue on ${setting.queue} / ${setting.database} database`;
      const started = Date.now();
      const figures: Figure[] = [];
      const add = (figure: Figure) => void figures.push(figure);
      const fault = await row.run(setting, add).then(() => null, String);
      say(`${fault ? '✗' : '✓'} ${name}${fault ? `\n    ${fault}` : ''}`);
      const most = row.mostS ?? ROW_S;
      const figure = valued(name, (Date.now() - started) / 1000, 's', { most });
      return [...figures, { ...figure, ok: figure.ok && fault === null }];
    }),
  );
  return measured.flat();
}

try {
  const chosen = {
    queue: oneOf('queue', ['postgres', 'redis']),
    database: oneOf('database', ['embedded', 'server']),
  };
  const atOnce = number('at-once', 1);
  const figures: Figure[] = [];
  if (proves.rows) figures.push(...(await proveRows(chosen, atOnce)));
  if (proves.crashes)
    figures.push(
      ...(await proveCrashes(
        {
          ...chosen,
          seeds: number('seeds', 1),
          only,
          walks: someWalks,
          atOnce,
          minutes: number('minutes', 1),
        },
        say,
      )),
    );
  if (!(await report(figures, values.json))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`\nfaults: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
// A proof that failed may have left servers open, which would keep the process running.
process.exit();
