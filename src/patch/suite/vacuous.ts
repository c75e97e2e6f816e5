/** Recognises assertions that can't fail. */
import type { TestUnit } from './suite.ts';

/** Whether an assertion has only values, the same on both sides, or an alternative that is true. */
export function isVacuous({ tokens, check }: TestUnit): boolean {
  if (check === 'fail' || check === null) return false;
  const text = tokens.join(' ');
  if (/(\|\||\bor) §(true|True|1)\b|§(true|True|1) (\|\||or)\b/.test(text)) return true;
  if (/(&&|\band) §(false|False|0)\b/.test(text)) return true;
  const inner = tokens.filter(token => !ASSERTION_WORDS.has(token));
  const names = inner.filter(token => /^[\p{L}_$]/u.test(token));
  if (names.length === 0 && check !== 'throws' && check !== 'snapshot') return true;
  return isSameTwice(tokens);
}

/** Tokens that are part of the assertion itself, not of what it checks. */
const ASSERTION_WORDS = new Set(
  'expect assert assert_eq assert_ne require self t toBe toEqual toStrictEqual toBeTruthy toBeDefined not to be true ok equal strictEqual deepEqual assertEqual assertTrue assertIs is eq Equal True debug_assert if'.split(
    ' ',
  ),
);

function isSameTwice(tokens: string[]): boolean {
  const [first = '', second] = tokens;
  if (first === 'expect' && second === '(' && tokens.at(-1) === ')')
    return isTwice(tokens.slice(2, -1), /^\) \. to(?:Be|Equal|StrictEqual) \($/, 4);
  if (first === 'if') return isTwice(tokens.slice(1), /^!=$/, 1);
  const open = tokens.indexOf('(');
  const call = tokens.slice(0, open).join(' ');
  if (open > 0 && tokens.at(-1) === ')' && CALLS.test(call)) {
    const given = tokens.slice(open + 1, -1);
    if (isTwice(given) || (given[0] === 't' && isTwice(given.slice(1)))) return true;
  }
  return first === 'assert' && isTwice(tokens.slice(1), /^(?:==|is)$/, 1);
}

/** Functions of assertions that compare what they are given. */
const CALLS = /^(?:self \. )?assert(?:_eq !|\w*)$|^(?:assert|require) \. \w+$/;

/** The same tokens before and after some in the middle; in the middle of two there is one place to look. */
function isTwice(tokens: string[], between: RegExp = /^$/, count = 0): boolean {
  const half = (tokens.length - count) / 2;
  if (half < 1 || !Number.isInteger(half)) return false;
  if (!between.test(tokens.slice(half, half + count).join(' '))) return false;
  return tokens.slice(0, half).every((token, at) => token === tokens[half + count + at]);
}
