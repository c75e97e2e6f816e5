import type { Edits } from './edit.ts';

const base = `"""Tests of sums."""
import unittest

import pytest

from sums import Rounding, add, divide, parse

LIMIT = 100


@pytest.fixture
def parsed():
    return parse("12 + 30")


def test_adds_two_nubmers():
    """Adds two nubmers."""
    assert add(1, 2) == 3


def test_adds_negative_numbers():
    result = add(-4, -6)
    assert result == -10, "negative numbers"
    assert isinstance(result, int)


def test_refuses_to_divide_by_zero():
    with pytest.raises(ZeroDivisionError, match="by zero"):
        divide(1, 0)


def test_parses(parsed):
    assert parsed == {"left": 12, "right": 30}
    assert parsed["left"] < LIMIT


@pytest.mark.parametrize(
    "left, right, total",
    [
        (2, 2, 4),
        (7, 5, 12),
        (20, 21, 41),
    ],
)
def test_table(left, right, total):
    assert add(left, right) == total


def test_loads():
    add(0, 0)


class TestRounding(unittest.TestCase):
    def setUp(self):
        self.rounding = Rounding(2)

    def test_rounds(self):
        self.assertEqual(self.rounding.round(1.005), 1.01)
        self.assertTrue(self.rounding.exact)

    def test_modes(self):
        self.assertIn("half-up", self.rounding.modes)
        with self.assertRaises(ValueError):
            self.rounding.mode = "sideways"
`;

