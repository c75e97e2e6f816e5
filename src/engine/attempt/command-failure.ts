/** Why a repository's command failed: only what its own exit code says of the code counts as red. */

import { commandText } from '../../core/command-line.ts';
import { firstPart } from '../../core/first-part.ts';
import type { RunFailure } from '../../core/task/command.ts';
import { withoutTerminalSequences } from '../../core/terminal-text.ts';
import type { Executed } from './execute.ts';
import { type NotFound, whatWasNotFound } from './not-found.ts';
import { failure } from './outcome.ts';

type CommandRun = {
  argv: string[];
  /** It prepares the workspace: what fails there says nothing of the code. */
  installs: boolean;
  /** Destinations that the gateway refused it, each with the reason. */
  refused: readonly string[];
};

export function commandFailure(executed: Executed, run: CommandRun): RunFailure | null {
  const { end } = executed;
  const command = `\`${commandText(run.argv)}\``;
  if (end.by === 'timeout') return failure('timeout', `${command} ran into its time limit.`);
  if (end.by === 'output_limit')
    return failure('output_limit', `${command} printed more than its limit.`);
  if (end.exitCode === 0) return null;
  const how = end.exitCode === null ? `ended by ${end.signal}` : `exited with ${end.exitCode}`;
  // Some tools colour what they say wherever it goes.
  const output = withoutTerminalSequences(
    `${executed.stdout.slice(-LOOKED_AT)}\n${executed.stderr.slice(-LOOKED_AT)}`,
  );
  if (ranOutOfMemory(executed, output))
    return failure('memory', `${command} ${how}: it needed more memory than it may have.`);
  if (OUT_OF_SPACE.test(output))
    return {
      ...failure('workspace', `${command} ${how}: no space was left. ${SPACE}`),
      // It would fill up again.
      retryable: false,
    };
  const missing = whatWasNotFound(end.exitCode, output);
  if (missing !== null) {
    const why = missing.line ?? 'a program that it starts was not found';
    return failure('not_found', `${command} ${how}: ${withStop(why)} ${MEND[missing.kind]}`);
  }
  if (run.refused.length > 0)
    return failure('no_network', `${command} ${how}. Refused to it: ${run.refused.join('; ')}.`);
  const host = unreachedHost(output);
  if (host !== null)
    return failure(
      'no_network',
      run.installs
        ? `${command} ${how}: it could not reach ${host}.`
        : `${command} ${how}: it could not reach ${host}. Only the install command reaches the network.`,
    );
  if (run.installs) return failure('install', `${command} ${how}${reasonIn(output)}`);
  return failure('red', `${command} ${how}.`);
}

/** What to do about what was not found. */
const MEND: Readonly<Record<NotFound['kind'], string>> = {
  program:
    'Install it on the machine below /usr or in a folder of GATEHOUSE_TOOLCHAINS, or with the install command.',
  service:
    'A sandbox reaches no service of its machine: name a command that needs none, under `commands` in `.github/gatehouse.yml`.',
  script: 'Name a command that the repository has, under `commands` in `.github/gatehouse.yml`.',
};

const withStop = (line: string): string => (line.endsWith('.') ? line : `${line}.`);

/** Characters at the end of each stream that are looked at. */
const LOOKED_AT = 64 * 1024;
/** Killed by the kernel, where no limit of ours can say so; a shell tells it by the exit code. */
const KILLED = 137;

function ranOutOfMemory({ end }: Executed, output: string): boolean {
  if (end.outOfMemory || end.exitCode === KILLED || end.signal === 'SIGKILL') return true;
  return OUT_OF_MEMORY.some(pattern => pattern.test(output));
}

/** How runtimes, and tools whose child was killed, say that memory ran out. */
const OUT_OF_MEMORY: readonly RegExp[] = [
  /JavaScript heap out of memory|Reached heap limit|ERR_WORKER_OUT_OF_MEMORY/,
  /java\.lang\.OutOfMemoryError|insufficient memory for the Java Runtime Environment/,
  /fatal error: runtime: (?:out of memory|cannot allocate memory)/,
  /^(?:E {1,20})?MemoryError(?::|$)/m,
  /^memory allocation of \d{1,30} bytes failed/m,
  /failed to allocate memory \(NoMemoryError\)|Allowed memory size of \d{1,30} bytes exhausted/,
  /std::bad_alloc|virtual memory exhausted|Cannot allocate memory|\bENOMEM\b/,
  /signal: 9, SIGKILL|signal: killed|\bsignal=SIGKILL\b|Killed signal terminated program/,
  /^npm (?:ERR!|error) signal SIGKILL$/m,
  /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?\d{1,9}: {1,20}\d{1,9} Killed\b/m,
  /^(?:g?make|ninja)(?:\[\d{1,5}\])?: .{0,300}\b(?:Error 137|Killed)$/m,
];

