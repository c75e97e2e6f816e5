import { expect, it } from 'vitest';
import { ecosystemsOf, installerOf, programsOf } from '../../src/toolchain/tools.ts';

it.each<[string[], string[]]>([
  [['npm', 'ci'], ['npm']],
  [['./gradlew', 'test'], ['java']],
  [['./scripts/test.sh'], []],
  [['.venv/bin/python', '-m', 'pytest'], []],
  [['sh', '-c', 'python3 -m venv .venv && true'], ['python3']],
  [['bash', '-c', 'cd app && npm test'], ['npm']],
  [
    ['sh', '-c', 'npm test && bundle exec rspec && ./gradlew test'],
    ['npm', 'bundle', 'java'],
  ],
  [
    ['sh', '-c', `npm ci && sh -c 'python3 -m venv .venv && x "$@"' sh -e .`],
    ['npm', 'python3'],
  ],
  // Whether these are started is known when they run.
  [['sh', '-c', 'pnpm install || npm ci'], ['pnpm']],
  [['sh', '-c', 'if test -f a; then go vet; fi'], []],
  [['sh', '-c', './gradlew testClasses && { gradle test || true; }'], ['java']],
  [['sh', '-c', 'npm "'], ['npm']],
  [['sh', 'test.sh'], ['sh']],
  [['sh', '-c'], []],
])('%j starts %j of the machine', (argv, programs) => {
  expect(programsOf(argv)).toEqual(programs);
});

it('what is missing has a command that installs it, where it is known', () => {
  expect(installerOf('pnpm')).toBe('npm install --global pnpm');
  expect(installerOf('zig')).toBeNull();
  expect(ecosystemsOf(['sh', '-c', 'npm ci && python3 -m venv .venv'])).toEqual(['npm', 'pypi']);
  expect(ecosystemsOf(['zig', 'build'])).toEqual([]);
});
