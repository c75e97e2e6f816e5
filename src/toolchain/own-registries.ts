/** Package registries of the operator's own: under which names tools find them in a sandbox, and by which settings. */
import { type Ecosystem, npmRegistryEnv } from '../core/ecosystem.ts';
import { NPM_LOCKFILES } from '../core/tool-files.ts';

/** A registry of the operator's own, in place of the public one of its ecosystem or, for a scope of npm, beside it. */
export type OwnRegistry = {
  url: string;
  /** The name of the secret that the gateway adds; `null`: none. */
  secret: string | null;
  /** What may be fetched besides paths below the URL's, such as `/packages/`. */
  paths: string[];
  /** Hosts, with or without a port, that it sends to for the packages themselves. */
  redirectsTo: string[];
};

/**
 * The name under which a sandbox sees the operator's registry. It is nobody's: the gateway answers
 * for it, so that neither the address nor the credential is needed inside.
 */
export const registryName = (ecosystem: Ecosystem): string => `${ecosystem}.registry.internal`;

/** Settings that lead the tools of an ecosystem to the operator's registry. */
export function registryEnv(ecosystem: Ecosystem, { url }: OwnRegistry): Record<string, string> {
  const host = registryName(ecosystem);
  const seen = `http://${host}${new URL(url).pathname}`;
  switch (ecosystem) {
    case 'npm':
      return {
        ...npmRegistryEnv(seen),
        // Lockfiles name the registry that they were made with.
        npm_config_replace_registry_host: 'always',
        YARN_UNSAFE_HTTP_WHITELIST: host,
      };
    case 'pypi':
      return {
        PIP_INDEX_URL: seen,
        PIP_TRUSTED_HOST: host,
        UV_DEFAULT_INDEX: seen,
        PIPENV_PYPI_MIRROR: seen,
        PDM_PYPI_URL: seen,
        UV_INSECURE_HOST: host,
      };
    case 'go':
      // The public database of checksums knows no private module; go.sum still holds.
      return { GOPROXY: seen, GOSUMDB: 'off' };
    case 'rubygems':
      return { BUNDLE_MIRROR__ALL: seen };
    default:
      return {};
  }
}

/** Settings by which npm and pnpm read the packages of a scope from the operator's registry of it. */
export function scopeEnv(scope: string, { url }: OwnRegistry): Record<string, string> {
  const seen = `http://${registryName('npm')}${new URL(url).pathname}`;
  return { [`npm_config_${scope}:registry`]: seen, [`pnpm_config_${scope}:registry`]: seen };
}

/** Whether one of `NPM_FILES` names a package of the scope, or the scope's registry. */
export const namesScope = (file: Buffer, scope: string): boolean =>
  file.includes(`${scope}/`) || file.includes(`${scope}:`);

/** The files that tell which scopes a repository needs. */
export const NPM_FILES: readonly string[] = ['.npmrc', 'package.json', ...NPM_LOCKFILES];

/** What a line of `.npmrc` says of a scope: `@acme:registry=https://npm.example.com/`. */
const SCOPED = /^\s*(@[\w.~-]{1,200}):registry\s*=\s*"?([^"\s]{1,2000})"?\s*$/;
/** A longer line is none of these. */
const LONGEST_LINE = 3_000;

/**
 * Settings for the scopes that `.npmrc` of a repository reads from the operator's registry: like all else,
 * they are read from it under the name that a sandbox sees. npm and pnpm take them from the environment.
 */
export function scopesEnv(npmrc: string, own: OwnRegistry): Record<string, string> {
  const settings: Record<string, string> = {};
  const { origin, pathname } = new URL(own.url);
  const seen = `http://${registryName('npm')}`;
  for (const line of npmrc.split('\n')) {
    const [, scope, url = ''] = (line.length <= LONGEST_LINE && SCOPED.exec(line)) || [];
    const named = URL.parse(url);
    if (scope === undefined || named?.origin !== origin) continue;
    // With or without a slash at its end.
    if (!`${named.pathname}/`.startsWith(pathname)) continue;
    for (const tool of ['npm', 'pnpm'])
      settings[`${tool}_config_${scope}:registry`] = `${seen}${named.pathname}`;
  }
  return settings;
}

/** Files that do the same where a tool reads no such variable: path in the sandbox → content. */
export function registryFiles(ecosystem: Ecosystem, { url }: OwnRegistry): Record<string, string> {
  const seen = `http://${registryName(ecosystem)}${new URL(url).pathname}`;
  switch (ecosystem) {
    case 'cargo':
      return {
        '/.cargo/config.toml': `[source.crates-io]\nreplace-with = "operator"\n[source.operator]\nregistry = "sparse+${seen}"\n`,
      };
    case 'maven':
      return {
        '/home/agent/.m2/settings.xml': `<settings><mirrors><mirror><id>operator</id><mirrorOf>*</mirrorOf><url>${seen.replaceAll('&', '&amp;')}</url></mirror></mirrors></settings>\n`,
      };
    case 'packagist':
      return {
        '/home/agent/.config/composer/config.json': JSON.stringify({
          config: { 'secure-http': false },
          repositories: { 'packagist.org': { type: 'composer', url: seen } },
        }),
      };
    default:
      return {};
  }
}
