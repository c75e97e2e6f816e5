/** `gatehouse graph`: a picture, or every fault with its line. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runHere } from './environment.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-graph-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function graph(text: string, ...options: string[]) {
  const file = join(folder, 'gatehouse.yml');
  await writeFile(file, text);
  return runHere(['graph', file, ...options], {});
}

const FIX =
  'graphs:\n  fix:\n    steps:\n      - agent: author\n      - command: test\n        when: touches("src")\n';

it('draws each graph, as text and as Mermaid', async () => {
  const drawn = await graph(FIX);
  expect(drawn).toMatchObject({ code: 0, stderr: '' });
  expect(drawn.stdout).toBe(
    'fix\n- author  agent author\n- test    command test · when touches("src")\n',
  );
  const { stdout } = await graph(FIX, '--mermaid');
  expect(stdout).toContain('flowchart TD\n  s0["author<br/>agent author"]');
  expect(stdout).toContain('s0 -->|"touches(#quot;src#quot;)"| s1');
  const json = JSON.parse((await graph(FIX, '--json')).stdout);
  expect(json).toMatchObject({
    ok: true,
    graphs: [{ name: 'fix', graph: { reworkFrom: 'author' } }],
  });
});

it('names every fault with its line, and fails', async () => {
  const told = await graph(`${FIX}        needs: [lint]\n  lint: nothing\n`);
  expect(told.code).toBe(1);
  expect(told.stdout).toMatch(/gatehouse.yml:7:\d+: .*needs "lint", which does not exist/);
  expect(told.stdout).toMatch(/gatehouse.yml:8:\d+: .*"nothing" is no graph of steps/);
  expect(told.stdout).toContain('graph: failed (2 faults)');
});

it('names at its line what a role of the deployment never hands over', async () => {
  const asks = `graphs:
  fix:
    steps:
      - agent: planner
        reads_only: true
      - agent: author
        when: steps.planner.blocking == 0
      - agent: tester
        when: steps.author.files > 0
`;
  const told = await graph(asks);
  expect(told.code).toBe(1);
  expect(told.stdout).toMatch(
    /gatehouse.yml:7:\d+: .*asks for "blocking" of "planner", which hands over outcome, questions, steps, risks/,
  );
  expect(told.stdout).toContain('graph: failed (1 fault)');
});

it('names what is wrong with a role that the repository writes itself, in its file', async () => {
  await mkdir(join(folder, 'agents'));
  const role = (more: string) =>
    writeFile(
      join(folder, 'agents/second.md'),
      `---\nname: second\ndescription: Reads.\nextends: reviewer\n${more}---\nRead.\n`,
    );
  const asks = (field: string) =>
    `graphs:\n  fix:\n    steps:\n      - agent: second\n        reads_only: true\n      - agent: author\n        when: steps.second.${field} > 0\n`;
  await role('trust: T3\n');
  const told = await graph(asks('blocking'));
  expect(told).toMatchObject({ code: 1 });
  expect(told.stdout).toMatch(
    /agents\/second\.md:5:\d+: trust: asks for the trust level T3, which the role reviewer does not have/,
  );
  await role('');
  expect(await graph(asks('blocking'))).toMatchObject({ code: 0 });
  expect((await graph(asks('steps'))).stdout).toMatch(/gatehouse\.yml:7:\d+: .*hands over outcome/);
});

it('says that there is nothing to draw, or no file', async () => {
  expect((await graph('')).stdout).toContain('writes no graphs');
  const missing = await runHere(['graph', join(folder, 'none.yml')], {});
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no file') });
  // It has no size to ask for, and no end.
  const endless = await runHere(['graph', '/dev/zero'], {});
  expect(endless.stderr).toContain('/dev/zero is larger than 1000000 bytes');
  const unread = await runHere(['graph', folder], {});
  expect(unread.stderr).toContain(`${folder} is a folder: name a .github/gatehouse.yml, or -`);
});
