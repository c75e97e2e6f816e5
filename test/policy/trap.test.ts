/** What traps Cedar's engine costs one answer, and no later one. */
import { expect, it } from 'vitest';
import { cedarTraps } from '../../src/policy/cedar.ts';
import { decide } from '../../src/policy/decide.ts';
import { withTexts } from '../../src/policy/load.ts';
import { ACCEPT, starter, TASK, WRITE } from './starter.ts';

const forbid = (condition: string): string =>
  `@id("mine") @reason("No.") forbid (principal, action == Action::"task.start", resource) when { ${condition} };`;
const nested = (open: string, inner: string, close: string, levels: number): string =>
  forbid(open.repeat(levels) + inner + close.repeat(levels));
const chain = (term: string, operator: string, length: number): string =>
  forbid(Array.from({ length }, () => term).join(operator));

const HOSTILE: Record<string, string> = {
  parentheses: nested('(', 'true', ')', 200),
  negations: nested('!(', 'true', ')', 200),
  minuses: nested('-(', '1', ')', 200).replace('};', '== 1 };'),
  sets: nested('[', '1', ']', 200).replace('};', '== 1 };'),
  records: nested('{"a":', '1', '}', 200).replace('};', '== 1 };'),
  conditions: forbid(`${'if true then '.repeat(2_000)}true${' else true'.repeat(2_000)}`),
  alternatives: chain('context.gate == "admit"', ' || ', 2_000),
  conjunctions: chain('true', ' && ', 6_000),
  sums: `${chain('1', ' + ', 5_000).replace('};', '== 1 };')}`,
  products: `${chain('1', ' * ', 5_000).replace('};', '== 1 };')}`,
  attributes: forbid(`context${'.gate'.repeat(5_000)} == "admit"`),
  indices: forbid(`context${'["gate"]'.repeat(5_000)} == "admit"`),
  calls: forbid(`[1]${'.contains(1)'.repeat(4_000)}`),
  'alternatives that fit the text but not the engine': chain('context.gate == "x"', ' || ', 60),
  'very many terms': forbid(`[${'1,'.repeat(15_000)}1].contains(2)`),
  'very long patterns': forbid(`context.gate like "${'*a'.repeat(10_000)}"`),
  'an unfinished text': '@'.repeat(60_000),
};

const set = starter();

it.each(Object.entries(HOSTILE))('%s', (_name, text) => {
  const joined = withTexts(set, [{ name: 'hostile.cedar', text, origin: 'repository' }]);
  // What is not refused is decided with: never an exception.
  if (joined.ok) expect(decide(joined.set, TASK).outcome).toMatch(/allow|deny/);
  else expect(joined.faults[0]?.file).toBe('hostile.cedar');
  expect(decide(set, TASK).outcome).toBe('allow');
});

it('is counted, with what the engine said', () => {
  const { count, last } = cedarTraps();
  expect(count).toBeGreaterThan(0);
  expect(last).toMatch(/memory access out of bounds|call stack/i);
});

const deep = 'folder/'.repeat(2_000);
it.each([
  ['thousands of folders', `${deep}a.ts`],
  ['100,000 letters', `src/${'a'.repeat(100_000)}`],
  ['control characters', 'src/\u0000\n\r\u001b[31m.ts'],
  ['half a character', 'src/\ud800.ts'],
  ["what looks like Cedar's own words", 'src/"; permit (principal, action, resource);'],
])('a path of %s traps nothing, and is held by the folder that it is in', (_name, path) => {
  const before = cedarTraps().count;
  const asked = (name: string) => {
    const resource = { kind: 'path' as const, path: name };
    return decide(set, { ...WRITE, subject: { ...WRITE.subject, trust: 'T3' }, resource }).outcome;
  };
  expect(asked(path)).toBe('allow');
  expect(asked(`Frozen/${path}`)).toBe('allow');
  const frozen = withTexts(set, [
    {
      name: 'frozen.cedar',
      text: '@id("frozen") @reason("No.") forbid (principal, action, resource in Path::"frozen");',
      origin: 'repository',
    },
  ]);
  if (!frozen.ok) throw new Error(JSON.stringify(frozen.faults));
  const resource = { kind: 'path' as const, path: `Frozen/${path}` };
  expect(decide(frozen.set, { ...WRITE, resource }).outcome).toBe('deny');
  expect(cedarTraps().count).toBe(before);
});

it('a change without its paths is denied, whatever is permitted of it as a whole', () => {
  const whole = { ...ACCEPT, paths: [] };
  const size = { files: 3_001, added: 0, removed: 0, bytes: 0 };
  const decision = decide(set, { ...whole, context: { ...ACCEPT.context, size } });
  expect(decision).toMatchObject({
    outcome: 'deny',
    reasons: [expect.stringMatching(/^The change is too large to be asked about path by path/)],
  });
});
