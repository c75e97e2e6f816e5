/** Which files decide what an install makes, so that a change of them installs anew. */
import { expect, it } from 'vitest';
import { decidingFiles } from '../../../../src/adapters/workspace/commits/install-key.ts';

const NPM = ['npm', 'ci'];

it.each<[string, string[], string]>([
  ...[
    ...['package.json', 'packages/a/package.json', 'yarn.lock', 'web/deno.json', '.pnpmfile.cjs'],
    ...['gems.rb', 'gems.locked', 'api/a.gemspec', 'pdm.lock', 'uv.toml', 'tox.ini'],
    ...['requirements-dev.txt', 'requirements/dev.txt', 'constraints-dev.txt'],
    ...['gradle/libs.versions.toml', 'buildSrc/own.gradle.kts', '.mvn/extensions.xml'],
    ...['.cargo/config.toml', 'patches/a+1.0.0.patch', '.yarn/releases/yarn-4.cjs', 'mise.toml'],
  ].map((path): [string, string[], string] => [path, NPM, '']),
  ['scripts/setup.sh', ['./scripts/setup.sh'], ''],
  ['api/scripts/setup.sh', ['bash', 'scripts/setup.sh'], 'api'],
  ['dev/packages.txt', ['pip', 'install', '--requirement=dev/packages.txt'], ''],
  ['get.py', ['sh', '-c', 'npm ci && python3 "get.py"'], ''],
  ['shared/get.py', ['python3', '../shared/get.py'], 'api'],
  ['api/Makefile', ['make', 'deps'], 'api'],
])('%s, of %j in the folder %j', (path, argv, directory) => {
  expect(decidingFiles({ argv, directory })(path)).toBe(true);
});

it.each<[string, string[], string]>([
  ['src/index.ts', NPM, ''],
  ['requirements.md', NPM, ''],
  ['docs/patches/a.patch', NPM, ''],
  ['Makefile', NPM, ''],
  ['Makefile', ['make', 'deps'], 'api'],
  ['scripts/setup.sh', ['./scripts/setup.sh'], 'api'],
  ['docs/setup.sh', ['./setup.sh'], ''],
])('but not %s, of %j in the folder %j', (path, argv, directory) => {
  expect(decidingFiles({ argv, directory })(path)).toBe(false);
});