export const python: Edits = {
  path: 'tests/test_sums.py',
  base,
  weakened: [
    ['assertion removed', ['    assert isinstance(result, int)\n', '']],
    ['assertion commented out', ['    assert isinstance', '    # assert isinstance']],
    ['expectation changed', ['== 3', '== 4']],
    ['sign changed', ['== -10', '== 10']],
    ['equal became truthy', ['assert result == -10', 'assert result']],
    ['equal became not none', ['assert result == -10', 'assert result is not None']],
    ['equal became at least', ['assert result == -10', 'assert result >= -10']],
    ['or True', ['assert isinstance(result, int)', 'assert isinstance(result, int) or True']],
    ['a tuple is always true', ['assert add(1, 2) == 3', 'assert (add(1, 2) == 3, "sum")']],
    ['an alternative', ['assert add(1, 2) == 3', 'assert add(1, 2) == 3 or add(1, 2) == 4']],
    ['assert True', ['assert isinstance(result, int)', 'assert True']],
    ['skip', ['def test_loads', '@pytest.mark.skip(reason="flaky")\ndef test_loads']],
    ['xfail', ['def test_loads', '@pytest.mark.xfail\ndef test_loads']],
    ['skipif', ['def test_loads', '@pytest.mark.skipif(True, reason="x")\ndef test_loads']],
    ['skip inside', ['    add(0, 0)', '    pytest.skip("later")\n    add(0, 0)']],
    ['skip of a whole module', ['LIMIT = 100', 'LIMIT = 100\npytestmark = pytest.mark.skip']],
    ['unittest skip', ['    def test_rounds', '    @unittest.skip("x")\n    def test_rounds']],
    [
      'expected failure',
      ['    def test_rounds', '    @unittest.expectedFailure\n    def test_rounds'],
    ],
    ['renamed out of the pattern', ['def test_adds_two', 'def _test_adds_two']],
    ['smoke test renamed away', ['def test_loads', 'def check_loads']],
    ['case removed', ['def test_loads():\n    add(0, 0)\n', '']],
    ['emptied', ['    assert add(1, 2) == 3', '    pass']],
    ['row removed', ['        (7, 5, 12),\n', '']],
    ['row changed', ['(7, 5, 12)', '(7, 5, 13)']],
    ['early return', ['    assert add(1, 2) == 3', '    return\n    assert add(1, 2) == 3']],
    ['under a condition', ['    assert isinstance', '    if result:\n        assert isinstance']],
    [
      'failure caught',
      [
        '    assert add(1, 2) == 3',
        '    try:\n        assert add(1, 2) == 3\n    except AssertionError:\n        pass',
      ],
    ],
    [
      'failure suppressed',
      [
        '    assert add(1, 2) == 3',
        '    with contextlib.suppress(Exception):\n        assert add(1, 2) == 3',
      ],
    ],
    ['any error will do', ['raises(ZeroDivisionError, match="by zero")', 'raises(Exception)']],
    ['any message will do', ['ZeroDivisionError, match="by zero"', 'ZeroDivisionError']],
    ['any error will do in unittest', ['assertRaises(ValueError)', 'assertRaises(Exception)']],
    [
      'nearly equal',
      [
        'assertEqual(self.rounding.round(1.005), 1.01)',
        'assertAlmostEqual(self.rounding.round(1.005), 1.01, places=1)',
      ],
    ],
    ['approx', ['== 3', '== pytest.approx(3, abs=2)']],
    ['limit raised', ['LIMIT = 100', 'LIMIT = 10000']],
    ['input changed', ['parse("12 + 30")', 'parse("12 + 31")']],
    [
      'assertEqual became assertTrue',
      ['assertEqual(self.rounding.round(1.005), 1.01)', 'assertTrue(self.rounding.round(1.005))'],
    ],
    ['compared with itself', ['assert result == -10', 'assert result == result']],
    ['flaky', ['def test_loads', '@pytest.mark.flaky(reruns=3)\ndef test_loads']],
    [
      '__test__',
      [
        'class TestRounding(unittest.TestCase):\n',
        'class TestRounding(unittest.TestCase):\n    __test__ = False\n',
      ],
    ],
  ],
  honest: [
    ['a typo in a docstring', ['Adds two nubmers.', 'Adds two numbers.']],
    ['a typo in a name', ['test_adds_two_nubmers', 'test_adds_two_numbers']],
    ['a message reworded', ['"negative numbers"', '"sums of negative numbers"']],
    ['a message added', ['== 3', '== 3, "one and two"']],
    ['a comment', ['LIMIT = 100', '# As in the manual.\nLIMIT = 100']],
    [
      'a case added',
      ['def test_loads', 'def test_zero():\n    assert add(0, 5) == 5\n\n\ndef test_loads'],
    ],
    [
      'an assertion added',
      [
        '    assert isinstance(result, int)',
        '    assert isinstance(result, int)\n    assert result < 0',
      ],
    ],
    ['a row added', ['        (7, 5, 12),\n', '        (7, 5, 12),\n        (1, 1, 2),\n']],
    ['an import updated', ['from sums import', 'from maths.sums import']],
    ['an import added', ['import pytest\n', 'import pytest\nimport sys\n']],
    [
      'a variable renamed',
      ['    result = add(-4, -6)', '    total = add(-4, -6)'],
      ['assert result == -10', 'assert total == -10'],
      ['isinstance(result, int)', 'isinstance(total, int)'],
    ],
    [
      'a fixture renamed',
      ['def parsed():', 'def parsed_sum():'],
      ['test_parses(parsed)', 'test_parses(parsed_sum)'],
      ['assert parsed == {', 'assert parsed_sum == {'],
      ['assert parsed["left"]', 'assert parsed_sum["left"]'],
    ],
    ['single quotes', ['parse("12 + 30")', "parse('12 + 30')"]],
    [
      'a value extracted',
      ['    assert add(1, 2) == 3', '    total = add(1, 2)\n    assert total == 3'],
    ],
    [
      'the expectation extracted',
      ['    assert add(1, 2) == 3', '    wanted = 3\n    assert add(1, 2) == wanted'],
    ],
    [
      'a value inlined',
      [
        '    result = add(-4, -6)\n    assert result == -10, "negative numbers"\n    assert isinstance(result, int)',
        '    assert add(-4, -6) == -10\n    assert isinstance(add(-4, -6), int)',
      ],
    ],
    [
      'parametrised',
      [
        'def test_adds_two_nubmers():\n    """Adds two nubmers."""\n    assert add(1, 2) == 3',
        '@pytest.mark.parametrize("a, b, c", [(1, 2, 3)])\ndef test_adds(a, b, c):\n    assert add(a, b) == c',
      ],
    ],
    [
      'to a plain assert',
      [
        'self.assertEqual(self.rounding.round(1.005), 1.01)',
        'assert self.rounding.round(1.005) == 1.01',
      ],
    ],
    [
      'to a plain in',
      ['self.assertIn("half-up", self.rounding.modes)', 'assert "half-up" in self.rounding.modes'],
    ],
    [
      'one case split in two',
      [
        '    assert isinstance(result, int)',
        '\n\ndef test_stays_whole():\n    result = add(-4, -6)\n    assert isinstance(result, int)',
      ],
    ],
    [
      'a fixture for the value',
      [
        'def test_adds_negative_numbers():\n    result = add(-4, -6)\n',
        '@pytest.fixture\ndef result():\n    return add(-4, -6)\n\n\ndef test_adds_negative_numbers(result):\n',
      ],
    ],
    [
      'a helper extracted',
      [
        'def test_adds_two_nubmers():',
        'def check(a, b, c):\n    assert add(a, b) == c\n\n\ndef test_adds_two_nubmers():',
      ],
      ['    assert add(1, 2) == 3', '    check(1, 2, 3)'],
    ],
    [
      'ids for the rows',
      [
        '        (20, 21, 41),\n    ],\n',
        '        (20, 21, 41),\n    ],\n    ids=["equal", "odd", "large"],\n',
      ],
    ],
    [
      'type hints',
      [
        'def test_table(left, right, total):',
        'def test_table(left: int, right: int, total: int) -> None:',
      ],
    ],
    [
      'cases reordered',
      ['def test_loads():\n    add(0, 0)\n\n\n', ''],
      ['def test_parses(parsed)', 'def test_loads():\n    add(0, 0)\n\n\ndef test_parses(parsed)'],
    ],
    [
      'reformatted',
      ['{"left": 12, "right": 30}', '{\n        "left": 12,\n        "right": 30,\n    }'],
    ],
    ['a marker', ['def test_loads', '@pytest.mark.integration\ndef test_loads']],
  ],
};
