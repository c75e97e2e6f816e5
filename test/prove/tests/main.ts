/**
 * `npm run prove:tests`: seeds the faults of `faults.ts` into a copy of this checkout, one at a time,
 * and expects that the named tests turn red; before, all of them must be green.
 *
 *   --only TEXT     the faults whose file contains it
 *   --json FILE     write a summary
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readOptions } from '../../figures/options.ts';
import { FAULTS, type Fault } from './faults.ts';
import { outdatedIn } from './outdated.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** What is too large to copy, and is only read. */
const LINKED = ['node_modules', '.gatehouse'];

const { values, chosen } = readOptions(import.meta.filename, {
  only: { type: 'string', default: '' },
  json: { type: 'string' },
});
const faults = chosen(
  'only',
  FAULTS.filter(({ file }) => file.includes(values.only)),
  [...new Set(FAULTS.map(({ file }) => file))],
);

const copy = await mkdtemp(join(tmpdir(), 'gatehouse-prove-tests-'));
process.once('SIGINT', () => process.exit(130));
try {
  const left = new Set([...LINKED, '.git']);
  for (const name of await readdir(ROOT))
    if (!left.has(name)) await cp(join(ROOT, name), join(copy, name), { recursive: true });
  for (const name of LINKED) await symlink(join(ROOT, name), join(copy, name));
  const { seeded, outdated } = await place();
  for (const line of outdated) console.log(`✗ ${line}`);
  const before = seeded.length > 0 ? await red(seeded) : [];
  for (const line of before) console.log(`✗ ${line}`);
  const found: { fault: Fault; failed: number }[] = [];
  if (before.length === 0)
    for (const fault of seeded) {
      const failed = await seed(fault);
      found.push({ fault, failed });
      console.log(
        `${failed > 0 ? '✓' : '✗'} ${fault.file}: ${fault.text} → ${fault.instead || '(nothing)'} (${failed} failed)`,
      );
    }
  const caught = found.filter(({ failed }) => failed > 0).length;
  console.log(`${caught} of ${faults.length} seeded faults were caught`);
  if (values.json) await writeFile(values.json, JSON.stringify({ caught, faults: found }, null, 2));
  process.exitCode = caught === faults.length && caught > 0 ? 0 : 1;
} finally {
  await rm(copy, { recursive: true, force: true });
}

/** The faults that can be seeded, and what the table says of the others that is no longer true. */
async function place(): Promise<{ seeded: Fault[]; outdated: string[] }> {
  const seeded: Fault[] = [];
  const outdated: string[] = [];
  for (const fault of faults) {
    const wrong = await outdatedIn(copy, fault);
    outdated.push(...wrong.map(what => `test/prove/tests/faults.ts: ${fault.file}: ${what}`));
    if (wrong.length === 0) seeded.push(fault);
  }
  return { seeded, outdated };
}

/** Without a fault all tests that are to catch one pass. */
async function red(seeded: readonly Fault[]): Promise<string[]> {
  const tests = [...new Set(seeded.flatMap(({ tests }) => tests))];
  const { failed, passed, names } = await run(tests);
  if (failed === 0 && passed > 0) return [];
  return [`without a fault ${failed} of the tests fail: ${names.join('; ')}`];
}

async function seed({ file, text, instead, tests }: Fault): Promise<number> {
  const path = join(copy, file);
  const source = await readFile(path, 'utf8');
  await writeFile(
    path,
    source.replace(text, () => instead),
  );
  const { failed } = await run([...tests, '--bail=1']);
  await writeFile(path, source);
  return failed;
}

type Ran = { passed: number; failed: number; names: string[] };
type Report = {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { assertionResults: { status: string; fullName: string }[] }[];
};

/** Cases alone count: a file that does not even load has caught nothing. */
async function run(args: string[]): Promise<Ran> {
  const file = join(copy, 'report.json');
  await rm(file, { force: true });
  const reporters = ['--reporter=json', `--outputFile=${file}`];
  const child = spawn(process.execPath, ['test/main.ts', ...args, ...reporters], { cwd: copy });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', chunk => {
      said += chunk;
    });
  await new Promise(done => child.once('close', done));
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new Error(`the tests did not run: ${said}`);
  const report: Report = JSON.parse(text);
  const cases = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const names = cases.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  return { passed: report.numPassedTests, failed: report.numFailedTests, names };
}
