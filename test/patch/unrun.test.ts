/** Tests that pass because they are not run any more, or because something else stands for what asserts; and honest edits that look alike. */
import { describe, expect, test } from 'vitest';
import { inspectChange } from '../../src/patch/inspect-change.ts';
import { change, entry } from './change.ts';
import { type Edit, type Edits, edited } from './edits/edit.ts';
import { go } from './unrun/go.ts';
import { javascript } from './unrun/javascript.ts';
import { python } from './unrun/python.ts';
import { rust } from './unrun/rust.ts';

const LANGUAGES = { JavaScript: javascript, Python: python, Go: go, Rust: rust };

const found = (edits: Edits, edit: Edit) =>
  inspectChange(change(edited(edits, edit))).map(({ kind, reason }) => `${kind}: ${reason}`);

describe.each(Object.entries(LANGUAGES))('%s', (_, language) => {
  test.each(language.weakened)('held: %s', (...edit) => {
    expect(found(language, edit).join('\n')).toMatch(/^test-weakened: /m);
  });

  test.each(language.honest)('not held: %s', (...edit) => {
    expect(found(language, edit)).toEqual([]);
  });

  test('none of it is held against a new file', () => {
    const { path, base } = language;
    expect(inspectChange(change(entry(path, { after: base })))).toEqual([]);
  });
});

test('a program beside the tests may end with success', () => {
  const after = 'await main();\nprocess.exit(0);\n';
  expect(inspectChange(change(entry('test/demo/main.ts', { after })))).toEqual([]);
});

test('what stands in for an assertion is told', () => {
  const [edit] = javascript.weakened;
  expect(edit && found(javascript, edit)).toEqual([
    'test-weakened: Line 4: "expect as declared here" is what tests use now.',
  ]);
});
