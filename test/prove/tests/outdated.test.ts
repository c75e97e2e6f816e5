/** `npm run prove:tests` seeds what its table says: whoever changes such a line changes the table. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FAULTS } from './faults.ts';
import { outdatedIn } from './outdated.ts';

const ROOT = join(import.meta.dirname, '../../..');

it.each(FAULTS)('$file: $text', async fault => {
  expect(await outdatedIn(ROOT, fault)).toEqual([]);
});

it('a line, a file and a test that are gone are named', async () => {
  const fault = { file: 'src/main.ts', text: 'no such line', instead: '', tests: ['test/gone.ts'] };
  expect(await outdatedIn(ROOT, fault)).toEqual([
    'its test test/gone.ts does not exist: name the one that covers this now',
    'it contains this text 0 times instead of once: "no such line"',
  ]);
  expect(await outdatedIn(ROOT, { ...fault, file: 'src/gone.ts' })).toEqual([
    'this file does not exist: name the file that does this now',
  ]);
});
