/** What installing needs of each ecosystem: hosts to reach, and where packages are kept. */
import { type Ecosystem, npmRegistryEnv } from '../core/ecosystem.ts';

/** Hosts of the public registries. npm's is the one that the operator's npm is configured for. */
const PUBLIC: Record<Exclude<Ecosystem, 'npm'>, readonly string[]> = {
  pypi: ['pypi.org:443', 'files.pythonhosted.org:443'],
  go: ['proxy.golang.org:443', 'sum.golang.org:443', 'storage.googleapis.com:443'],
  cargo: ['index.crates.io:443', 'static.crates.io:443'],
  maven: [
    ...['repo.maven.apache.org:443', 'repo1.maven.org:443', 'plugins.gradle.org:443'],
    ...['services.gradle.org:443', 'downloads.gradle.org:443'],
  ],
  rubygems: ['rubygems.org:443', 'index.rubygems.org:443'],
  packagist: [
    ...['repo.packagist.org:443', 'packagist.org:443', 'api.github.com:443'],
    'codeload.github.com:443',
  ],
};

/** A registry of the operator's own, which stands for the public one of its ecosystem. */
type OwnRegistry = {
  url: string;
  /** The name of the secret that the gateway adds; `null`: none. */
  secret: string | null;
  /** What may be fetched besides paths below the URL's, such as `/packages/`. */
  paths: string[];
  /** Hosts, with or without a port, that it sends to for the packages themselves. */
  redirectsTo: string[];
};

export type InstallSettings = {
  /** Of the npm that is configured on this machine: where its registry is, and its settings. */
  npm: { hosts: string[]; env: Record<string, string> };
  registries: ReadonlyMap<Ecosystem, OwnRegistry>;
};

/**
 * One place that an install needs; `host` is `name:port`, as policy is asked about it. The sandbox
 * connects to a host of a public registry itself, and the gateway to the operator's and its storage.
 */
export type InstallSource = { ecosystem: Ecosystem; host: string } & (
  | { by: 'sandbox' | 'redirect' }
  | { by: 'gateway'; own: OwnRegistry }
);

export const sourcesOf = (
  ecosystems: readonly Ecosystem[],
  { npm, registries }: InstallSettings,
): InstallSource[] =>
  ecosystems.flatMap((ecosystem): InstallSource[] => {
    const own = registries.get(ecosystem);
    if (own) {
      const { protocol } = new URL(own.url);
      const storage = own.redirectsTo.map(host => hostOf(`${protocol}//${host}`));
      return [
        { ecosystem, host: hostOf(own.url), by: 'gateway', own },
        ...storage.map(host => ({ ecosystem, host, by: 'redirect' as const })),
      ];
    }
    const hosts = ecosystem === 'npm' ? npm.hosts : PUBLIC[ecosystem];
    return hosts.map(host => ({ ecosystem, host, by: 'sandbox' }));
  });

function hostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`;
}

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
    case 'cargo':
    case 'maven':
    case 'packagist':
      return {};
  }
}

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

const packageFolder = (workTree: string): string => `${workTree}/.gatehouse-packages`;

/**
 * The environment of every command and agent. What tools keep in a home by default would be gone
 * after the install, so it is kept in the work tree, in a folder that no tool looks into by itself.
 */
export function packageEnv(workTree: string): Record<string, string> {
  const folder = packageFolder(workTree);
  return {
    npm_config_cache: '/tmp/npm-cache',
    npm_config_update_notifier: 'false',
    YARN_ENABLE_GLOBAL_CACHE: 'false',
    YARN_ENABLE_TELEMETRY: 'false',
    YARN_CACHE_FOLDER: `${folder}/yarn`,
    pnpm_config_store_dir: `${folder}/pnpm`,
    // The pnpm that is installed does the work: another version would have to be downloaded each time.
    pnpm_config_pm_on_fail: 'ignore',
    COREPACK_HOME: `${folder}/corepack`,
    COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
    PIP_CACHE_DIR: '/tmp/pip-cache',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    UV_CACHE_DIR: '/tmp/uv-cache',
    UV_LINK_MODE: 'copy',
    POETRY_VIRTUALENVS_IN_PROJECT: 'true',
    POETRY_CACHE_DIR: '/tmp/poetry-cache',
    PIPENV_VENV_IN_PROJECT: '1',
    PDM_CHECK_UPDATE: '0',
    GOPATH: `${folder}/go`,
    // Without it the modules are read-only, and whoever removes them has to change that first.
    GOFLAGS: '-modcacherw',
    CARGO_HOME: `${folder}/cargo`,
    DENO_DIR: `${folder}/deno`,
    DENO_NO_UPDATE_CHECK: '1',
    MAVEN_OPTS: `-Dmaven.repo.local=${folder}/maven`,
    GRADLE_USER_HOME: `${folder}/gradle`,
    BUNDLE_PATH: `${folder}/bundle`,
    COMPOSER_HOME: '/home/agent/.config/composer',
    COMPOSER_CACHE_DIR: '/tmp/composer-cache',
  };
}

/**
 * The same for pnpm before its version 11, which has no variables of its own: npm would warn of those
 * that the two share.
 */
export const packageFiles = (workTree: string): Record<string, string> => ({
  '/home/agent/.config/pnpm/rc': [
    `store-dir=${packageFolder(workTree)}/pnpm`,
    'manage-package-manager-versions=false',
    'package-manager-strict=false\n',
  ].join('\n'),
});

/** Of commands and agents that reach no network: tools fail at once instead of waiting for it. */
export const OFFLINE_ENV: Readonly<Record<string, string>> = {
  GOPROXY: 'off',
  CARGO_NET_OFFLINE: 'true',
  UV_OFFLINE: '1',
};

/** Every spelling of a proxy that package managers read; `origin` is plain http. */
export function proxyEnv(origin: string): Record<string, string> {
  const { hostname, port } = new URL(origin);
  const java = ['http', 'https'].flatMap(scheme => [
    `-D${scheme}.proxyHost=${hostname}`,
    `-D${scheme}.proxyPort=${port}`,
  ]);
  return {
    HTTP_PROXY: origin,
    HTTPS_PROXY: origin,
    http_proxy: origin,
    https_proxy: origin,
    NO_PROXY: 'localhost,127.0.0.1,::1',
    NODE_USE_ENV_PROXY: '1',
    YARN_HTTP_PROXY: origin,
    YARN_HTTPS_PROXY: origin,
    JAVA_TOOL_OPTIONS: java.join(' '),
  };
}
