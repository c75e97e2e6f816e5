/** An approval rule is added as docs/extending.md says: its file, its row in the table, its cases. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ASK, OTTO, PIA, pull, review } from '../core/approvals/given.ts';
import { editedSource } from './edited-source.ts';

const EDITS = {
  'src/core/approvals/two-maintainers.ts': `/** A change that many files are part of takes two maintainers. */
import { isMaintainer } from './maintainer.ts';
import type { ApprovalRule, RequestRuling } from './rule.ts';

const MANY = 100;

export const twoMaintainers = {
  name: 'two-maintainers',
  words: 'a change of many files takes two maintainers',
  ofApprovers(counting, { facts }): RequestRuling | null {
    if (facts.paths.length < MANY) return null;
    const found = counting.filter(({ by }) => by && isMaintainer(by.id, facts.roles)).length;
    return {
      outcome: found >= 2 ? 'approved' : 'pending',
      reason: \`\${found} of 2 maintainers approve.\`,
    };
  },
} satisfies ApprovalRule;
`,
  'src/core/approvals/rules.ts': [
    {
      before: "import { veto } from './veto.ts';",
      put: "import { twoMaintainers } from './two-maintainers.ts';\n",
    },
    { before: '  codeOwners,\n', put: '  twoMaintainers,\n' },
  ],
};

let source: Awaited<ReturnType<typeof editedSource>>;
beforeAll(async () => {
  source = await editedSource(EDITS);
});
afterAll(() => source.remove());
const load = (path: string) => import(join(source.folder, path));

test('costs a file and a row', () => expect(Object.keys(EDITS)).toHaveLength(2));

test('it is judged by, and its reason is what is missing', async () => {
  const { judge } = await load('src/core/approvals/judge.ts');
  const paths = Array.from({ length: 100 }, (_, n) => `src/${n}.js`);
  const reviews = [review(OTTO), review(PIA)];
  expect(judge(pull(reviews, { paths }), ASK)).toMatchObject({
    outcome: 'pending',
    missing: ['1 of 2 maintainers approve.'],
  });
  const roles = { [OTTO.id]: 'maintain', [PIA.id]: 'admin' } as const;
  expect(judge(pull(reviews, { paths, roles }), ASK)).toMatchObject({
    outcome: 'approved',
    results: expect.arrayContaining([
      { rule: 'two-maintainers', outcome: 'approved', reason: '2 of 2 maintainers approve.' },
    ]),
  });
  expect(judge(pull([review(OTTO)]), ASK)).toMatchObject({ outcome: 'approved' });
});

test('people are told of it in words', async () => {
  const { ruleInWords } = await load('src/core/approvals/rules.ts');
  expect(ruleInWords('two-maintainers')).toBe('a change of many files takes two maintainers');
});
