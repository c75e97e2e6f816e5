/** Repositories of each ecosystem are installed through the gateway and tested without a network. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Files } from './project.ts';
import { GO_SUM } from './registries/go.ts';
import { hasMavenPlugins, MAVEN_PACKAGES } from './registries/maven.ts';
import { CREDENTIAL } from './registries/registries.ts';
import { openTestedRepositories, type TestedRepositories } from './tested-repository.ts';

let repositories: TestedRepositories;
beforeAll(async () => {
  repositories = await openTestedRepositories();
});
afterAll(() => repositories.close());

const JAVASCRIPT = {
  'index.test.js':
    "require('node:test')('it is', () => require('node:assert').equal(require('answer').value, 42));\n",
};
const packageJson = (more: object = {}) =>
  JSON.stringify({
    name: 'calc',
    version: '1.0.0',
    dependencies: { answer: '1.0.0' },
    scripts: { test: 'node --test' },
    ...more,
  });

type Row = {
  name: string;
  ecosystem: string;
  /** The program that this needs of the machine. */
  needs: string;
  files: Files;
  /** What the tests print where they ran. */
  prints: string;
  /** What was fetched with the credential. */
  fetched: string;
};

const NODE = {
  ecosystem: 'npm',
  prints: 'pass 1',
  fetched: 'GET /npm/answer/-/answer-1.0.0.tgz',
};

const ROWS: Row[] = [
  { ...NODE, name: 'npm', needs: 'npm', files: { ...JAVASCRIPT, 'package.json': packageJson() } },
  {
    ...NODE,
    name: 'pnpm, of another version than the repository names',
    needs: 'pnpm',
    files: { ...JAVASCRIPT, 'package.json': packageJson({ packageManager: 'pnpm@9.0.0' }) },
  },
  {
    ...NODE,
    name: 'Yarn 1',
    needs: 'yarn',
    files: { ...JAVASCRIPT, 'package.json': packageJson({ packageManager: 'yarn@1.22.22' }) },
  },
  {
    ...NODE,
    name: 'Bun',
    needs: 'bun',
    prints: '1 pass',
    files: {
      'package.json': packageJson({ packageManager: 'bun@1.0.0', scripts: {} }),
      'index.test.js':
        "import { expect, test } from 'bun:test';\nimport { value } from 'answer';\ntest('it is', () => expect(value).toBe(42));\n",
    },
  },
  {
    name: 'Python: pip',
    ecosystem: 'pypi',
    needs: 'python3',
    prints: 'Ran 1 test',
    fetched: 'GET /files/answer-1.0.0-py3-none-any.whl',
    files: {
      'pyproject.toml': '[project]\nname = "calc"\nversion = "1"\ndependencies = ["answer==1.0"]\n',
      'test_calc.py': PYTHON_TEST(),
    },
  },
  {
    name: 'Rust, in the only folder with a manifest',
    ecosystem: 'cargo',
    needs: 'cargo',
    prints: 'test it_is ... ok',
    fetched: 'GET /crates/answer/1.0.0/download',
    files: {
      'README.md': '',
      'calc/Cargo.toml':
        '[package]\nname = "calc"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nanswer = "1"\n',
      'calc/src/lib.rs': '#[test]\nfn it_is() { assert_eq!(answer::VALUE, 42); }\n',
    },
  },
  {
    name: 'Go',
    ecosystem: 'go',
    needs: 'go',
    prints: 'ok  \texample.com/calc',
    fetched: 'GET /go/example.com/answer/@v/v1.0.0.zip',
    files: {
      'go.mod': 'module example.com/calc\n\ngo 1.19\n\nrequire example.com/answer v1.0.0\n',
      'go.sum': GO_SUM,
      'calc_test.go':
        'package calc\n\nimport (\n\t"testing"\n\n\t"example.com/answer"\n)\n\nfunc TestIt(t *testing.T) {\n\tif answer.Value != 42 {\n\t\tt.Fatal()\n\t}\n}\n',
    },
  },
  {
    name: 'Java: Maven',
    ecosystem: 'maven',
    needs: 'mvn',
    prints: 'Tests run: 1, Failures: 0',
    fetched: 'GET /maven/junit/junit/4.x/junit-4.x.jar',
    files: {
      'pom.xml':
        '<project><modelVersion>4.0.0</modelVersion><groupId>example</groupId><artifactId>calc</artifactId><version>1</version><dependencies><dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.x</version><scope>test</scope></dependency></dependencies></project>',
      'src/test/java/CalcTest.java':
        'import org.junit.Test;\npublic class CalcTest { @Test public void it() { org.junit.Assert.assertEquals(42, 6 * 7); } }\n',
    },
  },
  {
    name: 'Ruby',
    ecosystem: 'rubygems',
    needs: 'bundle',
    prints: 'the answer is 42',
    fetched: 'GET /gems/gems/answer-1.0.0.gem',
    files: {
      Gemfile: "source 'https://rubygems.org'\ngem 'answer'\n",
      'spec/answer_spec.rb': '',
    },
  },
  {
    name: 'PHP',
    ecosystem: 'packagist',
    needs: 'composer',
    prints: 'the answer is 42',
    fetched: 'GET /composer/dist/answer-1.0.0.zip',
    files: {
      'composer.json': JSON.stringify({
        require: { 'example/answer': '1.0.0' },
        scripts: {
          test: 'php -r \'require "vendor/autoload.php"; echo "the answer is ".ANSWER;\'',
        },
      }),
    },
  },
];

