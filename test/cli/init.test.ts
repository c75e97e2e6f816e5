/** `gatehouse init`: what detection finds is written, and read back as the same. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configurationFile, SCHEMA_URL } from '../../src/cli/configuration-file.ts';
import { RepositoryConfigFile } from '../../src/core/repository-config/repository-config.ts';
import { runHere } from './environment.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gatehouse-init-'));
  execFileSync('git', ['init', '-q', root]);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}
const written = () => readFile(join(root, '.github/gatehouse.yml'), 'utf8');
const init = (...args: string[]) => runHere(['init', ...args], {});

const PACKAGE = '{ "scripts": { "test": "node --test", "lint": "eslint --fix ." } }';

describe('writes what is found', () => {
  it('of a repository with npm, named by the schema for editors', async () => {
    await put({ 'package.json': PACKAGE, 'package-lock.json': '{}' });
    const ended = await init(root);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('install: npm ci (package-lock.json is there)');
    const text = await written();
    expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${SCHEMA_URL}`);
    expect(RepositoryConfigFile.parse(parse(text))).toEqual({
      commands: { install: ['npm', 'ci'], lint: ['npm', 'run', 'lint'], test: ['npm', 'test'] },
      remediate: { ci: false },
    });
  });

  it('of the only folder with a manifest, and of the folder that is named', async () => {
    await put({ 'app/package.json': PACKAGE });
    await init(root);
    expect(parse(await written())).toMatchObject({ directory: 'app' });
    await put({ 'lib/go.mod': 'module lib\n', 'lib/a_test.go': 'package lib\n' });
    expect((await init(root, '--force')).stderr).toContain(
      `several folders have a manifest, name one: gatehouse init ${join(root, 'app')}`,
    );
    expect(await init(join(root, 'lib'), '--force')).toMatchObject({ code: 0 });
    expect(parse(await written())).toMatchObject({
      directory: 'lib',
      commands: { test: ['go', 'test', './...'] },
    });
  });

  it('of nothing, with how a command is named', async () => {
    const ended = await init(root, '--json');
    expect(JSON.parse(ended.stdout)).toMatchObject({ commands: {}, directory: '' });
    expect(await written()).toContain('# test: [make, test]');
    expect(RepositoryConfigFile.parse(parse(await written())).commands).toEqual({});
  });

  it('without files that git ignores, and without following links', async () => {
    await put({ '.gitignore': 'old\n', 'old/package.json': PACKAGE });
    await symlink(join(root, 'old/package.json'), join(root, 'package.json'));
    await init(root);
    expect(RepositoryConfigFile.parse(parse(await written())).commands).toEqual({});
  });
});

describe('keeps what is there', () => {
  it.each(['gatehouse.yml', 'gatehouse.yaml', 'Gatehouse.yml'])('%s', async name => {
    await put({ 'package.json': PACKAGE, [`.github/${name}`]: 'commands: {}\n' });
    const path = join(root, '.github', name);
    expect(await init(root)).toEqual({
      code: 1,
      stdout: '',
      stderr: `gatehouse: ${path} is there already: --force replaces it\n`,
    });
    expect(await readFile(path, 'utf8')).toBe('commands: {}\n');
    expect(await init(root, '--force')).toMatchObject({ code: 0 });
    expect(await written()).toContain('npm');
  });

  it('what a link names', async () => {
    await put({ 'elsewhere.yml': 'commands: {}\n', '.github/x': '' });
    await symlink(join(root, 'elsewhere.yml'), join(root, '.github/gatehouse.yml'));
    await init(root, '--force');
    expect(await readFile(join(root, 'elsewhere.yml'), 'utf8')).toBe('commands: {}\n');
    expect(await written()).toContain('remediate');
  });
});

it('says what a folder lacks that is no clone', async () => {
  await rm(join(root, '.git'), { recursive: true });
  expect(await init(root)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/can't be read as a clone of a repository: .*not a git repo/),
  });
  expect(await init(join(root, 'nowhere'))).toMatchObject({ code: 1 });
});

it('quotes words that YAML would read as something else', () => {
  const argv = ['true', '1.5', 'a, b', '*', '# no', "it's"];
  const text = configurationFile('on', {
    commands: [{ name: 'test', argv, because: 'two\nlines' }],
    ecosystems: [],
  });
  expect(parse(text)).toMatchObject({ directory: 'on', commands: { test: argv } });
});

describe('the published schema', () => {
  const file = join(import.meta.dirname, '../../docs/schemas/gatehouse-yml.v1.json');
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(file, 'utf8')));

  it.each([
    [{}, true],
    [{ commands: { test: ['npm', 'test'] }, directory: 'app' }, true],
    [{ roles: { author: { commands: [['npm', 'test']] } }, limits: { files: 3 } }, true],
    [{ remediate: { ci: true }, scopes: { write: ['src'], never: ['a b'] } }, true],
    [{ command: {} }, false],
    [{ commands: { test: 'npm test' } }, false],
    [{ commands: { Test: ['npm'] } }, false],
    [{ scopes: { never: ['*.js'] } }, false],
    [{ limits: { lines: 0 } }, false],
    [{ remediate: { ci: 'yes' } }, false],
  ])('judges %j as Gatehouse does: %s', (value, sound) => {
    expect(validate(value)).toBe(sound);
    expect(RepositoryConfigFile.safeParse(value).success).toBe(sound);
  });

  it('says of every key what it is for', () => {
    const { properties } = JSON.parse(readFileSync(file, 'utf8'));
    expect(Object.keys(properties)).toEqual(Object.keys(RepositoryConfigFile.shape));
    for (const key of ['directory', 'commands', 'roles', 'limits'])
      expect(properties[key].description).toMatch(/\.$/);
  });
});
