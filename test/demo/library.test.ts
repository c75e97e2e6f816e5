/**
 * The demo's repository and its scripted edits, replayed in order on a copy: each stage must be red
 * and green exactly where the demo says so.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ReviewReport } from '../../src/core/handover/review.ts';

const scripts = join(import.meta.dirname, 'scripts');
const player = join(import.meta.dirname, '../../src/adapters/agents/play.mjs');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-library-'));
  const fresh = (source: string) => !source.includes('node_modules');
  await cp(join(import.meta.dirname, 'library'), folder, { recursive: true, filter: fresh });
  const end = await run('npm', ['ci', '--prefer-offline']);
  if (end.code !== 0) throw new Error(`npm ci: ${end.said}`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(
  command: string,
  args: string[],
  prompt = '',
): Promise<{ code: number; said: string }> {
  return new Promise(done => {
    // Node's test runner reports to its parent where this is set.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = execFile(command, args, { cwd: folder, env }, (_error, out, err) =>
      done({ code: child.exitCode ?? -1, said: out + err }),
    );
    child.stdin?.end(prompt);
  });
}

/** By the player that the simulated agent runs in the sandbox; an edit that misses ends it red. */
async function replay(role: string, issue = 'issue.md'): Promise<void> {
  const prompt = await readFile(join(import.meta.dirname, issue), 'utf8');
  const end = await run(process.execPath, [player, join(scripts, `${role}.json`)], prompt);
  expect(end).toMatchObject({ code: 0, said: expect.stringMatching(/\{"type":"done"/) });
}

/** The scripts of its package, and what they say. Node starts them as npm does, and is there much sooner. */
async function look() {
  const script = (name: string) => run(process.execPath, ['--run', name]);
  const [lint, test, docs] = await Promise.all([script('lint'), script('test'), script('docs')]);
  const colour = ({ code }: { code: number }) => (code === 0 ? 'green' : 'red');
  return {
    colours: { lint: colour(lint), test: colour(test), docs: colour(docs) },
    said: { lint: lint.said, test: test.said, docs: docs.said },
  };
}

/** Each file of the work tree. */
async function contents(): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names
    .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async file => [file, await readFile(file, 'utf8')] as const)),
  );
}

it('starts with a bug that a test shows, and one lint error', async () => {
  const { colours, said } = await look();
  expect(colours).toEqual({ lint: 'red', test: 'red', docs: 'green' });
  expect(said.test).toMatch(/'60m' !== '1h'/);
  expect(said.lint).toMatch(/'MINUTE' is defined but never used[\s\S]*1 problem \(1 error/);
});

it('the author fixes the bug and leaves the lint error', async () => {
  await replay('author');
  expect((await look()).colours).toEqual({ lint: 'red', test: 'green', docs: 'green' });
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8'));
  expect([version, lock.version, lock.packages[''].version]).toEqual(['1.4.1', '1.4.1', '1.4.1']);
});

it('the linter mends the lint error', async () => {
  await replay('linter');
  expect((await look()).colours).toEqual({ lint: 'green', test: 'green', docs: 'green' });
});

it('the comment renames the option, and forgets the README', async () => {
  await replay('remediator-comment');
  const { colours, said } = await look();
  expect(colours).toEqual({ lint: 'green', test: 'green', docs: 'red' });
  expect(said.docs).toMatch(/README\.md:\d+: format\(5_400_000, \{ max: 1 \}\)/);
});

it('the CI remediator mends the README', async () => {
  await replay('remediator-ci');
  expect((await look()).colours).toEqual({ lint: 'green', test: 'green', docs: 'green' });
});

it('the reviewer changes nothing and hands over a review', async () => {
  const before = await contents();
  await replay('reviewer');
  expect(await contents()).toEqual(before);
  const { scenes } = JSON.parse(await readFile(join(scripts, 'reviewer.json'), 'utf8'));
  for (const { steps } of scenes)
    expect(ReviewReport.safeParse(steps.at(-1).answer)).toMatchObject({ success: true });
});

it('the second issue is a bug, and the author fixes it as well', async () => {
  const reads = () => run('node', ['-p', "import('sandglass').then(s => s.parse('1,5h'))"]);
  expect((await reads()).said).toContain('54000000');
  await replay('author', 'second-issue.md');
  expect((await reads()).said).toContain('is not a duration');
  expect((await look()).colours).toEqual({ lint: 'green', test: 'green', docs: 'green' });
  await replay('reviewer', 'second-issue.md');
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  expect(version).toBe('1.4.2');
});

it('each script plays a role that exists', async () => {
  const roles = await readdir(join(import.meta.dirname, '../../agents'));
  const names = (await readdir(scripts)).map(name => name.replace('.json', '.md'));
  expect(roles).toEqual(expect.arrayContaining(names));
});
