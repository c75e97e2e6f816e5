/** What installing needs of each ecosystem: hosts to reach, and where packages are kept. */
import type { Ecosystem } from '../core/ecosystem.ts';
import type { OwnRegistry } from './own-registries.ts';

/** Hosts of the public registries. npm's is the one that the operator's npm is configured for. */
const PUBLIC: Record<Exclude<Ecosystem, 'npm'>, readonly string[]> = {
  pypi: ['pypi.org:443', 'files.pythonhosted.org:443'],
  go: ['proxy.golang.org:443', 'sum.golang.org:443', 'storage.googleapis.com:443'],
  cargo: ['index.crates.io:443', 'static.crates.io:443'],
  maven: [
    ...['repo.maven.apache.org:443', 'repo1.maven.org:443', 'dl.google.com:443'],
    // The portal sends to the second one for each plugin, and its wrapper is a release of GitHub's.
    ...['plugins.gradle.org:443', 'plugins-artifacts.gradle.org:443'],
    ...['services.gradle.org:443', 'downloads.gradle.org:443'],
    ...['github.com:443', 'release-assets.githubusercontent.com:443'],
  ],
  rubygems: ['rubygems.org:443', 'index.rubygems.org:443'],
  packagist: [
    ...['repo.packagist.org:443', 'packagist.org:443', 'api.github.com:443'],
    'codeload.github.com:443',
  ],
  nuget: ['api.nuget.org:443', 'www.nuget.org:443'],
  hex: ['hex.pm:443', 'repo.hex.pm:443', 'builds.hex.pm:443'],
  pub: ['pub.dev:443', 'storage.googleapis.com:443'],
};

export type InstallSettings = {
  /** Of the npm that is configured on this machine: where its registry is, and its settings. */
  npm: { hosts: string[]; env: Record<string, string> };
  /** By the ecosystem of the public one for which it stands. */
  registries: ReadonlyMap<Ecosystem, OwnRegistry>;
  /** Those of npm that have the packages of one scope, such as `@acme`, and stand beside the others. */
  scopes: ReadonlyMap<string, OwnRegistry>;
};

/**
 * One place that an install needs; `host` is `name:port`, as policy is asked about it. The sandbox
 * connects to a host of a public registry itself, and the gateway to the operator's and its storage.
 * `scope`: where it has the packages of that scope of npm alone.
 */
export type InstallSource = { ecosystem: Ecosystem; scope: string | null; host: string } & (
  | { by: 'sandbox' | 'redirect' }
  | { by: 'gateway'; own: OwnRegistry }
);

/** `used`: the scopes of npm that the repository needs. */
export const sourcesOf = (
  ecosystems: readonly Ecosystem[],
  { npm, registries, scopes }: InstallSettings,
  used: readonly string[],
): InstallSource[] =>
  ecosystems.flatMap((ecosystem): InstallSource[] => {
    const own = registries.get(ecosystem) ?? null;
    const scoped = ecosystem === 'npm' ? [...scopes].filter(([scope]) => used.includes(scope)) : [];
    const known = scoped.flatMap(([scope, its]) => ownSources({ ecosystem, scope, own: its }));
    if (own) return [...ownSources({ ecosystem, scope: null, own }), ...known];
    // The gateway reads the public registry too: lockfiles are led to one name for all that npm reads, and
    // nothing of an operator's scope is ever asked of others.
    const hasScopes = ecosystem === 'npm' && scopes.size > 0;
    const all = hasScopes ? npm.env.npm_config_registry : undefined;
    if (all !== undefined) {
      const open = { url: all, secret: null, paths: [], redirectsTo: [] };
      return [...ownSources({ ecosystem, scope: null, own: open }), ...known];
    }
    const hosts = ecosystem === 'npm' ? npm.hosts : PUBLIC[ecosystem];
    return hosts.map(host => ({ ecosystem, scope: null, host, by: 'sandbox' }));
  });

function ownSources(
  of: Pick<InstallSource, 'ecosystem' | 'scope'> & { own: OwnRegistry },
): InstallSource[] {
  const { ecosystem, scope, own } = of;
  const { protocol } = new URL(own.url);
  const storage = own.redirectsTo.map(host => hostOf(`${protocol}//${host}`));
  return [
    { ecosystem, scope, host: hostOf(own.url), by: 'gateway', own },
    ...storage.map(host => ({ ecosystem, scope, host, by: 'redirect' as const })),
  ];
}

function hostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`;
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
    NUGET_PACKAGES: `${folder}/nuget`,
    DOTNET_CLI_TELEMETRY_OPTOUT: '1',
    DOTNET_NOLOGO: '1',
    HEX_HOME: `${folder}/hex`,
    MIX_HOME: `${folder}/mix`,
    PUB_CACHE: `${folder}/pub`,
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
