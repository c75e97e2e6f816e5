/** What people who write policies are told. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
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

describe('a pack that extends another', () => {
  const FORBID = `@id("frozen")\n@reason("R.")\nforbid (principal, action, resource in Path::"frozen");\n`;
  const pack = (mine: Record<string, string>) =>
    put({
      'packs/base/a.cedar': WRITE,
      'packs/mine/pack.yml': 'extends: base\n',
      'packs/mine/a.cedar': FORBID,
      ...mine,
    });
  const mine = () => join(folder, 'packs/mine');

  it('is shown as it is judged: whole, with the file of each policy, the same each time', async () => {
    await pack({});
    const { out } = await policy('show', mine());
    expect(out.replace(/sha256:[0-9a-f]{64}/, 'DIGEST')).toBe(
      `// DIGEST\n\n// ── base/a.cedar\n\n${WRITE}\n// ── mine/a.cedar\n\n${FORBID}`,
    );
    expect((await policy('show', mine())).out).toBe(out);
    const { digest, policies } = JSON.parse((await policy('show', mine(), '--json')).out);
    expect(out).toContain(digest);
    expect(policies).toMatchObject([
      { id: 'write', effect: 'permit', file: 'base/a.cedar', line: 1 },
      { id: 'frozen', effect: 'forbid', file: 'mine/a.cedar', line: 1 },
    ]);
  });

  it('is the same policies where what is shown is kept as a file', async () => {
    const pack = join(import.meta.dirname, '../../policies/regulated');
    const { out } = await policy('show', pack);
    const { policies } = JSON.parse((await policy('show', pack, '--json')).out);
    await put({ 'flat/all.cedar': out });
    expect((await policy('check', join(folder, 'flat'))).out).toContain(
      `check: ok (${policies.length} policies`,
    );
  });

  it('extends the base that comes with Gatehouse where there is none beside it', async () => {
    await rm(join(folder, 'packs'), { recursive: true, force: true });
    await put({ 'packs/mine/pack.yml': 'extends: base\n', 'packs/mine/a.cedar': FORBID });
    const { policies } = JSON.parse((await policy('show', mine(), '--json')).out);
    expect(policies).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 'merge-vetoed', file: 'base/merge.cedar' }),
        expect.objectContaining({ id: 'frozen', file: 'mine/a.cedar' }),
      ]),
    );
  });

  it('may be given as the current folder, or by one of its files', async () => {
    await pack({});
    const before = process.cwd();
    process.chdir(mine());
    try {
      expect((await policy('check', '.')).out).toContain('check: ok (2 policies');
    } finally {
      process.chdir(before);
    }
    const one = await policy('check', join(mine(), 'a.cedar'));
    expect(one.out).toContain('check: ok (1 policies');
  });

  it.each([
    [
      'an @id that is in both',
      { 'packs/mine/a.cedar': WRITE },
      'packs/mine/a.cedar:1:1: @id("write") stands in base/a.cedar:1 already',
    ],
    [
      'a base that is not there',
      { 'packs/mine/pack.yml': 'extends: bas\n' },
      'packs/mine/pack.yml:1:1: extends: there is no pack "bas" beside this folder',
    ],
    [
      'a base that is elsewhere',
      { 'packs/mine/pack.yml': '# Mine.\nextends: ../base\n' },
      'packs/mine/pack.yml:2:1: extends: must be the name of a folder beside this one',
    ],
    [
      'a base that extends another',
      { 'packs/base/pack.yml': 'extends: mine\n' },
      'packs/mine/pack.yml:1:1: extends: "base" extends another pack itself',
    ],
    [
      'an unknown key',
      { 'packs/mine/pack.yml': 'extend: base\n' },
      'packs/mine/pack.yml:1:1: extend: unknown key (did you mean "extends"?)',
    ],
  ])('is refused for %s, with the place', async (_, files, fault) => {
    await rm(join(folder, 'packs'), { recursive: true, force: true });
    await pack(files);
    const { out, code } = await policy('check', mine());
    expect(out).toContain(`${fault}\n`);
    expect(code).toBe(1);
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
    ['tests: []\n', ':1:1: tests: must have at least 1 entry'],
    [
      'tests:\n  - it: x\n    action: file.write\n    expect: permit\n',
      ':4:5: tests.0.expect: must be "allow" or ',
    ],
    ['tests:\n  - it: x\n    it: y\n', ':3:5: The key it stands here twice'],
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
      /^It takes approval by a maintainer\.$/m,
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

describe('gatehouse policy simulate', () => {
  const clone = () => join(folder, 'clone');
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=Mona', '-c', 'user.email=mona@example.com', ...args], {
      cwd: clone(),
    });
  async function commit(files: Record<string, string>, message: string): Promise<void> {
    for (const [path, text] of Object.entries(files)) await put({ [`clone/${path}`]: text });
    await git('add', '--all');
    await git('commit', '--quiet', '--message', message);
  }
  beforeAll(async () => {
    await put({ 'clone/package-lock.json': '{}\n', 'clone/src/sum.js': 'export const a = 1;\n' });
    await git('init', '--quiet', '--initial-branch=main');
    await commit({ '.github/gatehouse.yml': 'scopes:\n  never: [secret]\n' }, 'First');
    await git('switch', '--quiet', '--create', 'feature');
    await commit({ 'package-lock.json': '{"lockfileVersion": 3}\n' }, 'Lock');
  });
  const simulate = (...args: string[]) =>
    policy('simulate', ...args, '--repo', clone(), '--base', 'main');

  it('says what is found in a change, what policy answers, and whom it takes', async () => {
    const { out, code } = await simulate('--policies', 'policies/starter');
    expect(out).toMatch(/^HEAD \([0-9a-f]{7}\) on main \([0-9a-f]{7}\): 1 file, \+1 −1\n/);
    expect(out).toMatch(/^ {2}lockfile +package-lock\.json: /m);
    expect(out).toMatch(/^ {2}branch\.push +allow$/m);
    expect(out).toMatch(/^ {2}pr\.merge +require_approval by a maintainer\n {6}\S/m);
    expect(code).toBe(0);
  });

  it('holds a change to the rules of its base, and not to those that it brings', async () => {
    await git('switch', '--quiet', '--create', 'loosens', 'main');
    await commit({ '.github/gatehouse.yml': '{}\n', 'secret/key.txt': 'x\n' }, 'Loosen');
    const { out } = await simulate('--policies', 'policies/starter');
    expect(out).toMatch(/^ {2}pr\.merge +deny\n/m);
    expect(out).toContain(
      '.github/gatehouse.yml keeps agents from writing secret: secret/key.txt.',
    );
    await git('switch', '--quiet', 'feature');
  });

  it('takes who made it and what proves it from the options', async () => {
    const { out } = await simulate('--policies', 'policies/autonomous', '--json', '--untested');
    const { supposed, decisions } = JSON.parse(out);
    expect(supposed).toMatchObject({ role: 'author', trust: 'T2', proof: [] });
    expect(decisions.map(({ action }: { action: string }) => action)).toEqual([
      'patch.accept',
      'branch.push',
      'pr.open',
      'pr.merge',
    ]);
  });

  it('holds it to the branch that it is for, and to the trust that the repository leaves', async () => {
    await git('switch', '--quiet', '--create', 'release', 'main');
    await commit({ '.github/gatehouse.yml': 'roles:\n  author:\n    trust: T0\n' }, 'Lower');
    await git('switch', '--quiet', '--create', 'lowered');
    await commit({ 'src/sum.js': 'export const a = 2;\n' }, 'Change');
    const { out } = await policy('simulate', '--repo', clone(), '--base', 'release', '--json');
    const { supposed, decisions } = JSON.parse(out);
    expect(supposed).toMatchObject({ role: 'author', trust: 'T0' });
    expect(decisions.map(({ outcome }: { outcome: string }) => outcome)).toContain('deny');
    await git('switch', '--quiet', 'feature');
  });

  it.each([
    [['HEAD', '--role', 'authr'], 'There is no role authr (did you mean "author"?)'],
    [['no-such-commit'], 'has no commit no-such-commit'],
    [['HEAD', '--base', 'elsewhere'], 'has no commit elsewhere'],
    [['HEAD', '--repo', '/'], '/ is no clone of a repository'],
    [['HEAD', '--policies', 'no/such'], "no/such can't be read"],
  ])('%j is refused with what is wrong', async (args, message) => {
    await expect(policy('simulate', '--repo', clone(), '--base', 'main', ...args)).rejects.toThrow(
      message,
    );
  });

  it('asks for a base where the clone knows no default branch', async () => {
    await expect(policy('simulate', '--repo', clone())).rejects.toThrow(
      'name what to compare with',
    );
  });
});
