/** What a repository's `.npmrc` says of scopes, where it means the operator's registry. */
import { expect, test } from 'vitest';
import { scopesEnv } from '../../src/toolchain/own-registries.ts';

const own = { url: 'https://npm.acme.dev/npm/', secret: null, paths: [], redirectsTo: [] };
const seen = 'http://npm.registry.internal/npm';

test.each<[line: string, read: string | null]>([
  ['@acme:registry=https://npm.acme.dev/npm/', `${seen}/`],
  ['@acme:registry=https://npm.acme.dev/npm', seen],
  ['  @acme:registry = "https://npm.acme.dev/npm/"  \r', `${seen}/`],
  ['@acme:registry=https://npm.acme.dev/npm/inside/', `${seen}/inside/`],
  ['@acme:registry=https://npm.acme.dev/npm-other/', null],
  ['@acme:registry=https://npm.acme.dev/npm/../secret/', null],
  ['@acme:registry=https://npm.acme.dev:8443/npm/', null],
  ['@acme:registry=http://npm.acme.dev/npm/', null],
  ['@acme:registry=https://npm.acme.dev.evil.example/npm/', null],
  ['# @acme:registry=https://npm.acme.dev/npm/', null],
  ['registry=https://npm.acme.dev/npm/', null],
  ['//npm.acme.dev/npm/:_authToken=secret', null],
  ['@acme:registry=', null],
  [`@acme:registry=https://npm.acme.dev/npm/${'a'.repeat(5_000)}`, null],
])('%s', (line, read) => {
  const settings = scopesEnv(`# settings\n${line}\nsave-exact=true\n`, own);
  expect(settings).toEqual(
    read === null ? {} : { 'npm_config_@acme:registry': read, 'pnpm_config_@acme:registry': read },
  );
});
