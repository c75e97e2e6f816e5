/** The walk drawn in docs/architecture.md is the code's: its files are there, and few enough to read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const [, section = ''] = page.split('## The walk of a `/agent fix`\n');
const [walk = ''] = section.split('\n## ');
const rows = [...walk.matchAll(/^\| (\d+) \| `([^`]+)` \| `([^`]+)` \|/gm)].map(
  ([, number, file = '', name = '']) => ({ number: Number(number), file, name }),
);

test('a `/agent fix` passes at most 15 files to its first effect, and none twice', () => {
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, at) => at + 1));
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.length).toBeLessThanOrEqual(15);
  expect(new Set(rows.map(({ file }) => file)).size).toBe(rows.length);
});

test.each(rows)('$file has the function $name', ({ file, name }) => {
  const text = readFileSync(join(root, file), 'utf8');
  expect(text).toMatch(new RegExp(`^export (async )?(function|const) ${name}\\b`, 'm'));
});

test('the drawing has a box for each row, and no other', () => {
  const boxes = [...walk.matchAll(/\w+\["(\d+) /g)].map(([, number]) => Number(number));
  expect(boxes).toEqual(rows.map(({ number }) => number));
});
