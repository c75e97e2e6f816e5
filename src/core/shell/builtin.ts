/** Commands of the shell itself. */

/**
 * They change or test the shell's own state and run no program, so that nobody is asked about them
 * where the line runs programs as well.
 */
const OWN = new Set([
  ...[':', 'true', 'false', 'cd', 'pwd', 'export', 'readonly', 'local', 'unset', 'set', 'shift'],
  ...['exit', 'return', 'break', 'continue', 'wait', 'test', '[', 'umask'],
]);
export const isOwn = (program: string): boolean => OWN.has(program);

/** They run what a text says, or change what a name means. */
export const UNREADABLE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...['strace', 'ltrace', 'unshare', 'nsenter', 'setarch', 'linux32', 'linux64', 'chrt'],
      ...['taskset', 'script', 'unbuffer', 'fakeroot', 'proot', 'su', 'runuser', 'setpriv'],
      ...['prlimit', 'systemd-run', 'start-stop-daemon', 'run-parts', 'rlwrap'],
    ].map(program => [program, 'run the program itself']),
  ),
  eval: 'write the command out',
  source: 'run the script by its path, or the program that it leads to',
  '.': 'run the script by its path, or the program that it leads to',
  alias: 'write the command out',
  let: 'use $(( ))',
  enable: 'leave it out',
  coproc: 'run the program with & behind it',
  trap: 'run the command at the end of the line',
  watch: 'run the command once',
  parallel: 'run the command once for each input',
  fish: 'use sh',
  hash: 'leave it out',
  bind: 'leave it out',
  complete: 'leave it out',
  compgen: 'leave it out',
  fc: 'write the command out',
  emulate: 'use sh -c',
  repeat: 'use a loop',
  integer: 'use $(( ))',
  float: 'leave it out',
  nameref: 'name the variable',
};

/** Variables that change which program a name is, or what it loads. */
const CHANGES_PROGRAMS = new RegExp(
  `^(?:${[
    // The shell's own: where it looks, what it runs by itself, and how it takes words apart.
    ...['PATH', 'FPATH', 'HOME', 'SHELL', 'ENV', 'ZDOTDIR', 'BASH_.*', 'IFS', 'SHELLOPTS'],
    ...['BASHOPTS', 'PS\\d', 'PROMPT\\w*', 'XDG_CONFIG_\\w+', 'LD_\\w+', 'GCONV_PATH'],
    // What programs start beside themselves.
    ...['\\w*PAGER', '\\w*EDITOR', 'VISUAL', 'BROWSER', 'LESSOPEN', 'LESSCLOSE', '\\w*_ASKPASS'],
    ...['\\w+_RSH', 'GIT_\\w+', 'SSH_\\w+', 'TAR_OPTIONS', 'MAKEFLAGS', 'MAKEFILES', 'CC', 'CXX'],
    // What interpreters, package managers and compilers load or run.
    ...['NODE_\\w+', 'YARN_\\w+', 'PNPM_\\w+', 'COREPACK_\\w+', 'BUN_\\w+', 'DENO_\\w+'],
    ...['PYTHON\\w+', 'PIP_\\w+', 'UV_\\w+', 'POETRY_\\w+', 'PERL\\w+', 'RUBY\\w+', 'GEM_\\w+'],
    ...[
      'BUNDLE_\\w+',
      'CARGO_\\w+',
      'RUSTC\\w*',
      'RUSTFLAGS',
      'RUSTUP_\\w+',
      'GO(?:FLAGS|ROOT|PATH|BIN|ENV|PROXY|TOOLCHAIN)',
      'LUA_\\w+',
    ],
    ...['_?JAVA_\\w+', 'JDK_\\w+', 'MAVEN_\\w+', 'GRADLE_\\w+', 'DOTNET_\\w+', 'CORECLR_\\w+'],
    ...['PHP\\w+', 'DOCKER_\\w+', 'KUBECONFIG', 'OPENSSL_\\w+'],
  ].join('|')})$`,
);
/** npm reads its settings in any case, and one shell keeps its path by a second name. */
const IN_ANY_CASE = /^(?:f?path|npm_config_\w+)$/i;
/** Settings of what is shown and logged, which commands are often given, and load or run nothing. */
const HARMLESS =
  /^(?:NODE_ENV|NODE_NO_WARNINGS|NODE_DISABLE_COLORS|PYTHONUNBUFFERED|PYTHONDONTWRITEBYTECODE|PYTHONHASHSEED|CARGO_TERM_\w+|DOTNET_CLI_TELEMETRY_OPTOUT|DOTNET_NOLOGO|GIT_TERMINAL_PROMPT|GIT_OPTIONAL_LOCKS)$/;
const SHOWS_AS_IT_IS = /^\w*PAGER=(?:cat)?$/;

/** `assignment`: the name, `=` and the value as they stand. */
export const changesPrograms = (name: string, assignment: string): boolean =>
  (CHANGES_PROGRAMS.test(name) || IN_ANY_CASE.test(name)) &&
  !HARMLESS.test(name) &&
  !SHOWS_AS_IT_IS.test(assignment);
