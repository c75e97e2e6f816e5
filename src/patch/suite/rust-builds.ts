/** What a file in Rust has other code for where tests are built, which the tests then test instead of the real one. */
import { lineCounter } from './line-counter.ts';
import type { SkipMark, TestCase } from './suite.ts';

const OTHER_CODE = 'is other code where tests are built';

/** Conditions on whether tests are built, but for `cfg(test)` itself, which tests need. */
const BUILT_OTHERWISE =
  /\bcfg!?\s?\(\s{0,9}(?:(?:all|any)\s?\(\s{0,9})?not\s?\(\s{0,9}test\b|\bcfg!\s?\(\s{0,9}(?:(?:all|any)\s?\(\s{0,9})?test\b/g;
const OTHER_PATH =
  /#\[path\s?=\s?"[^"\n]{1,200}"\]\s{1,20}(?:#\[[^\]\n]{0,200}\]\s{1,20}){0,3}mod \w*tests?\b/g;

const TEST_MODULE = /#\[cfg\(test\)\]\s{1,20}(?:pub )?mod \w{1,100}\s?\{/;
const ITEM =
  /^( {4}|\t)?(?:pub(?:\([^)\n]{1,50}\))? )?(?:const |async |unsafe ){0,3}(?:fn|struct|enum|const|static|trait|type) ([A-Za-z]\w{0,100})/gm;

/** Modules of tests in files of their own. Helpers are no tests. */
const MODULE_FILE =
  /#\[cfg\(test\)\]\s{1,20}(?:#\[[^\]\n]{0,200}\]\s{1,20}){0,3}(?:pub(?:\([^)\n]{1,50}\))? )?mod (\w*tests?);/g;

/** Whether it matters to tests although it has none. @foreign */
export const buildsOtherwise = (text: string): boolean => text.search(BUILT_OTHERWISE) >= 0;

/** @foreign */
export function otherBuilds(text: string): SkipMark[] {
  const lineAt = lineCounter(text);
  const mark = (at: number, found: string, what: string) => ({
    line: lineAt(at),
    text: found.replace(/\s+/g, ' '),
    what,
  });
  return [
    ...[...text.matchAll(BUILT_OTHERWISE)]
      .filter(({ index }) => !/^\s*\/\//.test(lineBefore(text, index)))
      .map(({ index, 0: found }) => mark(index, found, OTHER_CODE)),
    ...[...text.matchAll(OTHER_PATH)].map(({ index, 0: found }) =>
      mark(index, found, 'takes the tests from another file'),
    ),
    ...hiddenBy(text).map(({ at, name }) => mark(at, name, 'takes the place of what is tested')),
  ];
}

const lineBefore = (text: string, at: number): string =>
  text.slice(Math.max(text.lastIndexOf('\n', at) + 1, at - 200), at);

/** Items of a test module that hide those of the same name which `use super::*` brings in. */
function hiddenBy(text: string): { at: number; name: string }[] {
  const start = text.search(TEST_MODULE);
  if (start < 0 || !/\buse super::\*/.test(text.slice(start))) return [];
  const items = [...text.matchAll(ITEM)].map(({ index, 1: indent, 2: name = '' }) => ({
    at: index,
    isInner: indent !== undefined,
    name,
  }));
  const tested = new Set(
    items.filter(({ at, isInner }) => at < start && !isInner).map(({ name }) => name),
  );
  return items.filter(({ at, isInner, name }) => at > start && isInner && tested.has(name));
}

/** The modules of tests that a file takes from others. @foreign */
export function moduleFiles(text: string): TestCase[] {
  const lineAt = lineCounter(text);
  return [...text.matchAll(MODULE_FILE)].map(({ index, 1: name = '' }) => ({
    name: `mod ${name}`,
    line: lineAt(index),
    assertions: 0,
  }));
}
