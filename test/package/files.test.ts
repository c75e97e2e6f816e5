/** What npm packs is what the program reads; `npm run prove:package` installs it and uses it. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const sources = globSync('src/**/*.{ts,cjs,mjs}', { cwd: root }).filter(
  path => !path.includes('/generated/'),
);

let packed: string[];
beforeAll(() => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'];
  const said = execFileSync('npm', args, { cwd: root, encoding: 'utf8' });
  const [pack]: { files: { path: string }[] }[] = JSON.parse(said);
  packed = pack?.files.map(({ path }) => path) ?? [];
});

it('everything outside of src that src reads is packed', () => {
  const outside = sources.flatMap(file =>
    [...read(file).matchAll(/['`]((?:\.\.\/)+[\w.-][\w./-]*)/g)]
      .map(match => join(dirname(file), match[1] ?? ''))
      .filter(path => !/^(src\/|\.)/.test(path)),
  );
  expect(outside).toEqual(
    expect.arrayContaining(['app.yml', 'package.json', 'prisma/migrations/']),
  );
  for (const path of outside) {
    // A folder may be named, and a path that is made of it.
    const there = packed.some(
      each => each === path || each.startsWith(`${path.replace(/\/$/, '')}/`),
    );
    expect(there || path === 'src', path).toBe(true);
  }
});

it('the bootstrap, policies, roles, migrations and documents are packed, and no test, source or secret', () => {
  const { bin } = JSON.parse(read('package.json'));
  const wanted = [
    ...[bin.gatehouse, 'LICENSE', 'README.md', '.env.example', 'docs/operations.md'],
    ...globSync(['src/boot/*', 'policies/*/*', 'agents/*', 'prisma/migrations/*/*'], { cwd: root }),
  ];
  expect(packed).toEqual(expect.arrayContaining(wanted));
  expect(packed.filter(path => /^test\/|^src\/.*\.ts$|\.pem$|(^|\/)\.env$/.test(path))).toEqual([]);
});

it('a module that starts another one takes its own ending, which differs where it is built', () => {
  for (const file of sources)
    expect(read(file), file).not.toMatch(
      /(join|resolve)\(import\.meta\.dirname, ['`][\w./-]+\.ts['`]/,
    );
});
