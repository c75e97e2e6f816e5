import type { Edits } from '../edits/edit.ts';

export const rust: Edits = {
  path: 'tests/a.rs',
  base: '#[test]\nfn adds() {\n    assert_eq!(total(1, 2), 3);\n}\n\n#[test]\nfn more() {\n    assert!(total(2, 2) == 4);\n}\n',
  weakened: [
    [
      'the macro is its own',
      [
        '#[test]\nfn adds',
        'macro_rules! assert_eq {\n    ($($t:tt)*) => {};\n}\n\n#[test]\nfn adds',
      ],
    ],
    [
      'in a thread',
      [
        '    assert_eq!(total(1, 2), 3);',
        '    std::thread::spawn(|| {\n        assert_eq!(total(1, 2), 3);\n    });',
      ],
    ],
    [
      'in a closure that nothing calls',
      [
        '    assert_eq!(total(1, 2), 3);',
        '    let _later = || {\n        assert_eq!(total(1, 2), 3);\n    };',
      ],
    ],
    [
      'the process ends',
      [
        '    assert_eq!(total(1, 2), 3);',
        '    std::process::exit(0);\n    assert_eq!(total(1, 2), 3);',
      ],
    ],
    [
      'in a block that nothing awaits',
      [
        '    assert_eq!(total(1, 2), 3);',
        '    let _ = async {\n        assert_eq!(total(1, 2), 3);\n    };',
      ],
    ],
    [
      'in a loop that never begins',
      [
        '    assert!(total(2, 2) == 4);',
        '    while false {\n        assert!(total(2, 2) == 4);\n    }',
      ],
    ],
    [
      'in a loop over nothing',
      [
        '    assert!(total(2, 2) == 4);',
        '    for _ in 0..0 {\n        assert!(total(2, 2) == 4);\n    }',
      ],
    ],
  ],
  honest: [
    [
      'a thread that is joined',
      [
        '    assert_eq!(total(1, 2), 3);',
        '    std::thread::spawn(|| {\n        assert_eq!(total(1, 2), 3);\n    })\n    .join()\n    .unwrap();',
      ],
    ],
    [
      'a closure that is called',
      [
        '    assert_eq!(total(1, 2), 3);',
        '    let check = || {\n        assert_eq!(total(1, 2), 3);\n    };\n    check();',
      ],
    ],
    [
      'a macro of its own',
      [
        '#[test]\nfn adds',
        'macro_rules! assert_sum {\n    ($($t:tt)*) => { assert_eq!($($t)*) };\n}\n\n#[test]\nfn adds',
      ],
    ],
    [
      'a library that shows more',
      ['#[test]\nfn adds', 'use pretty_assertions::assert_eq;\n\n#[test]\nfn adds'],
    ],
    [
      'a loop',
      [
        '    assert_eq!(total(1, 2), 3);',
        '    for one in 1..2 {\n        assert_eq!(total(one, 2), 3);\n    }',
      ],
    ],
    [
      'an exit that failed',
      ['#[test]\nfn adds', 'fn stop() {\n    std::process::exit(1)\n}\n\n#[test]\nfn adds'],
    ],
  ],
};
