import type { Edits } from './edit.ts';

const base = `package sums

import (
	"errors"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

const limit = 100

func TestAddsTwoNubmers(t *testing.T) {
	if got := Add(1, 2); got != 3 {
		t.Errorf("Add(1, 2) = %d, want 3", got)
	}
}

func TestAddsNegative(t *testing.T) {
	got := Add(-4, -6)
	want := -10
	if got != want {
		t.Fatalf("got %d, want %d", got, want)
	}
	if got > limit {
		t.Error("too large")
	}
}

func TestDivideByZero(t *testing.T) {
	_, err := Divide(1, 0)
	if !errors.Is(err, ErrZero) {
		t.Fatalf("got %v", err)
	}
}

func TestTable(t *testing.T) {
	tests := []struct {
		name        string
		left, right int
		want        int
	}{
		{name: "equal", left: 2, right: 2, want: 4},
		{name: "odd", left: 7, right: 5, want: 12},
		{name: "large", left: 20, right: 21, want: 41},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Add(tt.left, tt.right); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	parsed, err := Parse("12 + 30")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(parsed, Sum{Left: 12, Right: 30}) {
		t.Errorf("got %v", parsed)
	}
	assert.Equal(t, "+", parsed.Sign())
	assert.Len(t, parsed.Parts(), 2)
}

func TestLoads(t *testing.T) {
	Add(0, 0)
}
`;

