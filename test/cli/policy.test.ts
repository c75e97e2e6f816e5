/** What people who write policies are told. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { createServices } from '../../src/compose.ts';
import { fileOf } from '../histories/history.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-policy-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function put(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

async function policy(...args: string[]) {
  const said = { out: '', code: 0 };
  const out = (text: string) => {
    said.out += text;
  };
  const exit = (code: number) => {
    said.code = code;
  };
  const program = createProgram(createServices({}), { out, err: out, exit });
  await program.parseAsync(['policy', ...args], { from: 'user' });
  return { ...said, out: said.out.replaceAll(`${folder}/`, '') };
}

const WRITE = `@id("write")
@reason("Anything may be written.")
permit (principal, action == Action::"file.write", resource);
`;
const TESTS = `tests:
  - it: writes
    action: file.write
    expect: allow
    policies: [write]
`;

describe('gatehouse policy check', () => {
  it('says what is in a sound pack', async () => {
    await put({ 'sound/a.cedar': WRITE });
    const { out, code } = await policy('check', join(folder, 'sound'));
    expect(out).toMatch(/^check: ok \(1 policies, sha256:[0-9a-f]{64}\)\n$/);
    expect(code).toBe(0);
  });

  it('says the file, line and column of each fault, and what was meant', async () => {
    await put({
      'faulty/a.cedar': WRITE.replace('file.write', 'file.wrote'),
      'faulty/b.cedar': `${WRITE.replace('id("write")', 'id("b")')}@reson("R.")\nforbid (principal, action, resource)\nwhen { context.repository.archved };\n`,
      'faulty/c.cedar': `@id("c")\n@reson("R.")\nforbid (principal, action, resource);\n`,
    });
    const { out, code } = await policy('check', join(folder, 'faulty'));
    expect(out.split('\n')).toEqual([
      'faulty/a.cedar:3:30: unrecognized action `Action::"file.wrote"` (did you mean `Action::"file.write"`?)',
      expect.stringMatching(
        /^faulty\/b\.cedar:6:\d+: attribute `repository.archved` in context for .* \(did you mean `archived`\?\)$/,
      ),
      'faulty/c.cedar:2:1: unknown annotation @reson (did you mean "reason"?)',
      'faulty/c.cedar:1:1: needs @reason("…"): what people are told when it decides',
      'check: failed (4 faults)',
      '',
    ]);
    expect(code).toBe(1);
  });

  it("checks a repository's own rules, as a whole and one file at a time", async () => {
    await put({
      'repo/.github/gatehouse.yml': 'limits:\n  file: 3\n',
      'repo/.github/gatehouse.cedar': WRITE,
    });
    const faults = [
      'repo/.github/gatehouse.yml:2:3: limits.file: unknown key (did you mean "files"?)',
      'repo/.github/gatehouse.cedar:3:1: a repository may only forbid: what is permitted is for the deployment to say',
    ];
    for (const path of ['repo', 'repo/.github'])
      expect((await policy('check', join(folder, path))).out).toBe(
        [...faults, 'check: failed (2 faults)', ''].join('\n'),
      );
    const one = await policy('check', join(folder, 'repo/.github/gatehouse.cedar'), '--json');
    expect(JSON.parse(one.out)).toEqual({
      ok: false,
      faults: [expect.objectContaining({ line: 3, column: 1 })],
    });
  });

  it('says what is not there', async () => {
    await expect(policy('check', join(folder, 'nowhere'))).rejects.toThrow(/nowhere can't be read/);
    await put({ 'empty/README.md': '' });
    await expect(policy('check', join(folder, 'empty'))).rejects.toThrow(
      /There is no \.cedar file in/,
    );
  });
});

describe('gatehouse policy test', () => {
  it('counts the rows that came as expected', async () => {
    await put({ 'tested/a.cedar': WRITE, 'tested/a.test.yml': TESTS });
    expect(await policy('test', join(folder, 'tested'))).toEqual({
      out: 'test: ok (1 rows in 1 table)\n',
      code: 0,
    });
  });

  it('says of a failing row what came instead, and by which policies', async () => {
    await put({
      'red/a.cedar': WRITE,
      'red/a.test.yml': [
        'tests:',
        '  - it: keeps the vendored code',
        '    action: file.write',
        '    on: vendor/a.js',
        '    expect: deny',
        '  - it: takes two',
        '    action: pr.merge',
        '    expect: require_approval',
        '    reasons: [Two people look at it.]',
        '',
      ].join('\n'),
    });
    const { out, code } = await policy('test', join(folder, 'red'));
    expect(out.split('\n')).toEqual([
      'red/a.test.yml:2: keeps the vendored code',
      '    expected deny, came allow by write',
      'red/a.test.yml:6: takes two',
      '    expected require_approval, came deny by no policy: No policy permits pr.merge.',
      '    expected the reason "Two people look at it.", came "No policy permits pr.merge."',
      'test: failed (2 of 2)',
      '',
    ]);
    expect(code).toBe(1);
  });

  it.each([
    [
      'tests:\n  - it: x\n    acton: file.write\n    expect: allow\n',
      ':3:5: tests.0.acton: unknown key (did you mean "action"?)',
    ],
    ['tests: []\n', ':1:1: tests: Too small'],
    [
      'tests:\n  - it: x\n    action: file.write\n    expect: permit\n',
      ':4:5: tests.0.expect: Invalid option',
    ],
    ['tests:\n  - it: x\n    it: y\n', ':3:5: Map keys must be unique'],
    [
      'tests:\n  - it: x\n    action: task.start\n    findings: [secret]\n    expect: allow\n',
      'findings says nothing about task.start',
    ],
    [
      'tests:\n  - it: x\n    action: pr.merge\n    on: seven\n    expect: allow\n',
      'on: "seven" is no resource of pr.merge',
    ],
  ])('refuses %j with its place', async (text, fault) => {
    await put({ 'table/a.cedar': WRITE, 'table/a.test.yml': text });
    const { out, code } = await policy('test', join(folder, 'table'));
    expect(out).toContain(fault);
    expect(code).toBe(1);
  });
});

describe('gatehouse policy explain', () => {
  const walk = fileOf('full-walk');
  const explain = (...args: string[]) =>
    policy('explain', '--task', '1005-1-627fddd0', '--file', walk, ...args);

  it('shows the tree, what was looked at, what would change it and who may approve', async () => {
    const { out } = await explain('--action', 'pr.merge', '--seq', '83');
    for (const line of [
      /^pr\.merge on #\d+: require_approval$/m,
      /^ {2}pr\.merge: require_approval, /m,
      /^ {4}● forbid [a-z-]+ \(merge\.cedar:\d+\) determines it$/m,
      /^ {4}· not applying: .*merge-vetoed/m,
      /^It takes 1 of: a maintainer of the repository/m,
      /^ {2}allow {13}one more approval by a maintainer$/m,
    ])
      expect(out).toMatch(line);
  });

  it('takes the latest decision, and says what other policies would say', async () => {
    await put({ 'closed/a.cedar': WRITE });
    const { out } = await explain('--policies', join(folder, 'closed'));
    expect(out).toMatch(/^pr\.merge on #\d+: deny$/m);
    expect(out).toMatch(/it was allow then/);
    expect(out).toContain('No policy permits pr.merge.');
  });

  it('as JSON', async () => {
    const { decision, asked, changes } = JSON.parse((await explain('--json')).out);
    expect(decision).toMatchObject({ action: 'pr.merge', outcome: 'allow' });
    expect(asked[0].policies[0]).toMatchObject({ determined: true, applies: true });
    expect(changes.length).toBeGreaterThan(0);
  });

  it('says what there is where nothing is found', async () => {
    await expect(explain('--action', 'deploy')).rejects.toThrow(
      /has no such decision; it has these: 5 task\.start/,
    );
    await expect(policy('explain', '--task', 'x', '--file', walk)).rejects.toThrow(
      /there is no decision of a task "x"/,
    );
  });
});
