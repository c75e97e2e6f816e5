import type { Edits } from './edit.ts';

const base = `import { describe, expect, test, vi } from 'vitest';
import { add, divide, parse } from '../src/sum.js';

const limit = 100;

describe('sums', () => {
  test('adds two nubmers', () => {
    expect(add(1, 2)).toBe(3);
  });

  test('adds negative numbers', () => {
    const result = add(-4, -6);
    expect(result).toBe(-10);
    expect(Number.isInteger(result)).toBe(true);
  });

  test('refuses to divide by zero', () => {
    expect(() => divide(1, 0)).toThrow('division by zero');
  });

  test('parses what people write', async () => {
    const parsed = await parse('12 + 30');
    expect(parsed).toEqual({ left: 12, right: 30, sign: '+' });
    expect(parsed.left).toBeLessThan(limit);
  });

  test('fails on rubbish', async () => {
    await expect(parse('rubbish')).rejects.toThrow(/not a sum/);
  });

  test.each([
    [2, 2, 4],
    [7, 5, 12],
    [20, 21, 41],
  ])('%i + %i = %i', (left, right, sum) => {
    expect(add(left, right)).toBe(sum);
  });

  test('is drawn', () => {
    expect(add.toString()).toMatchInlineSnapshot(\`"(a, b) => a + b"\`);
  });

  test('loads without failing', () => {
    add(0, 0);
  });
});
`;