/** How tools say that they could not write; names of tests may say so too, and so may limits of another kind. */
const OUT_OF_SPACE =
  /^(?! {0,20}(?:(?:not )?ok|[✔✓✗✖×]) ).{0,300}(?:\bENOSPC: no space left on device|\[Errno 28\] No space left|(?:^|: )(?:write error: )?[Nn]o space left on device(?: \(os error 28\))?[.\s]{0,2}$|^npm (?:ERR!|error) code ENOSPC$|Disk quota exceeded$|There is not enough space on the (?:disk|file system))/m;
const SPACE =
  'In a sandbox `/tmp` and the home folder have a limit of their own, and the work tree has what is free on the disk of the machine.';

/** How the common runtimes say that a name did not resolve, or that there is no way out. */
const UNREACHED: readonly RegExp[] = [
  /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]{1,253})/g,
  /Could not resolve (?:host: |host(?:name)? |')([\w.-]{1,253})/gi,
  /\bGET https?:\/\/([\w.-]{1,253})\S{0,500} error \((?:ENOTFOUND|EAI_AGAIN)\)/g,
  /All attempts to connect to ([\w.-]{1,253}) failed/g,
  /\bUnknown host ([\w.-]{1,253})/g,
  /Could not reach host ([\w.-]{1,253}[\w-])/g,
  /unable to resolve host address ['‘]([\w.-]{1,253})/g,
  /Temporary failure resolving '([\w.-]{1,253})/g,
  /Name or service not known \(([\w.-]{1,253})/g,
  /Could not (?:GET|HEAD) 'https?:\/\/([\w.-]{1,253})/g,
  /Cannot access \S{1,100} \(https?:\/\/([\w.-]{1,253})[^)\n]{0,300}\) in offline mode/g,
  /Could not transfer artifact .{1,300}\(https?:\/\/([\w.-]{1,253})/g,
  /request to https?:\/\/([\w.-]{1,253})\S{0,500} failed: cache mode is 'only-if-cached'/g,
  /host='([\w.-]{1,253})', port=\d{1,5}\): Max retries exceeded/g,
  /Failed to fetch: `https?:\/\/([\w.-]{1,253})/g,
  /Failed to resolve '([\w.-]{1,253})'/g,
  /dial (?:tcp|udp): lookup ([\w.-]{1,253})/g,
  /UnknownHostException: ([\w.-]{1,253})/g,
  /No cached version (?:of|listing for) \S{1,300} available for offline mode()/g,
  /^error: FailedToOpenSocket downloading ()/gm,
  /failed to lookup address information(): /g,
  /Temporary failure in name resolution()/g,
  /Name or service not known()/g,
  /nodename nor servname provided, or not known()/g,
  /Network is unreachable()/gi,
  /NoRouteToHostException()/g,
  /No route to host()/g,
  /\bEHOSTUNREACH()\b/g,
  /\bENETUNREACH()\b/g,
];
/** Names that never resolve anywhere: tests of failures use them. */
const RESERVED = /(?:^|\.)(?:invalid|test|example|localhost|example\.(?:com|net|org))\.?$/i;

function unreachedHost(output: string): string | null {
  for (const pattern of UNREACHED)
    for (const [, name = ''] of output.matchAll(pattern))
      if (!RESERVED.test(name)) return name === '' ? 'the network' : name;
  return null;
}

const NPM = /^npm (?:ERR!|error) /;
/** What npm prints around its reason. */
const NPM_ASIDE =
  /^npm (?:ERR!|error) (?:code|errno|syscall|path|dest|command|A complete log of this run)\b/;

/** The line that gives the installer's own reason: npm's is the first of its own, other tools' stands near the end. */
function reasonIn(output: string): string {
  const lines = output.split('\n').map(each => each.trim());
  const line =
    lines.find(each => NPM.test(each) && !NPM_ASIDE.test(each)) ??
    lines.findLast(each => /error|ERR!|failed|cannot|could not/i.test(each));
  return line ? `: ${firstPart(line, 300)}` : '.';
}
