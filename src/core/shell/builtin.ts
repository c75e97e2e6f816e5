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
};

/** Variables that change which program a name is, or what it loads. */
const CHANGES_PROGRAMS =
  /^(?:PATH|ENV|BASH_\w+|IFS|SHELLOPTS|PROMPT_COMMAND|LD_\w+|NODE_\w+|npm_config_\w+|PYTHON\w+|PERL\w+|RUBY\w+|GIT_\w+)$/i;
export const changesPrograms = (variable: string): boolean => CHANGES_PROGRAMS.test(variable);
