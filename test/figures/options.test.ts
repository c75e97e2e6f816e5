/** Proofs and benches say so where an option chose nothing: nothing measured is nothing proved. */
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const TEST = join(import.meta.dirname, '..');

test.each([
  ['fuzz/main.ts', ['--only', 'nosuch'], 'shell lines'],
  ['bench/main.ts', ['--only', 'nosuch'], 'workspace'],
  ['prove/tests/main.ts', ['--only', 'nosuch'], 'src/core/'],
  ['faults/main.ts', ['--rows', '--only', 'nosuch'], 'hostile: '],
  ['faults/main.ts', ['--crashes', '--walks', 'nosuch'], 'backlog'],
])('%s %s is refused with all names', async (file, options, aName) => {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [join(TEST, file), ...options],
    { reject: false },
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  const [option] = options.slice(-2);
  expect(stderr).toContain(`${option} "nosuch" matches none of these:\n`);
  expect(stderr).toContain(aName);
});

test('an upgrade from what is no revision is refused before anything is installed', async () => {
  const { exitCode, stderr } = await execa(
    process.execPath,
    [join(TEST, 'package/main.ts'), '--upgrade-from', 'nosuch'],
    { reject: false },
  );
  const said =
    'package: --upgrade-from takes a tag, branch or commit of this repository, not "nosuch"';
  expect([exitCode, stderr]).toEqual([2, `${said}. --help lists the options.`]);
});

test('a number, a word and a pattern that can not be taken are refused in one line', async () => {
  for (const [option, said] of [
    ['--seeds=none', '--seeds takes a whole number from 1, not "none"'],
    ['--queue=kafka', '--queue takes postgres or redis, not "kafka"'],
    ['--only=(', '--only takes a regular expression, not "("'],
    ['--nosuch', "Unknown option '--nosuch'"],
  ] as const) {
    const { exitCode, stderr } = await execa(
      process.execPath,
      [join(TEST, 'faults/main.ts'), '--crashes', option],
      { reject: false },
    );
    expect([exitCode, stderr]).toEqual([2, `faults: ${said}. --help lists the options.`]);
  }
});

test('a command without options says what it does, and does nothing', async () => {
  const { exitCode, stdout } = await execa(process.execPath, [
    join(TEST, 'pictures/main.ts'),
    '--help',
  ]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Draws what people see on GitHub/);
});