export const javascript: Edits = {
  path: 'test/sum.test.ts',
  base,
  weakened: [
    ['assertion removed', ['    expect(result).toBe(-10);\n', '']],
    [
      'assertion commented out',
      ['    expect(result).toBe(-10);', '    // expect(result).toBe(-10);'],
    ],
    ['expectation changed', ['toBe(3)', 'toBe(4)']],
    ['sign changed', ['toBe(-10)', 'toBe(10)']],
    ['expected shape changed', ["sign: '+'", "sign: '-'"]],
    ['expected key dropped', [", sign: '+' }", ' }']],
    ['exact became loose', ['expect(result).toBe(-10)', 'expect(result).toBeTruthy()']],
    ['equal became defined', ['expect(result).toBe(-10)', 'expect(result).toBeDefined()']],
    ['skip', ["test('adds two", "test.skip('adds two"]],
    ['only', ["test('adds two", "test.only('adds two"]],
    ['todo', ["test('adds two", "test.todo('adds two"]],
    ['describe.skip', ["describe('sums'", "describe.skip('sums'"]],
    [
      'skip as an option',
      ["test('adds two nubmers', () =>", "test('adds two nubmers', { skip: true }, () =>"],
    ],
    ['skipped under a condition', ["test('adds two", "test.skipIf(process.env.CI)('adds two"]],
    [
      'case removed',
      [
        "  test('refuses to divide by zero', () => {\n    expect(() => divide(1, 0)).toThrow('division by zero');\n  });\n",
        '',
      ],
    ],
    [
      'case without assertions removed',
      ["\n  test('loads without failing', () => {\n    add(0, 0);\n  });\n", ''],
    ],
    [
      'case commented out',
      [
        "  test('loads without failing', () => {\n    add(0, 0);\n  });\n",
        "  /* test('loads without failing', () => {\n    add(0, 0);\n  }); */\n",
      ],
    ],
    ['case emptied', ['    expect(add(1, 2)).toBe(3);\n', '']],
    ['row of a table removed', ['    [7, 5, 12],\n', '']],
    ['row of a table changed', ['[7, 5, 12]', '[7, 5, 13]']],
    ['early return', ['    expect(add(1, 2))', '    return;\n    expect(add(1, 2))']],
    [
      'return under a condition',
      ['    expect(add(1, 2))', '    if (process.env.CI) return;\n    expect(add(1, 2))'],
    ],
    [
      'under a condition',
      ['    expect(result).toBe(-10);', '    if (result) expect(result).toBe(-10);'],
    ],
    ['short circuit', ['    expect(result).toBe(-10);', '    result && expect(result).toBe(-10);']],
    [
      'failure caught',
      ['    expect(add(1, 2)).toBe(3);', '    try { expect(add(1, 2)).toBe(3); } catch {}'],
    ],
    [
      'or true',
      [
        'expect(Number.isInteger(result)).toBe(true)',
        'expect(Number.isInteger(result) || true).toBe(true)',
      ],
    ],
    ['compared with itself', ['expect(result).toBe(-10)', 'expect(result).toBe(result)']],
    ['asserts nothing', ['expect(result).toBe(-10)', 'expect(true).toBe(true)']],
    ['no matcher', ['expect(result).toBe(-10)', 'expect(result)']],
    ['message no longer asked', ["toThrow('division by zero')", 'toThrow()']],
    ['pattern widened', ['/not a sum/', '/.*/']],
    ['promise not awaited', ["await expect(parse('rubbish'))", "expect(parse('rubbish'))"]],
    ['negated', ['expect(result).toBe(-10)', 'expect(result).not.toBe(-10)']],
    ['limit raised', ['const limit = 100', 'const limit = 10000']],
    ['input changed to match', ["parse('12 + 30')", "parse('12 + 31')"]],
    ['inline snapshot rewritten', ['"(a, b) => a + b"', '"(a, b) => a - b"']],
    [
      'value became a snapshot',
      ["toEqual({ left: 12, right: 30, sign: '+' })", 'toMatchSnapshot()'],
    ],
    ['expected became computed', ['expect(result).toBe(-10)', 'expect(result).toBe(add(-4, -6))']],
    ['retries', ["describe('sums', () =>", "describe('sums', { retry: 3 }, () =>"]],
    [
      'no test any more',
      ["test('adds two nubmers', () =>", 'void (async () =>'],
      ['toBe(3);\n  });', 'toBe(3);\n  })();'],
    ],
  ],
  honest: [
    ['a typo in a name', ['adds two nubmers', 'adds two numbers']],
    ['a new name', ['fails on rubbish', 'rejects rubbish with what it is']],
    ['a comment', ['const limit', '// As in the manual.\nconst limit']],
    [
      'a case added',
      [
        "  test('is drawn'",
        "  test('adds zero', () => {\n    expect(add(0, 5)).toBe(5);\n  });\n\n  test('is drawn'",
      ],
    ],
    [
      'an assertion added',
      [
        '    expect(result).toBe(-10);',
        '    expect(result).toBe(-10);\n    expect(result).toBeLessThan(0);',
      ],
    ],
    ['a row added', ['    [7, 5, 12],\n', '    [7, 5, 12],\n    [1, 1, 2],\n']],
    ['an import updated', ["'../src/sum.js'", "'../src/math/sum.js'"]],
    [
      'an import added',
      ['import { describe', "import { readFile } from 'node:fs/promises';\nimport { describe"],
    ],
    ['an unused import dropped', ['expect, test, vi }', 'expect, test }']],
    [
      'a variable renamed',
      ['const result = add', 'const total = add'],
      ['expect(result).toBe(-10)', 'expect(total).toBe(-10)'],
      ['isInteger(result)', 'isInteger(total)'],
    ],
    [
      'a parameter renamed',
      ['(left, right, sum) =>', '(a, b, wanted) =>'],
      ['expect(add(left, right)).toBe(sum)', 'expect(add(a, b)).toBe(wanted)'],
    ],
    ['a function renamed in the code', ['import { add,', 'import { sum as add,']],
    [
      'function instead of arrow',
      ["numbers', () => {\n    const", "numbers', function () {\n    const"],
    ],
    [
      'a value inlined',
      [
        '    const result = add(-4, -6);\n    expect(result).toBe(-10);\n    expect(Number.isInteger(result)).toBe(true);',
        '    expect(add(-4, -6)).toBe(-10);\n    expect(Number.isInteger(add(-4, -6))).toBe(true);',
      ],
    ],
    [
      'a value extracted',
      [
        '    expect(add(1, 2)).toBe(3);',
        '    const three = add(1, 2);\n    expect(three).toBe(3);',
      ],
    ],
    [
      'the expectation extracted',
      [
        '    expect(add(1, 2)).toBe(3);',
        '    const wanted = 3;\n    expect(add(1, 2)).toBe(wanted);',
      ],
    ],
    [
      'parametrised',
      [
        "  test('adds two nubmers', () => {\n    expect(add(1, 2)).toBe(3);\n  });",
        "  test.each([[1, 2, 3]])('adds %i and %i', (a, b, c) => {\n    expect(add(a, b)).toBe(c);\n  });",
      ],
    ],
    [
      'a table unrolled',
      [
        "  test.each([\n    [2, 2, 4],\n    [7, 5, 12],\n    [20, 21, 41],\n  ])('%i + %i = %i', (left, right, sum) => {\n    expect(add(left, right)).toBe(sum);\n  });",
        "  test('sums', () => {\n    expect(add(2, 2)).toBe(4);\n    expect(add(7, 5)).toBe(12);\n    expect(add(20, 21)).toBe(41);\n  });",
      ],
    ],
    [
      'one case split in two',
      [
        '    expect(result).toBe(-10);\n    expect(Number',
        "    expect(result).toBe(-10);\n  });\n\n  test('stays whole', () => {\n    const result = add(-4, -6);\n    expect(Number",
      ],
    ],
    [
      'two cases joined',
      [
        "    expect(add(1, 2)).toBe(3);\n  });\n\n  test('adds negative numbers', () => {\n",
        '    expect(add(1, 2)).toBe(3);\n',
      ],
    ],
    ['a stricter matcher', ['toEqual({', 'toStrictEqual({']],
    [
      'double quotes',
      ["parse('12 + 30')", 'parse("12 + 30")'],
      ["toThrow('division by zero')", 'toThrow("division by zero")'],
    ],
    [
      'reformatted',
      [
        "toEqual({ left: 12, right: 30, sign: '+' });",
        "toEqual({\n      left: 12,\n      right: 30,\n      sign: '+',\n    });",
      ],
    ],
    [
      'a helper extracted',
      [
        "describe('sums', () => {\n",
        "const sums = (a: number, b: number, c: number) => {\n  expect(add(a, b)).toBe(c);\n};\n\ndescribe('sums', () => {\n",
      ],
      ['    expect(add(1, 2)).toBe(3);', '    sums(1, 2, 3);'],
    ],
    [
      'set up once',
      [
        "describe('sums', () => {\n",
        "describe('sums', () => {\n  let result: number;\n  beforeEach(() => {\n    result = add(-4, -6);\n  });\n",
      ],
      ['    const result = add(-4, -6);\n', ''],
    ],
    [
      'a mock reset',
      [
        "describe('sums', () => {\n",
        "describe('sums', () => {\n  afterEach(() => vi.restoreAllMocks());\n",
      ],
    ],
    [
      'cases reordered',
      ["  test('adds two nubmers', () => {\n    expect(add(1, 2)).toBe(3);\n  });\n\n", ''],
      [
        "  test('loads without",
        "  test('adds two numbers', () => {\n    expect(add(1, 2)).toBe(3);\n  });\n\n  test('loads without",
      ],
    ],
    [
      'names for the rows',
      ['[2, 2, 4]', "['equal', 2, 2, 4]"],
      ['[7, 5, 12]', "['odd', 7, 5, 12]"],
      ['[20, 21, 41]', "['large', 20, 21, 41]"],
      ["('%i + %i = %i', (left", "('%s: %i + %i = %i', (_name, left"],
    ],
    ['types added', ['const limit = 100', 'const limit: number = 100']],
  ],
};
