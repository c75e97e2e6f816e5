/**
 * Programs of which policies name what they are told to do, with the options that may stand before that.
 * Options that are not here are refused there: one may take the next word as its value.
 */

export type ProgramOptions = {
  /** Options whose value is the next word, or follows `=`. */
  valued: string[];
  /** Options without a value. */
  alone: string[];
  /** Options that have it run a program that they name, wherever they stand; also by their beginning. */
  runs?: string[];
};

const CONTAINERS: ProgramOptions = {
  valued: [
    ...['--config', '-c', '--context', '-H', '--host', '-l', '--log-level', '--tlscacert'],
    ...['--tlscert', '--tlskey', '--connection', '--url', '--identity', '--root', '--runroot'],
  ],
  alone: ['-D', '--debug', '--tls', '--tlsverify', '-r', '--remote'],
};
const PIP: ProgramOptions = {
  valued: ['--python', '--log', '--proxy', '--retries', '--timeout', '--cert', '--cache-dir'],
  alone: [
    ...['-v', '-vv', '-vvv', '--verbose', '-q', '-qq', '--quiet', '--no-input', '--isolated'],
    ...['--no-cache-dir', '--no-color', '--disable-pip-version-check', '--debug'],
    ...['--require-virtualenv', '--no-python-version-warning'],
  ],
};

