/** Finds tests in Python that a later line of the same block hides: of two that are called alike only the last one is run. */
import type { SkipMark } from './suite.ts';

type Block = { indentation: number; names: Set<string> };

const NAMED =
  /^\s*(?:(?:async\s+)?def\s+(test\w*)|class\s+(Test\w*)|((?:test|Test)\w*)\s*(?::[^=\n]{0,100})?=(?!=)|del\s+((?:test|Test)\w*)\s*$)/;

/** @foreign */
export function hiddenTests(text: string): SkipMark[] {
  const found: SkipMark[] = [];
  const blocks: Block[] = [{ indentation: 0, names: new Set() }];
  for (const [at, line] of text.split('\n').entries()) {
    const indentation = line.search(/[^\s]/);
    if (indentation < 0 || line[indentation] === '#') continue;
    while ((blocks.at(-1)?.indentation ?? 0) > indentation) blocks.pop();
    if ((blocks.at(-1)?.indentation ?? 0) < indentation)
      blocks.push({ indentation, names: new Set() });
    const names = blocks.at(-1)?.names ?? new Set<string>();
    const [, defined, group, assigned, deleted] = NAMED.exec(line.slice(0, 300)) ?? [];
    const name = defined ?? group ?? assigned ?? deleted;
    if (name === undefined) continue;
    if (names.has(name))
      found.push({
        line: at + 1,
        text: line.trim().slice(0, 200),
        what: 'hides the test of that name',
      });
    if (defined ?? group) names.add(name);
  }
  return found;
}
