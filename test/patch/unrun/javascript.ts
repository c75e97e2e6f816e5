import type { Edits } from '../edits/edit.ts';

export const javascript: Edits = {
  path: 'test/a.test.ts',
  base: "import { expect, test } from 'vitest';\nimport { total } from './total.js';\n\ntest('adds', () => {\n  expect(total(1, 2)).toBe(3);\n});\n\ntest('order', async () => {\n  expect(total(3, 4)).toStrictEqual({ sum: 7 });\n});\n",
  weakened: [
    [
      'expect is a constant of the file',
      [
        "test('adds'",
        "const expect = (x: any) => ({ toBe() {}, toStrictEqual() {} });\ntest('adds'",
      ],
      ["import { expect, test } from 'vitest'", "import { test } from 'vitest'"],
    ],
    [
      'expect is a constant of the case',
      ['  expect(total(1', '  const expect = () => ({ toBe() {} });\n  expect(total(1'],
    ],
    ['expect is a parameter', ["test('adds', () =>", "test('adds', (expect = fake) =>"]],
    [
      'expect is a function',
      ["test('adds'", "function expect() { return { toBe() {} }; }\ntest('adds'"],
    ],
    ['expect is of a module of the repository', ["from 'vitest'", "from './expect.js'"]],
    [
      'expect is another function of its library',
      [
        "import { expect, test } from 'vitest'",
        "import { test } from 'vitest';\nimport { never as expect } from 'vitest'",
      ],
    ],
    [
      'a matcher is replaced',
      [
        "test('adds'",
        "expect.extend({ toBe: () => ({ pass: true, message: () => '' }) });\ntest('adds'",
      ],
    ],
    ['a matcher is assigned', ["test('adds'", "expect.prototype.toBe = () => {};\ntest('adds'"]],
    [
      'a matcher is a spy',
      ["test('adds'", "vi.spyOn(expect, 'toBe').mockReturnValue();\ntest('adds'"],
    ],
    ['the library is a mock', ["test('adds'", "vi.mock('chai', () => ({}));\ntest('adds'"]],
    ['toStrictEqual became toEqual', ['toStrictEqual', 'toEqual']],
    [
      'in a timer',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  setTimeout(() => {\n    expect(total(1, 2)).toBe(3);\n  }, 1e6);',
      ],
    ],
    [
      'behind a promise',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  Promise.resolve().then(() => {\n    expect(total(1, 2)).toBe(3);\n  });',
      ],
    ],
    [
      'in an asynchronous function',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  (async () => {\n    expect(total(1, 2)).toBe(3);\n  })();',
      ],
    ],
    [
      'in a function that nothing calls',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  const later = () => {\n    expect(total(1, 2)).toBe(3);\n  };',
      ],
    ],
    [
      'in a function without a name',
      ['  expect(total(1, 2)).toBe(3);', '  (() => {\n    expect(total(1, 2)).toBe(3);\n  });'],
    ],
    [
      'in a loop over nothing',
      ['  expect(total(1, 2)).toBe(3);', '  for (const _ of []) expect(total(1, 2)).toBe(3);'],
    ],
    [
      'in a callback for nothing',
      ['  expect(total(1, 2)).toBe(3);', '  [].forEach(() => expect(total(1, 2)).toBe(3));'],
    ],
    [
      'in a loop that never begins',
      ['  expect(total(1, 2)).toBe(3);', '  while (false) expect(total(1, 2)).toBe(3);'],
    ],
    [
      'behind a break',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  out: {\n    break out;\n    expect(total(1, 2)).toBe(3);\n  }',
      ],
    ],
    ['in a generator', ["test('adds', () => {", "test('adds', function* () {"]],
    [
      'in an asynchronous callback',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  [1].forEach(async () => {\n    expect(await total(1, 2)).toBe(3);\n  });',
      ],
    ],
    ['the process ends', ["test('adds'", "process.exit(0);\ntest('adds'"]],
    [
      'in a promise',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  new Promise(() => {\n    expect(total(1, 2)).toBe(3);\n  });',
      ],
    ],
    [
      'test is a function of the file',
      ["test('adds'", "function test(name: string, run: () => void) {}\ntest('adds'"],
      ["import { expect, test } from 'vitest'", "import { expect } from 'vitest'"],
    ],
    [
      'a return hides its failure',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  try {\n    expect(total(1, 2)).toBe(3);\n  } finally {\n    return;\n  }',
      ],
    ],
    [
      'its failure is caught by a promise',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  await Promise.resolve().then(() => {\n    expect(total(1, 2)).toBe(3);\n  }).catch(() => {});',
      ],
    ],
  ],
  honest: [
    [
      'behind a promise that is awaited',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  return Promise.resolve().then(() => {\n    expect(total(1, 2)).toBe(3);\n  });',
      ],
    ],
    [
      'in a timer that tells',
      ["test('adds', () =>", "test('adds', done =>"],
      [
        '  expect(total(1, 2)).toBe(3);',
        '  setTimeout(() => {\n    expect(total(1, 2)).toBe(3);\n    done();\n  }, 10);',
      ],
    ],
    [
      'in a function that is called',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  const check = () => {\n    expect(total(1, 2)).toBe(3);\n  };\n  check();',
      ],
    ],
    [
      'a matcher of its own',
      [
        "test('adds'",
        "expect.extend({ toBeSum: () => ({ pass: true, message: () => '' }) });\ntest('adds'",
      ],
    ],
    [
      'another library',
      [
        "import { expect, test } from 'vitest'",
        "import { test } from 'node:test';\nimport { expect } from 'chai'",
      ],
    ],
    [
      'a library by require',
      ["import { expect, test } from 'vitest'", "const { expect } = require('chai')"],
    ],
    [
      'fixtures of a library',
      [
        "import { expect, test } from 'vitest'",
        "import { expect, test as base } from 'vitest';\nconst test = base.extend({ one: 1 })",
      ],
    ],
    [
      'an assertion by another name',
      [
        "test('adds'",
        "const expectSum = (a: number) => expect(a).toBe(3);\nexpectSum(total(1, 2));\ntest('adds'",
      ],
    ],
    ['toBe became toEqual', ['toBe(3)', 'toEqual(3)']],
    ['toStrictEqual became toBe', ['toStrictEqual({ sum: 7 })', 'toBe({ sum: 7 })']],
    [
      'a loop over something',
      ['  expect(total(1, 2)).toBe(3);', '  for (const one of [1]) expect(total(one, 2)).toBe(3);'],
    ],
    [
      'an object of that name elsewhere',
      ["test('adds'", "const given = { expect: () => 1, test: 2 };\ntest('adds'"],
    ],
    [
      'a promise that is caught to fail',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  await load().catch(error => { throw error; });\n  expect(total(1, 2)).toBe(3);',
      ],
    ],
    [
      'a clean-up that may fail',
      ["test('adds'", "afterEach(() => remove().catch(() => {}));\ntest('adds'"],
    ],
    ['a program that ends', ["test('adds'", "const fail = () => process.exit(1);\ntest('adds'"]],
    [
      'a handler that a library calls',
      [
        '  expect(total(1, 2)).toBe(3);',
        '  const seen = vi.fn(() => 1);\n  run(seen);\n  expect(total(1, 2)).toBe(3);',
      ],
    ],
    [
      'a spy on something else',
      [
        "test('adds'",
        "vi.spyOn(console, 'log').mockReturnValue();\nvi.mock('./total.js');\ntest('adds'",
      ],
    ],
  ],
};
