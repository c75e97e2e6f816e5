/** The example suite, as a maintainer walks it at a shell: without GitHub, without a key of a model. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EvaluationResult } from '../../src/core/evaluation/result.ts';
import { runHere } from '../cli/environment.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../docs/examples/evaluation');

let folder: string;
let suite: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gh-evaluation-'));
  await cp(EXAMPLE, folder, { recursive: true });
  suite = join(folder, 'suite.yaml');
  // Two runs that fell are enough to tell, which by chance alone is one case of four.
  const text = await readFile(suite, 'utf8');
  await writeFile(suite, `${text}\nregression: { chance: 0.3 }\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

const state = () => join(folder, 'state');
const evaluate = (...args: string[]) =>
  runHere(['evaluate', suite, ...args], { GATEHOUSE_STATE_DIR: state() });
const resultIn = async (file: string) =>
  EvaluationResult.parse(JSON.parse(await readFile(file, 'utf8')));

it('grades two profiles, and fails where one has regressed', async () => {
  const base = join(folder, 'base.json');
  const careful = await evaluate('--profile', 'careful', '--out', base);
  expect(careful).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/careful +2 of 2 +100 %/),
  });
  expect(careful.stderr).toMatch(/✓ 2\/2 {2}\w+ by careful, run 1: passed/);
  const before = await resultIn(base);
  expect(before.trials.map(({ graders }) => graders)).toEqual(
    Array(2).fill([
      { grader: 'node --test', passed: true, reason: '' },
      // What an agent leaves is its change: it saw no hidden test, or that would be among it.
      { grader: 'change', passed: true, reason: '' },
    ]),
  );
  // The push and the pull request are open to it, and the merge waits for a person.
  expect(before.trials.map(({ asked }) => asked)).toEqual([1, 1]);
  expect(before.trials[0]?.agents).toEqual({ author: ['simulated'], reviewer: ['simulated'] });

  const { careful: figures, ...others } = before.profiles;
  const trials = before.trials.map(trial => ({ ...trial, profile: 'hasty' }));
  const was = { ...before, trials, profiles: { ...others, hasty: figures } };
  await writeFile(base, JSON.stringify(was));
  const out = join(folder, 'after.json');
  const hasty = await evaluate('--profile', 'hasty', '--against', base, '--out', out);
  expect(hasty.code).toBe(1);
  expect(hasty.stdout).toContain('hasty: 2 of 2 before, 0 of 2 now. It has regressed');
  expect(hasty.stdout).toContain('✗ carry: 1 of 1 before, 0 of 1 now');
  expect(hasty.stdout).toContain('✗ hasty does not meet T2. It takes 4 graded runs');
  const reasons = (await resultIn(out)).trials.map(({ reason }) => reason);
  expect(reasons.sort()).toEqual([
    'change: test/durations.test.js was changed.',
    expect.stringMatching(/^node --test: `node --test` exited with 1\.\n[\s\S]*what rounding/),
  ]);

  // Two results are compared without any run.
  const again = await runHere(['evaluate', out, '--against', base], {});
  expect(again).toMatchObject({ code: 1, stdout: hasty.stdout });
  expect((await runHere(['evaluate', out], {})).code).toBe(0);
  expect((await runHere(['evaluate', out, '--repeat', '2'], {})).stdout).toContain(
    'is a result, with which only --json and --against go',
  );

  const own = { GATEHOUSE_STATE_DIR: join(state(), 'evaluation') };
  const { id } = before.trials[0] ?? {};
  expect(await runHere(['logs', id ?? ''], own)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('node --test'),
  });
  const verified = await runHere(['verify'], own);
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('verify: ok (4 ') });
});

it('says what a suite lacks before anything is begun', async () => {
  const wrong = join(folder, 'wrong.yaml');
  const said = async (from: string, to: string) => {
    await writeFile(wrong, (await readFile(suite, 'utf8')).replace(from, to));
    const { code, stdout, stderr } = await runHere(['evaluate', wrong], {
      GATEHOUSE_STATE_DIR: join(folder, 'none'),
    });
    expect(code).toBe(1);
    return stdout + stderr;
  };
  expect(await said('title: format(119.7)', 'titel: format(119.7)')).toContain(
    `${wrong}:9:5: tasks.carry.titel: unknown key (did you mean "title"?)`,
  );
  expect(await said('hidden: hidden/carry', 'hidden: hidden/cary')).toContain(
    `${wrong}:13:9: tasks.carry.graders.0.hidden: there is no folder ${join(folder, 'hidden/cary')}`,
  );
  expect(await said('repository: durations', 'repository: https://github.com/acme/shop')).toContain(
    `${wrong}:8:5: tasks.carry.repository: \`commit\` is missing`,
  );
  expect((await evaluate('--profile', 'hastier', '--out', folder)).stdout).toContain(
    '--profile: the suite has no profile hastier; it has careful, hasty',
  );
  expect((await evaluate('--out', folder)).stdout).toContain('is a folder: name a file');
  expect((await evaluate('--against', suite)).stderr).toContain(`${suite} is no JSON`);
  expect(await said('{ simulation: hasty }', '{}')).toContain(
    "The profile hasty can't be used: agents are simulated until GATEHOUSE_REAL_AGENTS=1 is set",
  );
  expect(
    await said(
      '{ simulation: hasty }',
      '{ simulation: hasty, roles: { authr: [{ adapter: codex }] } }',
    ),
  ).toContain('there is no role authr in');
});
