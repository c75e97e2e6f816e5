import type { Edits } from '../edits/edit.ts';

export const python: Edits = {
  path: 'tests/test_a.py',
  base: 'import unittest\nimport pytest\n\n\nclass TestTotal:\n    def test_adds(self):\n        assert total(1, 2) == 3\n\n    def test_more(self):\n        assert total(2, 2) == 4\n\n\nclass TotalCase(unittest.TestCase):\n    def test_case(self):\n        self.assertEqual(total(5, 5), 10)\n\n\ndef test_total():\n    assert total(4, 4) == 8\n',
  weakened: [
    [
      'deleted again',
      [
        'def test_total():\n    assert total(4, 4) == 8\n',
        'def test_total():\n    assert total(4, 4) == 8\n\n\ndel test_total\n',
      ],
    ],
    [
      'its name is something else',
      [
        'def test_total():\n    assert total(4, 4) == 8\n',
        'def test_total():\n    assert total(4, 4) == 8\n\n\ntest_total = None\n',
      ],
    ],
    [
      'hidden by another',
      [
        'def test_total():\n    assert total(4, 4) == 8\n',
        'def test_total():\n    assert total(4, 4) == 8\n\n\ndef test_total():\n    pass\n',
      ],
    ],
    [
      'hidden in a class',
      [
        '    def test_more(self):\n        assert total(2, 2) == 4\n',
        '    def test_more(self):\n        assert total(2, 2) == 4\n\n    test_more = None\n',
      ],
    ],
    [
      'removed from the module',
      [
        '    assert total(4, 4) == 8\n',
        "    assert total(4, 4) == 8\n\n\nglobals().pop('test_total')\n",
      ],
    ],
    ['in a class that no runner takes', ['class TestTotal:', 'class TotalHelpers:']],
    [
      'in a class with a constructor',
      ['class TestTotal:\n', 'class TestTotal:\n    def __init__(self):\n        self.x = 1\n\n'],
    ],
    [
      'in a class that is no test case',
      ['class TotalCase(unittest.TestCase):', 'class TotalCase:'],
    ],
    [
      'assertEqual is its own',
      [
        'class TotalCase(unittest.TestCase):\n',
        'class TotalCase(unittest.TestCase):\n    def assertEqual(self, *given):\n        pass\n\n',
      ],
    ],
    [
      'assertEqual is assigned',
      [
        'class TotalCase(',
        'unittest.TestCase.assertEqual = lambda *given: None\n\n\nclass TotalCase(',
      ],
    ],
    [
      'in a thread',
      [
        '    assert total(4, 4) == 8\n',
        '    def check():\n        assert total(4, 4) == 8\n\n    threading.Thread(target=check).start()\n',
      ],
    ],
    [
      'in a function that nothing calls',
      ['    assert total(4, 4) == 8\n', '    def check():\n        assert total(4, 4) == 8\n'],
    ],
    [
      'in a generator',
      ['    assert total(4, 4) == 8\n', '    yield\n    assert total(4, 4) == 8\n'],
    ],
    [
      'in a loop over nothing',
      ['    assert total(4, 4) == 8\n', '    for _ in []:\n        assert total(4, 4) == 8\n'],
    ],
    [
      'in a loop of no rounds',
      [
        '    assert total(4, 4) == 8\n',
        '    for _ in range(0):\n        assert total(4, 4) == 8\n',
      ],
    ],
    ['the process ends', ['def test_total', 'os._exit(0)\n\n\ndef test_total']],
    ['the order no longer counts', ['assertEqual(total', 'assertCountEqual(total']],
    [
      'in a lambda',
      ['    assert total(4, 4) == 8\n', '    lambda: self.assertEqual(total(4, 4), 8)\n'],
    ],
    ['as a fixture', ['def test_total():', '@pytest.fixture\ndef test_total():']],
    [
      'where its failure is expected',
      [
        '    assert total(4, 4) == 8\n',
        '    with pytest.raises(AssertionError):\n        assert total(4, 4) == 8\n',
      ],
    ],
    [
      'a return hides its failure',
      [
        '    assert total(4, 4) == 8\n',
        '    try:\n        assert total(4, 4) == 8\n    finally:\n        return\n',
      ],
    ],
    [
      'while False',
      ['    assert total(4, 4) == 8\n', '    while False:\n        assert total(4, 4) == 8\n'],
    ],
  ],
  honest: [
    [
      'a fixture that gives what tests need',
      [
        'def test_total():',
        '@pytest.fixture\ndef test_client():\n    client = 1\n    yield client\n\n\n@pytest.fixture\ndef clean():\n    yield\n\n\ndef test_total():',
      ],
    ],
    [
      'a class that others extend',
      ['class TestTotal:', 'class Totals:'],
      ['class TotalCase(', 'class TestTotals(Totals):\n    pass\n\n\nclass TotalCase('],
    ],
    [
      'the same name in two classes',
      [
        '    def test_case(self):',
        '    def test_adds(self):\n        self.assertTrue(total(1, 1))\n\n    def test_case(self):',
      ],
    ],
    ['another class of tests', ['class TestTotal:', 'class TestSums:']],
    [
      'a helper with a constructor',
      [
        'class TestTotal:',
        'class Client:\n    def __init__(self):\n        self.x = 1\n\n\nclient = Client()\n\n\nclass TestTotal:',
      ],
    ],
    [
      'a function that is called',
      [
        '    assert total(4, 4) == 8\n',
        '    def check():\n        assert total(4, 4) == 8\n\n    check()\n',
      ],
    ],
    [
      'a thread whose result is asserted',
      [
        '    assert total(4, 4) == 8\n',
        '    seen = []\n    thread = threading.Thread(target=seen.append, args=[total(4, 4)])\n    thread.start()\n    thread.join()\n    assert total(4, 4) == 8\n',
      ],
    ],
    [
      'an error that is expected',
      [
        '    assert total(4, 4) == 8\n',
        "    with pytest.raises(ValueError):\n        total('a', 1)\n    assert total(4, 4) == 8\n",
      ],
    ],
    [
      'values called like a test',
      [
        'def test_total():',
        'test_values = [1, 2]\ntest_values = test_values + [3]\n\n\ndef test_total():',
      ],
    ],
    [
      'an assertion of its own',
      [
        'class TotalCase(unittest.TestCase):\n',
        'class TotalCase(unittest.TestCase):\n    def assertSum(self, *given):\n        self.assertTrue(given)\n\n',
      ],
    ],
    [
      'something else that is deleted',
      [
        '    assert total(4, 4) == 8\n',
        '    values = [1]\n    del values\n    assert total(4, 4) == 8\n',
      ],
    ],
    [
      'a finally that cleans up',
      [
        '    assert total(4, 4) == 8\n',
        '    try:\n        assert total(4, 4) == 8\n    finally:\n        close()\n',
      ],
    ],
    [
      'a test for each version',
      [
        'def test_total():\n    assert total(4, 4) == 8\n',
        'if NEW:\n    def test_new():\n        pass\nelse:\n    def test_new():\n        pass\n\n\ndef test_total():\n    assert total(4, 4) == 8\n',
      ],
    ],
  ],
};
