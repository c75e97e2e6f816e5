/**
 * Fuzzes every parser of foreign text, guided by which code runs. A parser may refuse a text and never
 * throw, and takes no text for longer than a moment.
 *
 *   npm run fuzz -- [--seconds N] [--only NAME] [--seed N]
 *
 * `--seconds`: of processor time for each parser, 600 where nothing is said. What is found is printed
 * and becomes a test.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readOptions } from '../figures/options.ts';
import { PARSERS } from './parsers.ts';
import type { FuzzMessage } from './worker.ts';

const { values, number, chosen } = readOptions(import.meta.filename, {
  seconds: { type: 'string', default: '600' },
  only: { type: 'string', default: '' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000) },
});
const [seconds, seed] = [number('seconds', 1), number('seed', 0)];
const parsers = chosen(
  'only',
  PARSERS.filter(({ name }) => name.includes(values.only)),
  PARSERS.map(({ name }) => name),
);

/** A parser hangs that has so much of the processor's time without a word: four texts take milliseconds. */
const HANGS_S = 30;
const LOOK_MS = 1_000;
/** As much of a text as a person reads; a file has all of it. */
const SHOWN = 500;

process.stdout.write(`${seconds} s of processor time for each parser, seed ${seed}\n`);
let failures = 0;
for (const { name } of parsers) {
  const { done, problems } = await fuzz(name);
  failures += problems.length;
  const extent = done
    ? `${done.tried} texts, ${done.corpus} kept, ${done.blocks} blocks ran`
    : 'ended';
  process.stdout.write(`${problems.length === 0 ? '✓' : '✗'} ${name}: ${extent}\n`);
  for (const problem of problems) process.stdout.write(`    ${problem}\n`);
}
process.stdout.write(failures === 0 ? 'No crash and no hang.\n' : `${failures} problems.\n`);
process.exitCode = failures === 0 ? 0 : 1;

type Fuzzed = { done: Extract<FuzzMessage, { kind: 'done' }> | null; problems: string[] };

function fuzz(name: string): Promise<Fuzzed> {
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), {
    workerData: { name, seconds, seed },
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  return new Promise(resolve => {
    const problems: string[] = [];
    let trying: string[] = [];
    let heardAt = process.cpuUsage();
    // This thread does nothing meanwhile: the time of the process is the worker's, however busy the machine is.
    const looking = setInterval(() => {
      if (process.cpuUsage(heardAt).user > HANGS_S * 1_000_000) hang();
    }, LOOK_MS);
    function finish(done: Fuzzed['done']): void {
      clearInterval(looking);
      void worker.terminate();
      resolve({ done, problems });
    }
    function hang(): void {
      problems.push(`hangs on one of ${told(name, trying)}`);
      finish(null);
    }
    worker.on('message', (message: FuzzMessage) => {
      heardAt = process.cpuUsage();
      if (message.kind === 'trying') trying = message.texts;
      else if (message.kind === 'crash')
        problems.push(`throws on ${told(name, [message.text])}: ${message.error}`);
      else finish(message);
    });
    worker.on('error', error => {
      problems.push(`dies of ${error.message} on one of ${told(name, trying)}`);
      finish(null);
    });
  });
}

/** The texts as JSON; where they are long, their beginning, and the file that has all of them. */
function told(name: string, texts: string[]): string {
  const whole = JSON.stringify(texts);
  if (whole.length <= SHOWN) return whole;
  const file = join(
    mkdtempSync(join(tmpdir(), 'gatehouse-fuzz-')),
    `${name.replaceAll(/\W+/g, '-')}.json`,
  );
  writeFileSync(file, whole);
  return `${whole.slice(0, SHOWN)}… (all of it in ${file})`;
}
