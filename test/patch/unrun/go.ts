import type { Edits } from '../edits/edit.ts';

export const go: Edits = {
  path: 'a_test.go',
  base: 'package a\n\nimport (\n\t"testing"\n\n\t"github.com/stretchr/testify/assert"\n)\n\nfunc TestTotal(t *testing.T) {\n\tif Total(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n}\n\nfunc TestMore(t *testing.T) {\n\tassert.Equal(t, 4, Total(2, 2))\n}\n',
  weakened: [
    [
      'in a goroutine',
      [
        '\tif Total(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n',
        '\tgo func() {\n\t\tif Total(1, 2) != 3 {\n\t\t\tt.Fatal("no")\n\t\t}\n\t}()\n',
      ],
    ],
    [
      'in a function that nothing calls',
      [
        '\tif Total(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n',
        '\t_ = func() {\n\t\tif Total(1, 2) != 3 {\n\t\t\tt.Fatal("no")\n\t\t}\n\t}\n',
      ],
    ],
    [
      'in a timer',
      [
        '\tif Total(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n',
        '\ttime.AfterFunc(time.Hour, func() {\n\t\tif Total(1, 2) != 3 {\n\t\t\tt.Fatal("no")\n\t\t}\n\t})\n',
      ],
    ],
    [
      'assert is of another package',
      ['github.com/stretchr/testify/assert', 'example.com/fake/assert'],
    ],
    ['Equal became EqualValues', ['assert.Equal(', 'assert.EqualValues(']],
    ['TestMain runs none', ['func TestTotal', 'func TestMain(m *testing.M) {}\n\nfunc TestTotal']],
    [
      'in a loop that never begins',
      [
        '\tif Total(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n',
        '\tfor false {\n\t\tif Total(1, 2) != 3 {\n\t\t\tt.Fatal("no")\n\t\t}\n\t}\n',
      ],
    ],
  ],
  honest: [
    [
      'a goroutine that is waited for',
      [
        '\tif Total(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n',
        '\tdone := make(chan struct{})\n\tgo func() {\n\t\tdefer close(done)\n\t\tif Total(1, 2) != 3 {\n\t\t\tt.Error("no")\n\t\t}\n\t}()\n\t<-done\n',
      ],
    ],
    [
      'a function that is called',
      [
        '\tif Total(1, 2) != 3 {\n\t\tt.Fatal("no")\n\t}\n',
        '\tcheck := func() {\n\t\tif Total(1, 2) != 3 {\n\t\t\tt.Fatal("no")\n\t\t}\n\t}\n\tcheck()\n',
      ],
    ],
    [
      'TestMain that runs them',
      ['func TestTotal', 'func TestMain(m *testing.M) {\n\tos.Exit(m.Run())\n}\n\nfunc TestTotal'],
    ],
    [
      'require for assert',
      ['testify/assert"', 'testify/require"'],
      ['assert.Equal', 'require.Equal'],
    ],
    [
      'an object that asserts',
      [
        '\tassert.Equal(t, 4, Total(2, 2))',
        '\tassert := assert.New(t)\n\tassert.Equal(4, Total(2, 2))',
      ],
    ],
    [
      'EqualValues became Equal',
      [
        'func TestTotal',
        'func TestValues(t *testing.T) {\n\tassert.EqualValues(t, 4, Total(2, 2))\n}\n\nfunc TestTotal',
      ],
    ],
  ],
};
