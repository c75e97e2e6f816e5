import type { Edits } from './edit.ts';

const base = `use sums::{add, divide, parse, Error, Sum};

const LIMIT: i64 = 100;

#[test]
fn adds_two_nubmers() {
    assert_eq!(add(1, 2), 3);
}

#[test]
fn adds_negative_numbers() {
    let result = add(-4, -6);
    assert_eq!(result, -10, "negative numbers");
    assert!(result < LIMIT);
}

#[test]
#[should_panic(expected = "by zero")]
fn refuses_to_divide_by_zero() {
    divide(1, 0);
}

#[test]
fn parses() {
    let parsed = parse("12 + 30").unwrap();
    assert_eq!(parsed, Sum { left: 12, right: 30 });
    assert!(parsed.is_exact());
    assert!(matches!(parse("rubbish"), Err(Error::NotASum)));
}

#[test]
fn table() {
    for (left, right, total) in [(2, 2, 4), (7, 5, 12), (20, 21, 41)] {
        assert_eq!(add(left, right), total);
    }
}

#[tokio::test]
async fn loads() {
    add(0, 0);
}
`;

export const rust: Edits = {
  path: 'tests/sums.rs',
  base,
  weakened: [
    ['assertion removed', ['    assert!(result < LIMIT);\n', '']],
    [
      'assertion commented out',
      ['    assert!(result < LIMIT);', '    // assert!(result < LIMIT);'],
    ],
    ['expectation changed', ['add(1, 2), 3)', 'add(1, 2), 4)']],
    ['sign changed', ['result, -10', 'result, 10']],
    ['equal became true', ['assert_eq!(add(1, 2), 3)', 'assert!(add(1, 2) > 0)']],
    ['equal became differs', ['assert_eq!(add(1, 2), 3)', 'assert_ne!(add(1, 2), 4)']],
    ['assert!(true)', ['assert!(result < LIMIT)', 'assert!(true)']],
    ['or true', ['assert!(parsed.is_exact())', 'assert!(parsed.is_exact() || true)']],
    ['an alternative', ['assert_eq!(add(1, 2), 3)', 'assert!(add(1, 2) == 3 || add(1, 2) == 4)']],
    ['only in debug builds', ['assert_eq!(add(1, 2), 3)', 'debug_assert_eq!(add(1, 2), 3)']],
    [
      'compared with itself',
      ['assert_eq!(result, -10, "negative numbers")', 'assert_eq!(result, result)'],
    ],
    ['ignore', ['#[test]\nfn parses', '#[test]\n#[ignore]\nfn parses']],
    ['ignore with a reason', ['#[test]\nfn parses', '#[test]\n#[ignore = "slow"]\nfn parses']],
    ['only with a feature', ['#[test]\nfn parses', '#[cfg(feature = "slow")]\n#[test]\nfn parses']],
    ['attribute removed', ['#[test]\nfn adds_two', 'fn adds_two']],
    ['attribute of a smoke test removed', ['#[tokio::test]\n', '']],
    ['any panic will do', ['#[should_panic(expected = "by zero")]', '#[should_panic]']],
    ['no panic asked', ['#[should_panic(expected = "by zero")]\n', '']],
    ['panic expected instead', ['#[test]\nfn parses', '#[test]\n#[should_panic]\nfn parses']],
    ['case removed', ['#[tokio::test]\nasync fn loads() {\n    add(0, 0);\n}\n', '']],
    ['emptied', ['    assert_eq!(add(1, 2), 3);\n', '']],
    ['row removed', ['(7, 5, 12), ', '']],
    ['row changed', ['(7, 5, 12)', '(7, 5, 13)']],
    [
      'early return',
      ['    assert_eq!(add(1, 2), 3);', '    return;\n    assert_eq!(add(1, 2), 3);'],
    ],
    [
      'return under a condition',
      [
        '    let result = add',
        '    if std::env::var("CI").is_ok() { return; }\n    let result = add',
      ],
    ],
    [
      'under a condition',
      ['    assert!(result < LIMIT);', '    if result < 5 { assert!(result < LIMIT); }'],
    ],
    [
      'panic caught',
      [
        '    assert_eq!(add(1, 2), 3);',
        '    let _ = std::panic::catch_unwind(|| assert_eq!(add(1, 2), 3));',
      ],
    ],
    [
      'which error does not matter',
      [
        'assert!(matches!(parse("rubbish"), Err(Error::NotASum)))',
        'assert!(parse("rubbish").is_err())',
      ],
    ],
    ['another error will do', ['Err(Error::NotASum)', 'Err(_)']],
    ['limit raised', ['i64 = 100', 'i64 = 10000']],
    ['input changed', ['"12 + 30"', '"12 + 31"']],
    [
      'continue in the table',
      [
        '        assert_eq!(add(left',
        '        if left == 7 { continue; }\n        assert_eq!(add(left',
      ],
    ],
    ['expected became computed', ['assert_eq!(add(1, 2), 3)', 'assert_eq!(add(1, 2), add(2, 1))']],
  ],
  honest: [
    ['a typo in a name', ['adds_two_nubmers', 'adds_two_numbers']],
    ['a message reworded', ['"negative numbers"', '"sums of negative numbers"']],
    ['a message added', ['add(1, 2), 3)', 'add(1, 2), 3, "one and two")']],
    ['a comment', ['const LIMIT', '// As in the manual.\nconst LIMIT']],
    ['a doc comment', ['#[test]\nfn parses', '/// What people write.\n#[test]\nfn parses']],
    [
      'a case added',
      [
        '#[test]\nfn table',
        '#[test]\nfn zero() {\n    assert_eq!(add(0, 5), 5);\n}\n\n#[test]\nfn table',
      ],
    ],
    [
      'an assertion added',
      ['    assert!(result < LIMIT);', '    assert!(result < LIMIT);\n    assert!(result < 0);'],
    ],
    ['a row added', ['(7, 5, 12), ', '(7, 5, 12), (1, 1, 2), ']],
    ['an import updated', ['use sums::{', 'use maths::sums::{']],
    ['an import added', ['use sums', 'use std::fs;\nuse sums']],
    [
      'a variable renamed',
      ['let result = add', 'let total = add'],
      ['assert_eq!(result, -10', 'assert_eq!(total, -10'],
      ['assert!(result < LIMIT)', 'assert!(total < LIMIT)'],
    ],
    [
      'a value extracted',
      ['    assert_eq!(add(1, 2), 3);', '    let total = add(1, 2);\n    assert_eq!(total, 3);'],
    ],
    [
      'the expectation extracted',
      [
        '    assert_eq!(add(1, 2), 3);',
        '    let expected = 3;\n    assert_eq!(add(1, 2), expected);',
      ],
    ],
    [
      'a value inlined',
      [
        '    let result = add(-4, -6);\n    assert_eq!(result, -10, "negative numbers");\n    assert!(result < LIMIT);',
        '    assert_eq!(add(-4, -6), -10);\n    assert!(add(-4, -6) < LIMIT);',
      ],
    ],
    ['expect instead of unwrap', ['.unwrap()', '.expect("parses")']],
    ['to assert_eq', ['assert!(parsed.is_exact());', 'assert_eq!(parsed.is_exact(), true);']],
    [
      'into the table',
      ['#[test]\nfn adds_two_nubmers() {\n    assert_eq!(add(1, 2), 3);\n}\n\n', ''],
      ['[(2, 2, 4)', '[(1, 2, 3), (2, 2, 4)'],
    ],
    [
      'the table in a variable',
      [
        '    for (left, right, total) in [(2, 2, 4), (7, 5, 12), (20, 21, 41)] {',
        '    let rows = [(2, 2, 4), (7, 5, 12), (20, 21, 41)];\n    for (left, right, total) in rows {',
      ],
    ],
    [
      'one case split in two',
      [
        '    assert!(result < LIMIT);',
        '}\n\n#[test]\nfn stays_small() {\n    let result = add(-4, -6);\n    assert!(result < LIMIT);',
      ],
    ],
    [
      'a helper extracted',
      [
        '#[test]\nfn adds_two',
        'fn check(a: i64, b: i64, c: i64) {\n    assert_eq!(add(a, b), c);\n}\n\n#[test]\nfn adds_two',
      ],
      ['    assert_eq!(add(1, 2), 3);', '    check(1, 2, 3);'],
    ],
    [
      'into a module',
      [
        '#[test]\nfn table',
        '#[cfg(test)]\nmod more {\n    #[test]\n    fn zero() {\n        assert_eq!(super::add(0, 1), 1);\n    }\n}\n\n#[test]\nfn table',
      ],
    ],
    [
      'reformatted',
      [
        'Sum { left: 12, right: 30 }',
        'Sum {\n            left: 12,\n            right: 30,\n        }',
      ],
    ],
    ['sides swapped', ['assert_eq!(add(1, 2), 3)', 'assert_eq!(3, add(1, 2))']],
    [
      'a result returned',
      [
        '#[test]\nfn parses() {\n    let parsed = parse("12 + 30").unwrap();',
        '#[test]\nfn parses() -> Result<(), Error> {\n    let parsed = parse("12 + 30")?;',
      ],
      ['Err(Error::NotASum)));\n', 'Err(Error::NotASum)));\n    Ok(())\n'],
    ],
    [
      'the case reordered',
      ['#[tokio::test]\nasync fn loads() {\n    add(0, 0);\n}\n', ''],
      [
        '#[test]\nfn parses',
        '#[tokio::test]\nasync fn loads() {\n    add(0, 0);\n}\n\n#[test]\nfn parses',
      ],
    ],
  ],
};
