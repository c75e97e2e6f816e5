/** Whatever looks like a repository's own rules and can't be used is a fault, and permits nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspaces } from '../../src/adapters/workspace/workspaces.ts';
import { rulesOf } from '../../src/engine/policies/of-repository.ts';
import { findRules, isRulePath, type RuleSource } from '../../src/engine/policies/rule-files.ts';
import { readRules } from '../../src/engine/policies/rules.ts';
import type { FolderEntry, Workspaces } from '../../src/engine/ports/workspace.ts';
import { decide } from '../../src/policy/decide.ts';
import { faultLine } from '../../src/policy/fault.ts';
import { temporaryFolder } from '../adapters/sandbox/temporary-folder.ts';
import { type Committed, type Remote, startRemote, TOKEN } from '../adapters/workspace/remote.ts';
import { PUSH, starter, WRITE } from '../policy/starter.ts';
import { createGitHub, REPOSITORY } from './github.ts';

let remote: Remote;
let workspaces: Workspaces;
let read: (files: Files, shared?: Files) => ReturnType<typeof rulesOf>;

type Files = Record<string, NonNullable<Committed>>;

beforeAll(async () => {
  const folder = await temporaryFolder();
  remote = await startRemote(folder);
  workspaces = await createWorkspaces({ stateDir: `${folder}/state` });
  const policies = starter();
  read = async (files, shared) => {
    const github = createGitHub(remote);
    if (shared) {
      const repository = { ...REPOSITORY, id: 77, name: '.github' };
      const sha = await commit(shared);
      github.facts.organization = async () => ({ repository, sha });
    }
    return rulesOf({ workspaces, github, policies }, REPOSITORY, await commit(files));
  };
});
afterAll(() => remote.close());

/** A commit with exactly these entries, links and submodules among them. */
async function commit(files: Files): Promise<string> {
  return remote.commit(files, `rules-${++commits}`, null);
}
let commits = 0;

const entryOf = (content: Files[string]) =>
  typeof content === 'string' || Buffer.isBuffer(content)
    ? { mode: '100644', content: Buffer.from(content) }
    : { mode: content.mode, content: Buffer.from(content.content) };

/** The same without git, where only names and contents matter. */
function inMemory(files: Files, from: string | null): RuleSource {
  return {
    from,
    async list(folder) {
      const below = folder === '' ? '' : `${folder}/`;
      const found = new Map<string, FolderEntry>();
      for (const [path, content] of Object.entries(files)) {
        if (!path.startsWith(below)) continue;
        const [name = '', ...rest] = path.slice(below.length).split('/');
        const kinds = { '120000': 'link', '160000': 'submodule' } as const;
        const { mode } = entryOf(content);
        const own = mode === '120000' || mode === '160000' ? kinds[mode] : 'file';
        found.set(name, { name, kind: rest.length > 0 ? 'folder' : own });
      }
      return [...found.values()];
    },
    async read(path, most) {
      const content = files[path];
      return content === undefined ? null : entryOf(content).content.subarray(0, most);
    },
  };
}

