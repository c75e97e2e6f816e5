/**
 * Proves that the patch gate and the policies recognise every spelling of a protected path.
 *
 *   npm run prove:paths -- [--json FILE] [--seed N]
 */

import { report, valued } from '../../figures/figures.ts';
import { readOptions } from '../../figures/options.ts';
import { entry } from '../../patch/change.ts';
import { ask } from './ask.ts';
import { type PathCase, PLAIN, pathCases } from './cases.ts';
import { seeded } from './seeded.ts';

const { values, number } = readOptions(import.meta.filename, {
  json: { type: 'string' },
  seed: { type: 'string', default: '1' },
});
const seed = number('seed', 0);
process.stdout.write(`Spellings of protected paths, seed ${seed}\n`);

/** These are refused even with an approval. Of the others, what runs on a push waits before the push. */
const REFUSED = new Set(['git-path', 'unsafe-path', 'symlink', 'submodule']);

function missOf({ entry, kind }: PathCase): string | null {
  const { findings, accept, push, merge, approved } = ask(entry);
  if (findings.some(found => REFUSED.has(found)))
    return accept === 'deny' && approved === 'deny'
      ? null
      : `${findings}: ${accept}, then ${approved}`;
  // A name that some system reads as another is asked about by itself, whatever it stands for.
  if (!findings.includes(kind) && !findings.includes('odd-path'))
    return `${kind} is not found, only ${findings.join(', ') || 'nothing'}`;
  if (kind === 'runs-on-push' && push !== 'require_approval') return `push: ${push}`;
  return merge === 'require_approval' && approved === 'allow'
    ? null
    : `merge: ${merge}, then ${approved}`;
}

const cases = pathCases(seeded(seed));
const spellings = new Set(cases.map(each => each.entry.path)).size;
const misses = cases.flatMap(each => {
  const miss = missOf(each);
  return miss === null ? [] : [`${each.name} (${JSON.stringify(each.entry.path)}): ${miss}`];
});
const wronged = PLAIN.flatMap(path => {
  const { findings, accept, push, merge } = ask(entry(path, { before: 'a', after: 'b' }));
  return [accept, push, merge].every(outcome => outcome === 'allow')
    ? []
    : [`${path}: ${findings}`];
});
for (const miss of [...misses, ...wronged]) process.stdout.write(`  miss: ${miss}\n`);

const met = await report(
  [
    valued('paths: different spellings tried', spellings, 'spellings', { least: 200 }),
    valued('paths: changes judged', cases.length, 'changes', { least: 200 }),
    valued('paths: misses', misses.length, 'misses', { most: 0 }),
    valued('paths: plain paths held wrongly', wronged.length, 'paths', { most: 0 }),
  ],
  values.json,
);
process.exitCode = met ? 0 : 1;
