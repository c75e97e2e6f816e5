/** What the matchers of JavaScript's libraries check: vitest, jest, chai, sinon, node:assert, ava. */
import { negated } from './checks.ts';
import type { NodeText } from './dialect.ts';
import type { SyntaxNode } from './syntax.ts';

/** Whether a condition has to be true or false; `null` where the matcher asks for another value. */
export function truthOf(matcher: string[], args: SyntaxNode[], source: NodeText): boolean | null {
  const not = matcher.filter(word => word === 'not').length % 2 === 1;
  const name = matcher.filter(word => word !== 'not').join('.');
  const given = /^(?:toBe|toEqual|toStrictEqual|equals?|eql)$/.test(name)
    ? source.of(args[0])
    : (TRUTHS.get(name) ?? '');
  return /^(?:true|false)$/.test(given) ? (given === 'true') !== not : null;
}

const TRUTHS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    true: 'true',
    ok: 'true',
    toBeTruthy: 'true',
    false: 'false',
    toBeFalsy: 'false',
  }),
);

/** The check of a condition, by the matcher that asks for the same. */
export function conditionCheck(node: SyntaxNode, source: NodeText): string {
  const [first, second] = node.children;
  const operator = source.of(second);
  switch (node.name) {
    case 'ParenthesizedExpression':
      return second ? conditionCheck(second, source) : 'truthy';
    case 'UnaryExpression':
      return second && source.of(first) === '!'
        ? negated(conditionCheck(second, source))
        : 'truthy';
    case 'BinaryExpression':
      if (/^={2,3}$/.test(operator)) return 'equal';
      if (/^!={1,2}$/.test(operator)) return 'differs';
      if (operator === '||') return 'either';
      if (operator === 'instanceof') return 'instance';
      return operator === '&&' ? 'truthy' : operator;
    case 'MemberExpression':
      return CALLED.get(source.of(node.children.at(-1))) ?? 'truthy';
    case 'CallExpression':
      return METHODS.get(source.of(first?.children.at(-1))) ?? 'truthy';
    default:
      return 'truthy';
  }
}

/** What mocks tell of themselves. */
const CALLED: ReadonlyMap<string, string> = new Map(
  Object.entries({ called: 'called', calledOnce: 'called times' }),
);
const METHODS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    includes: 'in',
    test: 'matches',
    every: 'every',
    some: 'some',
    calledWith: 'called with',
    calledOnceWith: 'called once with',
  }),
);

/** Values that a matcher has by its name. */
const IMPLIED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    toBeNull: 'null',
    toBeUndefined: 'undefined',
    toBeDefined: 'undefined',
    toBeNaN: 'NaN',
    null: 'null',
    undefined: 'undefined',
    true: 'true',
    false: 'false',
    toHaveBeenCalledOnce: '1',
    calledOnce: '1',
    toHaveBeenCalledTwice: '2',
    calledTwice: '2',
  }),
);

export const impliedBy = (matcher: string[]): string | undefined =>
  IMPLIED.get(matcher.at(-1) ?? '');

/** Matchers of all libraries by the check that they share. */
const CHECKS: [matcher: RegExp, check: string][] = [
  [/^(?:notEqual|notStrictEqual|notDeepEqual|notDeepStrictEqual|isNot|notSame)$/, 'differs'],
  [/^(?:toBeDefined|exists?|isDefined)$/, 'differs'],
  [/^(?:toMatch|match|matches|regex)$/, 'matches'],
  [/^(?:toContain|toContainEqual|includes?|contains?)$/, 'in'],
  [/^(?:toBeInstanceOf|(?:an?\.)?instance[oO]f|isInstanceOf)$/, 'instance'],
  [/^(?:toBeGreaterThan|above|gt|greaterThan|isAbove)$/, '>'],
  [/^(?:toBeGreaterThanOrEqual|least|gte|isAtLeast)$/, '>='],
  [/^(?:toBeLessThan|below|lt|lessThan|isBelow)$/, '<'],
  [/^(?:toBeLessThanOrEqual|most|lte|isAtMost)$/, '<='],
  [/^(?:toHaveProperty|property)$/, 'property'],
  [/^(?:toBeFalsy|isFalse|notOk|isNotOk|falsy)$/, 'falsy'],
  [/^(?:toHaveBeenCalled|toBeCalled|called)$/, 'called'],
  [/^(?:toHaveBeenCalledWith|toBeCalledWith|calledWith)$/, 'called with'],
  [
    /^(?:toHaveBeenCalledExactlyOnceWith|toHaveBeenCalledOnceWith|calledOnceWith)$/,
    'called once with',
  ],
  [
    /^(?:toHaveBeenCalled(?:Times|Once|Twice)|toBeCalledTimes|called(?:Once|Twice)|callCount)$/,
    'called times',
  ],
  [/^(?:toHaveBeenLastCalledWith|lastCalledWith)$/, 'last called with'],
  [/^(?:toHaveBeenNthCalledWith|nthCalledWith)$/, 'nth called with'],
  [/^(?:toHaveReturned|toReturn)$/, 'returned'],
  [/^(?:toHaveReturnedTimes|toReturnTimes)$/, 'returned times'],
  [/^(?:toHaveReturnedWith|toReturnWith)$/, 'returned with'],
  [/^(?:toHaveLastReturnedWith|lastReturnedWith)$/, 'last returned with'],
  [/^(?:toHaveNthReturnedWith|nthReturnedWith)$/, 'nth returned with'],
  [/^(?:toThrow\w*|throws?|throwsAsync|rejects|rejected(?:With)?)$/, 'throws'],
  [/[sS]napshot/, 'snapshot'],
];

export function checkOf(matcher: string[], args: SyntaxNode[], source: NodeText): string {
  const positive = matcher.filter(word => word !== 'not');
  const check = positiveCheck(positive.join('.'), args);
  if (check === 'truthy' && args[0]) return conditionCheck(args[0], source);
  return (matcher.length - positive.length) % 2 === 1 ? negated(check) : check;
}

const EQUAL =
  /^(toBe|toEqual|toStrictEqual|equals?|eqls?|strictEqual|deepEqual|deepStrictEqual|eq|deep\.equal|is|same|toHaveLength|lengthOf|length|toBeNull|toBeUndefined|toBeNaN|null|undefined|true|false|expect)$/;

function positiveCheck(name: string, args: SyntaxNode[]): string {
  if (/^(?:toStrictEqual|strictEqual|deepStrictEqual)$/.test(name)) return 'strictly equal';
  if (EQUAL.test(name)) return /^toEqual$|^(?:deepE|e)qual$/.test(name) ? 'equal' : 'same';
  if (/^(?:ok|toBeTruthy|truthy|isTrue|isOk)$/.test(name)) return 'truthy';
  const check = CHECKS.find(([pattern]) => pattern.test(name))?.[1] ?? name;
  const isGiven = args.some(({ name: kind }) => /^(?:String|RegExp|VariableName)$/.test(kind));
  return check === 'throws' && isGiven ? 'throws this' : check;
}
