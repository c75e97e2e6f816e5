/** The names beside those that a change adds are read only where naming their folders takes no time. */
import { expect, test } from 'vitest';
import { alikeQuestions } from '../../../../src/adapters/workspace/commits/alike-paths.ts';
import { DEEPEST } from '../../../../src/core/paths/alike-names.ts';

/** Each path is one that a system can open, and they are no more than a change may have. */
const deep = (folder: number) =>
  Array.from({ length: 50 }, (_, at) => {
    const names = Array.from({ length: 100 }, (_, depth) =>
      `${at % folder}x${depth}`.padEnd(35, 'n'),
    );
    return `${names.join('/')}/${at}`;
  });

const ask = (folders: number) => alikeQuestions('0'.repeat(40), deep(folders));

test('files that all stand in deep folders of their own are too many', () => {
  expect(ask(50)).toBeNull();
});

test('files that share their deep folders are asked about', () => {
  expect(
    ask(1)
      ?.questions.flat()
      .filter(word => word.endsWith('/')),
  ).toHaveLength(DEEPEST);
});
