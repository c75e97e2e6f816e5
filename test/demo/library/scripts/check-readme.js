/** Runs every example of README.md: `expression // 'result'` must give that result. */
import { readFile } from 'node:fs/promises';
import * as sandglass from '../src/index.js';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const names = Object.keys(sandglass);
let examples = 0;
let wrong = 0;

for (const [index, line] of readme.split('\n').entries()) {
  const example = /^(.+?);\s*\/\/ (.+)$/.exec(line);
  if (example === null) continue;
  examples += 1;
  const [, code, said] = example;
  const evaluate = text => new Function(...names, `return (${text})`)(...Object.values(sandglass));
  const expected = evaluate(said);
  const actual = evaluate(code);
  if (actual === expected) continue;
  wrong += 1;
  console.error(`README.md:${index + 1}: ${code}`);
  console.error(`  README says ${JSON.stringify(expected)}, the code says ${JSON.stringify(actual)}`);
}

console.log(`${examples} examples, ${wrong} wrong`);
process.exitCode = examples > 0 && wrong === 0 ? 0 : 1;
