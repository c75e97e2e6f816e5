/**
 * What a failed command could not find, by its exit code or in the words of the tool that started it:
 * most runners of scripts end with 1 or 2 where the program in their script is not there.
 */

export type NotFound = {
  /** The line that names it, where one does. */
  line: string | null;
  /** A program of the machine or of the install, a script that the repository itself lacks, or a service. */
  kind: 'program' | 'script' | 'service';
};

/** Exit codes of a shell: what it was to start may not be executed, or is not there. */
const NOT_STARTED = new Set<number | null>([126, 127]);

export function whatWasNotFound(exitCode: number | null, output: string): NotFound | null {
  for (const pattern of SCRIPTS) {
    const [line] = pattern.exec(output) ?? [];
    if (line !== undefined) return { line: line.trim(), kind: 'script' };
  }
  for (const pattern of SERVICES) {
    const [line] = pattern.exec(output) ?? [];
    if (line !== undefined) return { line: line.trim(), kind: 'service' };
  }
  for (const pattern of PROGRAMS) {
    const [line] = pattern.exec(output) ?? [];
    if (line !== undefined) return { line: shellLine(output) ?? line.trim(), kind: 'program' };
  }
  if (NOT_STARTED.has(exitCode)) return { line: shellLine(output), kind: 'program' };
  // pnpm and bun end with 1, and only the shell below them says why.
  if (RUNNER_FAILED.test(output) && SHELL_FOUND_NONE.test(output))
    return { line: shellLine(output), kind: 'program' };
  return null;
}

/** How a shell says that a program is not there, at the start of a line: tests print the like elsewhere. */
const SHELL_FOUND_NONE =
  /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?\d{1,9}: .{1,300}: (?:command )?not found$/m;
const RUNNER_FAILED = /^ {0,4}\[?ELIFECYCLE\b|^error: script ".{1,100}" exited with code 127$/m;

const PROGRAMS: readonly RegExp[] = [
  /^(?:g?make|ninja)(?:\[\d{1,5}\])?: .{0,300}\bError 12[67]$/m,
  /^npm (?:ERR!|error) code 12[67]$/m,
  /^error: Recipe .{1,200} failed .{0,100}with exit code 12[67]$/m,
  /^ {0,4}ELIFECYCLE {1,4}Command failed with ENOENT: .{1,300}$/m,
  /^(?: {0,4}ERR_PNPM_\w{1,60} {1,4}|error )Command "[^"\n]{1,100}" not found\.?$/m,
  /^(?:bun|bundler): command not found: \S{1,100}$/m,
  /^\S{0,300}python[\d.]{0,6}: No module named \S{1,100}$/m,
  /^error: Failed to spawn: `[^`\n]{1,200}`$/m,
  /^Command not found: \S{1,100}$/m,
  /^error: no such command: `[^`\n]{1,100}`$/m,
  /^cgo: C compiler .{1,200} not found\b.{0,200}$/m,
  /^error: linker `[^`\n]{1,100}` not found$/m,
  /\bis `[\w.-]{1,60}` not installed\?/,
  /^error: command '[^'\n]{1,100}' failed: No such file or directory$/m,
  /^(?:gyp ERR! stack )?Error: not found: (?:make|g\+\+|gcc|cc|python3?)$/m,
  /^You have to install development tools first\.$/m,
  /: error while loading shared libraries: \S{1,200}: cannot open shared object file\b/,
  // Browsers, which are no part of the packages that drive them.
  /\bbrowserType\.\w{1,40}: Executable doesn't exist at .{1,300}/,
  /\bCould not find (?:Chrome|Chromium|Firefox) \(ver\. .{1,100}/,
  /\bthe Cypress binary is missing\b.{0,100}/,
  /\bNo binary for \w{1,40} browser on your platform\b.{0,100}/,
  /^ERROR: JAVA_HOME is (?:not set|set to an invalid directory)\b.{0,200}$/m,
  /^The JAVA_HOME environment variable is not defined correctly\b.{0,200}$/m,
];

/** What tests start containers with. */
const SERVICES: readonly RegExp[] = [
  /\bCannot connect to the Docker daemon at .{1,200}/,
  /\bCould not find a (?:valid Docker environment|working container runtime strategy)\b.{0,200}/,
];

const SCRIPTS: readonly RegExp[] = [
  /^npm (?:ERR!|error) [Mm]issing script: .{1,200}/m,
  /^ {0,4}(?:ERR_PNPM_NO_SCRIPT|×) {1,4}Missing script: .{1,200}/m,
  /^Usage Error: Couldn't find a script named .{1,200}/m,
  /^error: Script not found ".{1,200}/m,
  /^ {0,8}Command "[^"\n]{1,100}" is not defined\./m,
  /^ {0,8}Script "[^"\n]{1,100}" is not defined in this package/m,
  /^g?make: \*\*\* No rule to make target [`'][^'\n]{1,200}'\. {1,2}Stop\.$/m,
  /^g?make: \*\*\* No targets specified and no makefile found\./m,
  /^Don't know how to build task '.{1,200}/m,
  /^(?:> )?Task '[^'\n]{1,200}' not found in (?:root )?project\b.{0,200}/m,
  /^\[ERROR\] Unknown lifecycle phase "[^"\n]{1,100}"/m,
];

/** What a shell or env says of a program that it can't start. */
const shellLine = (output: string): string | null =>
  [...output.matchAll(/^.{0,300}(?:not found|No such file or directory|Permission denied)$/gm)]
    .at(-1)?.[0]
    .trim() ?? null;
