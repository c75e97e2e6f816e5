import { expect, it } from 'vitest';
import { ecosystemOf, installerOf, programOf } from '../../src/toolchain/tools.ts';

it.each<[string[], string | null]>([
  [['npm', 'ci'], 'npm'],
  [['./gradlew', 'test'], 'java'],
  [['./scripts/test.sh'], null],
  [['.venv/bin/python', '-m', 'pytest'], null],
  [['sh', '-c', 'python3 -m venv .venv && true'], 'python3'],
  [['bash', '-c', 'cd app && npm test'], null],
  [['sh', 'test.sh'], 'sh'],
  [['sh', '-c'], null],
])('%j begins with the program %s of the machine', (argv, program) => {
  expect(programOf(argv)).toBe(program);
});

it('what is missing has a command that installs it, where it is known', () => {
  expect(installerOf('pnpm')).toBe('npm install --global pnpm');
  expect(installerOf('zig')).toBeNull();
  expect(ecosystemOf(['sh', '-c', 'python3 -m venv .venv'])).toBe('pypi');
  expect(ecosystemOf(['zig', 'build'])).toBeNull();
});
