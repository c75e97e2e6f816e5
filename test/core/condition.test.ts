import { describe, expect, it } from 'vitest';
import { parseCondition } from '../../src/core/condition/condition.ts';
import { type FieldValue, holds } from '../../src/core/condition/holds.ts';
import { touchedBy } from '../../src/core/condition/touched.ts';

const FIELDS: Record<string, Record<string, FieldValue>> = {
  review: { blocking: 2, verdict: 'changes', clean: false },
  'unit-tests': { outcome: 'failure' },
};
const facts = {
  labels: ['Bug', 'area: docs'],
  touched: { docs: 'all', src: 'some', lib: 'none' } as const,
  field: (step: string, field: string) => FIELDS[step]?.[field] ?? null,
};

const judged = (text: string): boolean => {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return holds(parsed.condition, facts);
};

describe('a condition holds or not', () => {
  it.each<[string, boolean]>([
    ['steps.review.blocking > 0', true],
    ['steps.review.blocking > 1.5', true],
    ['steps.review.blocking >= 3', false],
    ['steps.review.blocking < -1', false],
    ['steps.review.blocking <= 2', true],
    ['steps.review.blocking', true],
    ['steps.review.clean', false],
    ['steps.review.clean == false', true],
    ["steps.review.verdict == 'changes'", true],
    ['steps.review.verdict != "changes"', false],
    ['steps.unit-tests.outcome == "failure"', true],
    // What nobody handed over is unlike every value.
    ['steps.review.nothing == 0', false],
    ['steps.review.nothing != 0', true],
    ['steps.review.verdict > 0', false],
    ['labels has "bug"', true],
    ['labels has "area: docs"', true],
    ['labels has "security"', false],
    ['touches("docs")', true],
    ['touches("src")', true],
    ['touches_only("src")', false],
    ['touches_only("docs")', true],
    ['touches("lib")', false],
    ['not touches("lib")', true],
    ['not not touches("lib")', false],
    // `and` before `or`, and parentheses before both.
    ['touches("docs") or touches("lib") and touches("lib")', true],
    ['(touches("docs") or touches("lib")) and touches("lib")', false],
    ['  touches( "docs" )\n  and labels has "bug"  ', true],
  ])('%s: %s', (text, expected) => expect(judged(text)).toBe(expected));
});

describe('a condition that can not be read says why', () => {
  it.each<[string, RegExp]>([
    ['', /ends where a condition is expected/],
    ['   ', /ends where a condition is expected/],
    ['touches("docs") and', /ends where a condition is expected/],
    ['(touches("docs")', /a "\)" is missing/],
    ['touches("docs") touches("src")', /"touches" stands where "and", "or" or the end/],
    ['steps.review.blocking && labels has "bug"', /"&" means nothing here: write "and"/],
    ['steps.review.blocking = 2', /"=" means nothing here: write "=="/],
    ['steps.review.verdict == changes', /followed by a text in quotes, a number, true or false/],
    ['steps.review.verdict > "a"', /compares numbers/],
    ['steps.review', /"steps.review" is not known: a condition names steps\.<id>\.<field>/],
    ['steps.review.a.b', /is not known/],
    ['process.exit(1)', /"process.exit" is not known/],
    ['"bug"', /stands where a name is expected/],
    ['labels == "bug"', /write labels as `labels has "name"`/],
    ['labels has bug', /followed by a text in quotes/],
    ['touches("docs', /the text that begins with " has no end/],
    ['touches docs', /write touches as `touches\("path"\)`/],
    ['touches("")', /takes a path in the repository/],
    ['touches("../etc")', /takes a path in the repository/],
    ['touches("/etc")', /takes a path in the repository/],
    [`touches("${'a'.repeat(101)}")`, /at most 100 characters/],
    ['`id`', /"`" means nothing here/],
    ['('.repeat(301), /more than 300 characters/],
    ['('.repeat(300), /ends where a condition is expected/],
    ['not '.repeat(74), /ends where a condition is expected/],
  ])('%s', (text, problem) => {
    const parsed = parseCondition(text);
    expect(parsed).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });
});

describe('paths of a condition', () => {
  it.each<[string, string[], 'none' | 'some' | 'all']>([
    ['docs', ['docs/a.md', 'docs/b/c.md'], 'all'],
    ['docs/', ['docs/a.md', 'src/a.ts'], 'some'],
    ['docs', ['documents/a.md', 'src/docs/a.md'], 'none'],
    ['./docs', ['docs/a.md'], 'all'],
    ['README.md', ['README.md'], 'all'],
    ['*.md', ['README.md', 'docs/a.md'], 'some'],
    ['**/*.md', ['README.md', 'docs/b/a.md'], 'all'],
    ['packages/*/src', ['packages/a/src/x.ts', 'packages/a/b/src/x.ts'], 'some'],
    ['packages/**/src', ['packages/a/b/src/x.ts', 'packages/src/x.ts'], 'all'],
    ['a*b*c', ['axbxc', 'abcabc'], 'all'],
    ['a*b*c', ['axbx'], 'none'],
    ['**', ['anything/at/all'], 'all'],
    ['docs', [], 'none'],
  ])('%s of %j: %s', (pattern, paths, expected) =>
    expect(touchedBy(paths, [pattern])).toEqual({ [pattern]: expected }),
  );

  it('takes no time of note for a path that is nearly one', () => {
    const name = `${'a'.repeat(4_000)}`;
    expect(touchedBy(Array(1_000).fill(name), [`${'*a'.repeat(40)}b`])).toEqual({
      [`${'*a'.repeat(40)}b`]: 'none',
    });
  });
});
