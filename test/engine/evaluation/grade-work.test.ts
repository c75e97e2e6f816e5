/** A grader whose own program is not there says nothing of the work. */
import { expect, it } from 'vitest';
import { isItself } from '../../../src/engine/evaluation/grade-work.ts';

it.each([
  [['pytest', '-q'], '/bin/sh: 21: exec: pytest: not found', true],
  [['bash', '-c', 'cd a && pytest'], 'bash: line 1: pytest: command not found', true],
  // A script of the work, a program of the repository, and a test that prints the like.
  [['npm', 'test'], 'sh: 1: vitest: not found', false],
  [['./gradlew', 'test'], '/bin/sh: 21: exec: ./gradlew: not found', false],
  [['npm', 'test'], 'first\nsh: 1: npm: not found', false],
  [['npm', 'test'], '', false],
])('%j and %j: %j', (argv, printed, own) => {
  expect(isItself(argv, printed)).toBe(own);
});