export const PROGRAMS: Readonly<Record<string, ProgramOptions>> = {
  git: {
    valued: [
      ...['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--attr-source'],
      '--super-prefix',
    ],
    alone: [
      ...['-p', '--paginate', '-P', '--no-pager', '--bare', '--no-replace-objects'],
      ...['--no-lazy-fetch', '--no-optional-locks', '--no-advice', '--exec-path'],
      ...['--literal-pathspecs', '--glob-pathspecs', '--noglob-pathspecs', '--icase-pathspecs'],
    ],
  },
  npm: {
    valued: [
      ...['--prefix', '-C', '--workspace', '-w', '--registry', '--cache'],
      ...['--loglevel', '--otp', '--tag', '--access'],
    ],
    alone: [
      ...['--silent', '-s', '--quiet', '-q', '--verbose', '--json', '--yes', '-y', '--force', '-f'],
      ...['--global', '-g', '--workspaces', '--ignore-scripts', '--offline', '--no-audit'],
      ...['--include-workspace-root', '--if-present', '--no-fund', '--prefer-offline'],
    ],
    runs: [
      ...['script-shell', 'shell', 'node-options', 'git', 'editor', 'viewer', 'browser'],
      ...['userconfig', 'globalconfig', 'node-gyp', 'python', 'init-module'],
    ],
  },
  npx: {
    valued: [
      ...['-p', '--package', '-w', '--workspace', '--registry', '--cache', '--prefix', '-C'],
      '--loglevel',
    ],
    alone: [
      ...['-y', '--yes', '--no', '--no-install', '-q', '--quiet', '-s', '--silent', '--offline'],
      ...['--prefer-offline', '--prefer-online', '--ignore-existing', '--workspaces', '--'],
    ],
  },
  pnpm: {
    valued: [
      ...['--dir', '-C', '--filter', '-F', '--registry', '--loglevel', '--reporter'],
      ...['--workspace-concurrency', '--resume-from'],
    ],
    alone: [
      ...[
        '--recursive',
        '-r',
        '--workspace-root',
        '-w',
        '--silent',
        '-s',
        '--parallel',
        '--stream',
      ],
      ...['--if-present', '--aggregate-output', '--no-bail', '--bail', '--sequential', '--no-sort'],
    ],
    runs: ['script-shell', 'shell-emulator', 'node-options', 'config.', 'userconfig'],
  },
  yarn: {
    valued: ['--cwd', '--registry'],
    alone: ['--silent', '-s', '--verbose', '--json'],
    runs: ['script-shell', 'use-yarnrc', 'node-options'],
  },
  bun: {
    valued: [
      ...['--cwd', '-c', '--config', '--env-file', '-r', '--preload', '-F', '--filter'],
      ...['-e', '--eval', '-p', '--print'],
    ],
    alone: ['--bun', '-b', '--silent', '--watch', '--hot', '--smol', '--verbose', '--no-install'],
  },
  deno: {
    valued: ['-L', '--log-level', '-c', '--config'],
    alone: ['-q', '--quiet', '-A', '--allow-all', '--no-config'],
  },
  cargo: {
    valued: ['-Z', '-C', '--color'],
    alone: ['--verbose', '-v', '-vv', '--quiet', '-q', '--offline', '--locked', '--frozen'],
    runs: ['config'],
  },
  go: { valued: ['-C'], alone: [] },
  pip: PIP,
  pip3: PIP,
  uv: {
    valued: [
      ...['--directory', '--project', '--cache-dir', '--config-file', '--color'],
      ...['--python-preference', '--allow-insecure-host'],
    ],
    alone: [
      ...['-q', '-qq', '--quiet', '-v', '-vv', '--verbose', '--offline', '--no-progress', '-n'],
      ...['--no-cache', '--no-config', '--native-tls', '--no-native-tls', '--managed-python'],
      ...['--no-managed-python', '--no-python-downloads'],
    ],
  },
  poetry: {
    valued: ['-C', '--directory', '-P', '--project'],
    alone: [
      ...['-q', '--quiet', '-n', '--no-interaction', '-v', '-vv', '-vvv', '--verbose', '--ansi'],
      ...['--no-ansi', '--no-plugins', '--no-cache'],
    ],
  },
  twine: { valued: [], alone: ['--no-color'] },
  gem: {
    valued: ['--config-file'],
    alone: ['--verbose', '--quiet', '-q', '--silent', '--backtrace', '--debug', '--norc'],
  },
  bundle: { valued: ['-r', '--retry'], alone: ['--verbose', '--no-color'] },
  dotnet: { valued: [], alone: ['-d', '--diagnostics'] },
  gh: { valued: ['-R', '--repo'], alone: [] },
  glab: { valued: ['-R', '--repo'], alone: [] },
  docker: CONTAINERS,
  podman: CONTAINERS,
  kubectl: {
    valued: [
      ...[
        '-n',
        '--namespace',
        '--context',
        '--kubeconfig',
        '--cluster',
        '--user',
        '-s',
        '--server',
      ],
      ...['--token', '--as', '--as-group', '--as-uid', '--request-timeout', '--cache-dir', '-v'],
      ...['--certificate-authority', '--client-certificate', '--client-key', '--tls-server-name'],
    ],
    alone: [
      ...['--insecure-skip-tls-verify', '--match-server-version', '--warnings-as-errors'],
      '--disable-compression',
    ],
  },
  helm: {
    valued: [
      ...['-n', '--namespace', '--kube-context', '--kubeconfig', '--kube-apiserver'],
      ...['--kube-token', '--kube-as-user', '--kube-as-group', '--kube-ca-file'],
      ...['--registry-config', '--repository-config', '--repository-cache', '--burst-limit'],
    ],
    alone: ['--debug', '--kube-insecure-skip-tls-verify'],
  },
  terraform: { valued: ['-chdir'], alone: [] },
  aws: {
    valued: [
      ...['--profile', '--region', '--output', '--query', '--endpoint-url', '--color'],
      ...['--ca-bundle', '--cli-read-timeout', '--cli-connect-timeout', '--cli-binary-format'],
    ],
    alone: [
      ...['--debug', '--no-verify-ssl', '--no-paginate', '--no-sign-request', '--no-cli-pager'],
      ...['--cli-auto-prompt', '--no-cli-auto-prompt'],
    ],
  },
  gcloud: {
    valued: [
      ...['--account', '--project', '--configuration', '--verbosity', '--format', '--flatten'],
      ...['--billing-project', '--impersonate-service-account', '--access-token-file'],
    ],
    alone: ['-q', '--quiet', '--log-http', '--user-output-enabled', '--no-user-output-enabled'],
  },
  az: {
    valued: ['-o', '--output', '--query', '--subscription'],
    alone: ['--debug', '--verbose', '--only-show-errors'],
  },
};
