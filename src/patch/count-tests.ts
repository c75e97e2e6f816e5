/** Counts the cases of a test file by the forms of frameworks. */
import { languageOf } from './suite/syntax.ts';
import { withoutComments } from './suite/without-comments.ts';
import { CASES, TEST_CASE } from './test-forms.ts';

/** Where Gatehouse has a parser, lines that are comments are left out, which is enough here. @foreign */
export function countCases(path: string, text: string): number {
  if (languageOf(path) === null)
    return withoutComments(path, text)
      .split('\n')
      .reduce((sum, line) => sum + count(line, CASES), 0);
  const lines = text.split('\n').filter(line => !/^\s*(?:\/\/|\*|\/\*|#(?!\[))/.test(line));
  return count(lines.join('\n'), new RegExp(TEST_CASE, 'g'));
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
