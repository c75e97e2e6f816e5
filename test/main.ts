/**
 * `npm test`: types and style first, then every test; the last line counts both.
 *
 *   npm test                     everything
 *   npm test -- test/core -t x   Vitest's own filters and flags; without the checks
 *   npm test -- --dear           also prints the ten files that cost most processor time
 *   npm run test:agents          the suite with the real agent CLIs
 */
import { execFileSync, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Reporter } from 'vitest/node';
import { parseCLI, startVitest } from 'vitest/node';

const root = resolve(import.meta.dirname, '..');
process.chdir(root);

const args = process.argv.slice(2);
const agents = args.includes('--agents');
const dear = args.includes('--dear');
const given = args.filter(arg => arg !== '--agents' && arg !== '--dear');
const costs: [seconds: number, file: string][] = [];
const count = { passed: 0, failed: 0, skipped: 0 };
const secondTries: string[] = [];

/** One of the fast checks; what it prints is shown only where it fails. */
async function check(name: string, command: string, parameters: string[]): Promise<void> {
  const began = performance.now();
  const child = spawn(resolve(root, 'node_modules/.bin', command), parameters);
  const said: Buffer[] = [];
  child.stdout.on('data', chunk => said.push(chunk));
  child.stderr.on('data', chunk => said.push(chunk));
  const code = await new Promise(done => child.on('close', done));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  count[code === 0 ? 'passed' : 'failed'] += 1;
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (code !== 0) process.stdout.write(Buffer.concat(said));
}

/** A module that fails to load has no tests to count, so it counts as one; so does a stray error. */
const tally: Reporter = {
  onTestRunEnd(modules, unhandled) {
    count.failed += unhandled.length;
    for (const module of modules) {
      const { processorTime } = module.meta();
      if (processorTime !== undefined) costs.push([processorTime, module.relativeModuleId]);
      count.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        count[outcome(test.result().state)] += 1;
        const [first] = test.result().errors ?? [];
        if (first && test.diagnostic()?.flaky)
          secondTries.push(`${module.relativeModuleId}: ${test.fullName}: ${first.message}`);
      }
    }
  },
};

function outcome(state: string): keyof typeof count {
  return state === 'passed' || state === 'skipped' ? state : 'failed';
}

if (given.length === 0 && !agents) {
  await Promise.all([
    // One checker each: several would work out the same types, and there are other checks beside.
    check('types (tsc)', 'tsc', ['--noEmit', '--checkers', '1']),
    check('types of the console (tsc)', 'tsc', [
      ...['--noEmit', '--checkers', '1'],
      ...['--project', 'src/console'],
    ]),
    check('style (biome)', 'biome', ['check', '.']),
  ]);
}

// Each Gatehouse that a test starts would ask npm for it.
process.env.npm_config_registry ||= execFileSync('npm', ['config', 'get', 'registry'], {
  encoding: 'utf8',
}).trim();

const { filter, options } = parseCLI(['vitest', 'run', ...given]);
const { reporter, ...rest } = options;
const suite = agents ? { include: ['test/agents/**/*.agents.ts'] } : {};
const measured = dear ? { setupFiles: [resolve(import.meta.dirname, 'processor-time.ts')] } : {};
const vitest = await startVitest('test', filter, {
  ...rest,
  ...suite,
  ...measured,
  // Among ten thousand tests, one that the machine was too busy for is tried once more, and named below.
  retry: filter.length === 0 ? 1 : 0,
  watch: false,
  reporters: [...(reporter ?? ['default']), tally],
});
await vitest.close();

if (dear) {
  console.log('processor time, the dearest files:');
  for (const [seconds, file] of costs.sort(([a], [b]) => b - a).slice(0, 10))
    console.log(`${seconds.toFixed(1).padStart(6)} s  ${file}`);
}
for (const test of secondTries) console.log(`passed at the second try only: ${test}`);
if (count.skipped > 0) console.log(`${count.skipped} skipped`);
if (count.passed + count.failed === 0) console.log('no test matched');
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.passed > 0 && count.failed === 0 ? 0 : 1;