export const go: Edits = {
  path: 'sums/sums_test.go',
  base,
  weakened: [
    ['assertion removed', ['	if got > limit {\n		t.Error("too large")\n	}\n', '']],
    [
      'assertion commented out',
      ['	assert.Equal(t, "+", parsed.Sign())', '	// assert.Equal(t, "+", parsed.Sign())'],
    ],
    [
      'failure became a log',
      ['t.Errorf("Add(1, 2) = %d, want 3", got)', 't.Logf("Add(1, 2) = %d, want 3", got)'],
    ],
    ['expectation changed', ['got != 3 {', 'got != 4 {']],
    ['expected variable changed', ['want := -10', 'want := -11']],
    ['sign changed', ['want := -10', 'want := 10']],
    ['expected became computed', ['want := -10', 'want := Add(-4, -6)']],
    ['row removed', ['		{name: "odd", left: 7, right: 5, want: 12},\n', '']],
    ['row changed', ['right: 5, want: 12', 'right: 5, want: 13']],
    ['skip', ['	Add(0, 0)', '	t.Skip("flaky")\n	Add(0, 0)']],
    [
      'skip in short mode',
      ['	Add(0, 0)', '	if testing.Short() {\n		t.SkipNow()\n	}\n	Add(0, 0)'],
    ],
    ['renamed out of the pattern', ['func TestAddsNegative', 'func testAddsNegative']],
    ['smoke test renamed away', ['func TestLoads(', 'func testLoads(']],
    ['case removed', ['func TestLoads(t *testing.T) {\n	Add(0, 0)\n}\n', '']],
    [
      'emptied',
      ['	if got := Add(1, 2); got != 3 {\n		t.Errorf("Add(1, 2) = %d, want 3", got)\n	}\n', ''],
    ],
    ['early return', ['	got := Add(-4, -6)\n', '	got := Add(-4, -6)\n	return\n']],
    [
      'return under a condition',
      [
        '	_, err := Divide(1, 0)\n',
        '	_, err := Divide(1, 0)\n	if os.Getenv("CI") != "" {\n		return\n	}\n',
      ],
    ],
    ['condition narrowed', ['if got != want {', 'if got != want && got != 0 {']],
    ['condition switched off', ['if got != want {', 'if got != want && false {']],
    ['compared with itself', ['if got != want {', 'if got != got {']],
    [
      'under a condition',
      [
        '	assert.Equal(t, "+", parsed.Sign())',
        '	if parsed.Sign() != "" {\n		assert.Equal(t, "+", parsed.Sign())\n	}',
      ],
    ],
    [
      'panic swallowed',
      ['	got := Add(-4, -6)\n', '	defer func() { recover() }()\n	got := Add(-4, -6)\n'],
    ],
    [
      'testify equal became not empty',
      ['assert.Equal(t, "+", parsed.Sign())', 'assert.NotEmpty(t, parsed.Sign())'],
    ],
    ['testify expectation changed', ['"+", parsed', '"-", parsed']],
    ['which error does not matter', ['if !errors.Is(err, ErrZero) {', 'if err == nil {']],
    ['limit raised', ['const limit = 100', 'const limit = 10000']],
    ['operator loosened', ['if got > limit {', 'if got > limit*limit && got > 5 {']],
    ['input changed', ['Parse("12 + 30")', 'Parse("12 + 31")']],
    ['build tag', ['package sums', '//go:build ignore\n\npackage sums']],
    [
      'deep equal dropped',
      ['	if !reflect.DeepEqual(parsed, Sum{Left: 12, Right: 30}) {', '	if parsed.Left == 0 {'],
    ],
    [
      'continue in the table',
      ['		t.Run(tt.name', '		if tt.left == 7 {\n			continue\n		}\n		t.Run(tt.name'],
    ],
    [
      'leaves with success',
      [
        'func TestLoads(t *testing.T) {\n',
        'func TestMain(m *testing.M) {\n	os.Exit(0)\n}\n\nfunc TestLoads(t *testing.T) {\n',
      ],
    ],
  ],
  honest: [
    ['a typo in a name', ['TestAddsTwoNubmers', 'TestAddsTwoNumbers']],
    [
      'a message reworded',
      ['"got %d, want %d", got, want)', '"Add(-4, -6): got %d, want %d", got, want)'],
    ],
    ['a comment', ['const limit', '// As in the manual.\nconst limit']],
    [
      'a case added',
      [
        'func TestLoads',
        'func TestZero(t *testing.T) {\n	if got := Add(0, 5); got != 5 {\n		t.Errorf("got %d", got)\n	}\n}\n\nfunc TestLoads',
      ],
    ],
    ['an assertion added', ['	assert.Len(t', '	assert.NotNil(t, parsed)\n	assert.Len(t']],
    [
      'a row added',
      ['		{name: "odd"', '		{name: "one", left: 1, right: 1, want: 2},\n		{name: "odd"'],
    ],
    ['a row renamed', ['name: "odd"', 'name: "odd numbers"']],
    ['an import updated', ['stretchr/testify/assert', 'stretchr/testify/v2/assert']],
    ['an import added', ['"errors"\n', '"errors"\n	"os"\n']],
    [
      'a variable renamed',
      ['	got := Add(-4, -6)', '	sum := Add(-4, -6)'],
      ['if got != want {', 'if sum != want {'],
      ['"got %d, want %d", got, want)', '"got %d, want %d", sum, want)'],
      ['if got > limit', 'if sum > limit'],
    ],
    [
      'the loop variable renamed',
      ['for _, tt := range', 'for _, tc := range'],
      ['t.Run(tt.name', 't.Run(tc.name'],
      ['Add(tt.left, tt.right); got != tt.want', 'Add(tc.left, tc.right); got != tc.want'],
      ['"got %d, want %d", got, tt.want', '"got %d, want %d", got, tc.want'],
    ],
    [
      'a value extracted',
      ['	if got := Add(1, 2); got != 3 {', '	got := Add(1, 2)\n	if got != 3 {'],
    ],
    [
      'the expectation extracted',
      ['	if got := Add(1, 2); got != 3 {', '	want := 3\n	if got := Add(1, 2); got != want {'],
    ],
    ['Fatal instead of Error', ['t.Error("too large")', 't.Fatal("too large")']],
    ['parallel', ['	got := Add(-4, -6)\n', '	t.Parallel()\n	got := Add(-4, -6)\n']],
    ['t.Helper and cleanup', ['	Add(0, 0)', '	t.Cleanup(func() {})\n	Add(0, 0)']],
    [
      'to testify',
      [
        '	if got != want {\n		t.Fatalf("got %d, want %d", got, want)\n	}',
        '	assert.Equal(t, want, got)',
      ],
    ],
    ['NoError', ['	if err != nil {\n		t.Fatal(err)\n	}', '	assert.NoError(t, err)']],
    [
      'into the table',
      [
        'func TestAddsTwoNubmers(t *testing.T) {\n	if got := Add(1, 2); got != 3 {\n		t.Errorf("Add(1, 2) = %d, want 3", got)\n	}\n}\n\n',
        '',
      ],
      ['		{name: "odd"', '		{name: "small", left: 1, right: 2, want: 3},\n		{name: "odd"'],
    ],
    [
      'a subtest',
      [
        '	if got := Add(1, 2); got != 3 {\n		t.Errorf("Add(1, 2) = %d, want 3", got)\n	}',
        '	t.Run("small", func(t *testing.T) {\n		if got := Add(1, 2); got != 3 {\n			t.Errorf("Add(1, 2) = %d, want 3", got)\n		}\n	})',
      ],
    ],
    [
      'a helper extracted',
      [
        'func TestAddsTwoNubmers',
        'func check(t *testing.T, got, want int) {\n	t.Helper()\n	if got != want {\n		t.Errorf("got %d, want %d", got, want)\n	}\n}\n\nfunc TestAddsTwoNubmers',
      ],
      [
        '	if got := Add(1, 2); got != 3 {\n		t.Errorf("Add(1, 2) = %d, want 3", got)\n	}',
        '	check(t, Add(1, 2), 3)',
      ],
    ],
    [
      'one case split in two',
      [
        '	if got > limit {',
        '}\n\nfunc TestStaysSmall(t *testing.T) {\n	got := Add(-4, -6)\n	if got > limit {',
      ],
    ],
    ['reformatted', ['Sum{Left: 12, Right: 30}', 'Sum{\n		Left:  12,\n		Right: 30,\n	}']],
    [
      'rows without keys',
      ['{name: "equal", left: 2, right: 2, want: 4}', '{"equal", 2, 2, 4}'],
      ['{name: "odd", left: 7, right: 5, want: 12}', '{"odd", 7, 5, 12}'],
      ['{name: "large", left: 20, right: 21, want: 41}', '{"large", 20, 21, 41}'],
    ],
    [
      'the case reordered',
      ['func TestLoads(t *testing.T) {\n	Add(0, 0)\n}\n', ''],
      ['func TestParse', 'func TestLoads(t *testing.T) {\n	Add(0, 0)\n}\n\nfunc TestParse'],
    ],
  ],
};