const NEVER = 'scopes: { never: [src] }\n';
const FORBID = '@id("x") @reason("Y.") forbid (principal, action, resource);\n';
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12\n`;
const link = (target: string) => ({ mode: '120000', content: target });
const submodule = () => ({ mode: '160000', content: '1'.repeat(40) });

describe('a file that holds', () => {
  it.each(['.github/gatehouse.yml', '.github/gatehouse.yaml'])('%s', async path => {
    const { faults, set } = await read({ [path]: NEVER });
    expect(faults).toEqual([]);
    expect(decide(set, WRITE)).toMatchObject({
      outcome: 'deny',
      policies: ['configuration:scope-never'],
      reasons: [expect.stringContaining(path)],
    });
  });

  it('is taken from the organisation, and says so', async () => {
    const { faults, set } = await read({ 'a.txt': '' }, { '.github/gatehouse.yaml': NEVER });
    expect(faults).toEqual([]);
    expect(decide(set, WRITE).reasons).toEqual([
      expect.stringContaining('acme/.github/.github/gatehouse.yaml'),
    ]);
  });

  it('may be executable, and may begin with a byte order mark', async () => {
    const content = `\uFEFF${NEVER}`;
    const { faults, set } = await read({ '.github/gatehouse.yml': { mode: '100755', content } });
    expect(faults).toEqual([]);
    expect(decide(set, WRITE).policies).toEqual(['configuration:scope-never']);
  });

  it('is none where other files only have a name like it', async () => {
    const files = {
      '.github/workflows/gatehouse.yml': 'on: push\n',
      '.github/gatehouse/notes.yml': 'a: 1\n',
      '.github/gatehouse.md': '# Us\n',
      '.github/gatehouse.test.yml': 'tests: []\n',
      'src/gatehouse.yml': 'a: 1\n',
      'gatehouse/config.yml': 'a: 1\n',
    };
    expect((await read(files)).faults).toEqual([]);
  });
});

type Case = [what: string, files: () => Files, fault: string];
const CASES: Case[] = [
  ['a symbolic link', () => ({ '.github/gatehouse.yml': link('../a.yml') }), 'symbolic link'],
  ['a link, other ending', () => ({ '.github/gatehouse.yaml': link('a') }), 'symbolic link'],
  ['a submodule', () => ({ '.github/gatehouse.yml': submodule() }), 'submodule'],
  ['a folder', () => ({ '.github/gatehouse.yml/a': NEVER }), 'is a folder'],
  ['.github as a link', () => ({ '.github': link('.config') }), '.github:1:1: It is a symbolic'],
  ['.github as a submodule', () => ({ '.github': submodule() }), '.github:1:1: It is a submodule'],
  ['capitals', () => ({ '.github/Gatehouse.yml': NEVER }), 'rename it to .github/gatehouse.yml'],
  ['an ending in capitals', () => ({ '.github/gatehouse.YML': NEVER }), 'rename it'],
  ['a folder in capitals', () => ({ '.GitHub/gatehouse.yml': NEVER }), '.GitHub/gatehouse.yml:1:1'],
  ['a hidden character', () => ({ '.github/gate\u200bhouse.yml': NEVER }), 'rename it'],
  ['a trailing space', () => ({ '.github/gatehouse.yml ': NEVER }), 'rename it'],
  ['a letter that looks the same', () => ({ '.github/g\u0430tehouse.yml': NEVER }), 'rename it'],
  ['a letter too few', () => ({ '.github/gatehose.yaml': NEVER }), 'rename it'],
  ['a hyphen', () => ({ '.github/gate-house.yml': NEVER }), 'rename it'],
  ['a leading dot', () => ({ '.github/.gatehouse.yml': NEVER }), 'rename it'],
  ['an ending of text', () => ({ '.github/gatehouse.yml.txt': NEVER }), 'rename it'],
  ['JSON', () => ({ '.github/gatehouse.json': '{}' }), 'rename it'],
  ['no ending', () => ({ '.github/gatehouse': NEVER }), 'rename it'],
  ['another word', () => ({ '.github/gatehouse-rules.yml': NEVER }), 'rename it'],
  [
    'a folder of our name',
    () => ({ '.github/gatehouse/config.yml': NEVER }),
    'rename it to .github/gatehouse.yml',
  ],
  [
    'a policy in a folder of our name',
    () => ({ '.github/gatehouse/own.cedar': FORBID }),
    'rename it to .github/gatehouse.cedar',
  ],
  ['the root', () => ({ 'gatehouse.yaml': NEVER }), 'rename it to .github/gatehouse.yml'],
  ['the root, hidden', () => ({ '.gatehouse.yml': NEVER }), 'rename it'],
  [
    'both endings',
    () => ({ '.github/gatehouse.yaml': NEVER, '.github/gatehouse.yml': NEVER }),
    'keep one',
  ],
  [
    'too many bytes',
    () => ({ '.github/gatehouse.yml': `# ${'x'.repeat(70_000)}` }),
    'larger than 65536',
  ],
  [
    'far too many bytes',
    () => ({ '.github/gatehouse.yml': Buffer.alloc(30_000_000, 35) }),
    'larger than 65536',
  ],
  [
    'bytes that are no UTF-8',
    () => ({ '.github/gatehouse.yml': Buffer.from([35, 0xff, 10]) }),
    'not text in UTF-8',
  ],
  ['UTF-16', () => ({ '.github/gatehouse.yml': Buffer.from(NEVER, 'utf16le') }), 'NUL'],
  ['an LFS pointer', () => ({ '.github/gatehouse.yml': POINTER }), 'pointer of Git LFS'],
  ['a policy as a link', () => ({ '.github/gatehouse.cedar': link('a') }), 'symbolic link'],
  [
    'a policy in capitals',
    () => ({ '.github/GATEHOUSE.cedar': FORBID }),
    'rename it to .github/gatehouse.cedar',
  ],
  [
    'a policy that is too large',
    () => ({ '.github/gatehouse.cedar': `// ${'x'.repeat(70_000)}` }),
    'larger than',
  ],
  [
    'a policy in another encoding',
    () => ({ '.github/gatehouse.cedar': Buffer.from([47, 47, 0xe9]) }),
    'not text',
  ],
  ['a policy as an LFS pointer', () => ({ '.github/gatehouse.cedar': POINTER }), 'Git LFS'],
  ['a policy as a folder', () => ({ '.github/gatehouse.cedar/a': FORBID }), 'is a folder'],
  ['a policy in the root', () => ({ 'gatehouse.cedar': FORBID }), 'rename it'],
];

