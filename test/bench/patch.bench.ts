/** Measures a patch of a thousand files at the accept gate: findings, facts and decision. */

import type { Change, TreeEntry } from '../../src/core/change.ts';
import { redact } from '../../src/core/redaction/redact.ts';
import { changeFacts } from '../../src/engine/facts/change.ts';
import { decide } from '../../src/policy/decide.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { change, entry } from '../patch/change.ts';
import { go } from '../patch/edits/go.ts';
import { javascript } from '../patch/edits/javascript.ts';
import { python } from '../patch/edits/python.ts';
import { rust } from '../patch/edits/rust.ts';
import { ACCEPT, starter } from '../policy/starter.ts';

export const name = 'patch';

const FILES = 1_000;
const ROUNDS = 5;
/** A large change, but below the limit at which it would be refused. */
const FEW = { added: 2, removed: 2 };

/** A change as in real repositories: mostly code, a fifth tests, some prose and settings. */
function patch(round: number): Change {
  return change(...Array.from({ length: FILES }, (_, at) => file(at, round)));
}

const TESTS = [javascript, python, go, rust];

function file(at: number, round: number): TreeEntry {
  const edits = TESTS[((at / 5) % TESTS.length) | 0];
  if (at % 5 === 0 && edits) {
    // All texts differ, so that nothing is cached.
    const before = edits.base.replaceAll('12 + 30', `${at} + ${round}`);
    const [, ...replacements] = edits.honest[at % edits.honest.length] ?? [''];
    const after = replacements.reduce((text, [from, to]) => text.replace(from, () => to), before);
    return entry(`packages/p${at}/${edits.path}`, { before, after, lines: FEW });
  }
  const before = Array.from(
    { length: 60 },
    (_, line) => `  const value${line} = compute(${at + round}, "line ${line}", options);`,
  ).join('\n');
  const after = before.replace('line 30', 'line thirty').replace('line 50', 'line fifty');
  const extension = ['ts', 'py', 'go', 'rs', 'md', 'yml'][at % 6];
  return entry(`packages/p${at}/src/file${at}.${extension}`, { before, after, lines: FEW });
}

export async function measure(): Promise<Figure[]> {
  const policies = starter();
  const took: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const given = patch(round);
    const start = performance.now();
    const { paths, context } = changeFacts(
      given,
      { proof: ['reproduced', 'tests', 'lint'], unpassed: [] },
      { redact },
    );
    const decision = decide(policies, {
      ...ACCEPT,
      context: { ...ACCEPT.context, ...context },
      paths,
    });
    const elapsed = performance.now() - start;
    if (decision.outcome !== 'allow')
      throw new Error(`the bench's patch is held: ${decision.reasons}`);
    // The first round is a warm-up.
    if (round > 0) took.push(elapsed);
  }
  const median = took.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.POSITIVE_INFINITY;
  return [valued('patch: 1,000 files through the accept gate', median, 'ms', { most: 500 })];
}