function PYTHON_TEST() {
  return 'import unittest\nimport answer\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertEqual(answer.value, 42)\n';
}

const canMakeEnvironments = (): boolean => {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

test.for(ROWS)(
  '$name: from a registry that wants a credential, which no sandbox sees',
  async (row, { skip }) => {
    const { registries } = repositories;
    if ((await repositories.findProgram(row.needs)) === null)
      return skip(`${row.needs} is not installed here`);
    if (row.needs === 'python3' && !canMakeEnvironments())
      return skip('/usr/bin/python3 makes no virtual environments here');
    if (row.needs === 'mvn' && !hasMavenPlugins())
      return skip(
        `Maven's plugins are not installed here (apt-get install ${MAVEN_PACKAGES.join(' ')})`,
      );
    await registries.serve(row.ecosystem);
    const { runs, printed } = await repositories.testedIn(row.files);
    expect(runs, printed).toMatchObject([
      { step: 'prepare', state: 'success' },
      { step: 'test', state: 'success' },
    ]);
    expect(printed).toContain(row.prints);
    expect(registries.read).toContain(row.fetched);
    expect(printed).not.toContain('a-registry-password');
    expect(printed).not.toContain(Buffer.from(CREDENTIAL).toString('base64'));
  },
);

test('Poetry keeps its environment in the work tree, where the tests find it', async ({ skip }) => {
  if ((await repositories.findProgram('poetry')) === null)
    return skip('poetry is not installed here');
  const { runs, printed } = await repositories.testedIn({
    'pyproject.toml':
      '[tool.poetry]\nname = "calc"\nversion = "1"\ndescription = ""\nauthors = []\n[tool.poetry.dependencies]\npython = "^3.9"\n',
    'calc.py': '',
    'test_calc.py':
      'import sys\nimport unittest\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertIn("/work/.venv", sys.prefix)\n',
  });
  expect(runs, printed).toMatchObject([
    { step: 'prepare', state: 'success' },
    { step: 'test', state: 'success' },
  ]);
});

test('scopes that .npmrc reads from the registry of the operator are read by the gateway', async () => {
  const { origin } = repositories.registries;
  await repositories.registries.serve('npm');
  const { runs, printed } = await repositories.testedIn({
    'index.test.js': JAVASCRIPT['index.test.js'].replace("'answer'", "'@acme/answer'"),
    'package.json': packageJson({ dependencies: { '@acme/answer': '1.0.0' } }),
    '.npmrc': `@acme:registry=${origin}/npm\n`,
  });
  expect(runs, printed).toMatchObject([
    { step: 'prepare', state: 'success' },
    { step: 'test', state: 'success' },
  ]);
});

describe('the packages of a scope', () => {
  const dependencies = { answer: '1.0.0', '@private/answer': '1.0.0' };
  const files = (more: Files = {}): Files => ({
    'index.test.js': JAVASCRIPT['index.test.js'].replace("'answer'", "'@private/answer'"),
    'package.json': packageJson({ dependencies }),
    ...more,
  });
  const lockfile = () => {
    const { registries, scoped } = repositories;
    const packages = {
      '': { name: 'calc', version: '1.0.0', dependencies },
      'node_modules/answer': {
        version: '1.0.0',
        resolved: `${registries.origin}/npm/answer/-/answer-1.0.0.tgz`,
      },
      'node_modules/@private/answer': {
        version: '1.0.0',
        resolved: `${scoped.origin}/hosted/download/@private/answer/1.0.0/0f`,
      },
    };
    return JSON.stringify({ name: 'calc', version: '1.0.0', lockfileVersion: 3, packages });
  };

  test.each<[how: string, more: () => Files]>([
    ['without a lockfile', () => ({})],
    [
      'where the repository names the registry and the credential that it takes elsewhere',
      () => ({
        '.npmrc': [
          `@private:registry=${repositories.scoped.origin}/hosted/`,
          `//${new URL(repositories.scoped.origin).host}/hosted/:_authToken=\${TOKEN}\n`,
        ].join('\n'),
      }),
    ],
    ['by a lockfile that names where they lie', () => ({ 'package-lock.json': lockfile() })],
  ])('are read from their registry, and others from theirs, %s', async (_, more) => {
    const { registries, scoped } = repositories;
    await registries.serve('npm');
    await scoped.serve('@private');
    const { runs, printed } = await repositories.testedIn(files(more()));
    expect(runs, printed).toMatchObject([
      { step: 'prepare', state: 'success' },
      { step: 'test', state: 'success' },
    ]);
    expect(scoped.read).toContain('GET /hosted/download/@private/answer/1.0.0/0f');
    expect(registries.read).toContain('GET /npm/answer/-/answer-1.0.0.tgz');
    expect(printed).not.toContain('a-registry-password');
  });

  test('are nothing that a repository reads which needs none of them', async () => {
    await repositories.registries.serve('npm');
    const url = 'http://npm.registry.internal/hosted/@private/answer';
    const script = `fetch('${url}').then(answer => process.exit(answer.ok ? 0 : 9))`;
    const { runs } = await repositories.testedIn({
      'package.json': packageJson(),
      '.github/gatehouse.yml': JSON.stringify({
        commands: { install: ['node', '-e', script], test: ['true'] },
      }),
    });
    expect(runs).toMatchObject([{ step: 'prepare', state: 'failure' }]);
    expect(repositories.scoped.read).not.toContain('GET /hosted/@private/answer?');
  });
});

test.each([
  [
    'what fails fails as the install',
    'raise SystemExit("no such package")',
    'install',
    'exited with 1',
  ],
  [
    'what policy does not grant is named',
    'import urllib.request; urllib.request.urlopen("http://elsewhere.example/answer")',
    'no_network',
    'elsewhere.example:80: not granted to this run',
  ],
  [
    'a registry is only read, and only where it keeps packages',
    'import urllib.request; urllib.request.urlopen("http://pypi.registry.internal/admin/tokens")',
    'no_network',
    'GET pypi.registry.internal/admin/tokens: the path is not one of the registry',
  ],
])('%s', async (_, script, failed, reason) => {
  const commands = { install: ['python3', '-c', script], test: ['true'] };
  const { runs } = await repositories.testedIn({
    '.github/gatehouse.yml': JSON.stringify({ commands }),
  });
  expect(runs).toEqual([
    { step: 'prepare', state: 'failure', failed, reason: expect.stringContaining(reason) },
  ]);
});