describe('permits nothing, and says why:', () => {
  const deployment = starter();
  it.each(CASES)('%s', async (_, files, fault) => {
    for (const from of [null, 'acme/.github']) {
      const { faults, set } = readRules(deployment, await findRules(inMemory(files(), from)));
      expect(faults.map(faultLine).join('\n')).toContain(fault);
      expect(faults).toHaveLength(1);
      expect(faults[0]?.file.startsWith('acme/.github/')).toBe(from !== null);
      for (const facts of [WRITE, PUSH])
        expect(decide(set, facts)).toMatchObject({
          outcome: 'deny',
          policies: ['repository:faulty'],
          reasons: [expect.stringContaining(faults[0]?.file ?? 'no fault')],
        });
    }
  });

  const STORED = ['a symbolic link', 'a submodule', 'a folder', '.github as a link', 'far too'];
  it('as git stores it, each in a folder of one commit', async () => {
    const cases = CASES.filter(([what]) => STORED.some(name => what.startsWith(name)));
    const files = cases.flatMap(([what, of]) =>
      Object.entries(of()).map(([path, content]) => [`${what}/${path}`, content] as const),
    );
    const sha = await commit(Object.fromEntries(files));
    const source = {
      repository: REPOSITORY,
      remote: { url: remote.url, token: async () => TOKEN },
    };
    for (const [what, , fault] of cases) {
      const below = (path: string) => [what, path].filter(Boolean).join('/');
      const texts = await findRules({
        from: null,
        list: folder => workspaces.listFolder(source, sha, below(folder)),
        read: (path, most) => workspaces.readFile(source, sha, below(path), most),
      });
      const { faults } = readRules(deployment, texts);
      expect(faults.map(faultLine), what).toEqual([expect.stringContaining(fault)]);
    }
  });

  it("the organisation's", async () => {
    const { faults, set } = await read({ 'a.txt': '' }, { '.github/gatehouse.yml': link('a') });
    expect(faults).toMatchObject([{ file: 'acme/.github/.github/gatehouse.yml' }]);
    expect(decide(set, PUSH)).toMatchObject({ outcome: 'deny', policies: ['repository:faulty'] });
  });
});

it('a file of its own goes before a faulty one of the organisation', async () => {
  const own = { '.github/gatehouse.yml': NEVER, '.github/gatehouse.cedar': '// None.\n' };
  expect((await read(own, { '.github/gatehouse.yml': link('a') })).faults).toEqual([]);
});

it.each([
  ['.github/gatehouse.yaml', true],
  ['.github/Gatehouse.yml', true],
  ['.github/gatehouse.yml/a', true],
  ['.github/gatehouse.test.yml', true],
  ['.github', true],
  ['gatehouse.yml', true],
  ['.github/workflows/gatehouse.yml', false],
  ['.github/gatehouse/notes.md', false],
  ['.github/gatehouse/config.yaml', true],
  ['.github/gatehouse/a.cedar', true],
  ['.github/gatehouse/deeper/a.cedar', false],
  ['docs/gatehouse.yml', false],
])('a change of %s may change the rules: %s', (path, expected) => {
  expect(isRulePath(path)).toBe(expected);
});
