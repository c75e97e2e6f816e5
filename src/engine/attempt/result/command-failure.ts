/** Why a repository's command failed: only what its own exit code says of the code counts as red. */
import { posix } from 'node:path';
import { commandText } from '../../../core/command-line.ts';
import type { Ecosystem } from '../../../core/ecosystem.ts';
import type { RunFailure } from '../../../core/task/decide/command.ts';
import type { FailureClass } from '../../../core/task/events/run.ts';
import { firstPart } from '../../../core/text/first-part.ts';
import { withoutTerminalSequences } from '../../../core/text/terminal-text.ts';
import { withStop } from '../../../core/text/with-stop.ts';
import type { Unreached } from '../../ports/gateway.ts';
import { diskFailure, failure } from '../outcome.ts';
import type { Executed } from '../process/execute.ts';
import { type NotFound, whatWasNotFound } from './not-found.ts';

type CommandRun = {
  argv: string[];
  /** It prepares the workspace: what fails there says nothing of the code. */
  installs: boolean;
  /** Destinations that the gateway refused it, each with the reason. */
  refused: readonly string[];
  /** Destinations that it may connect to, and that the gateway did not reach. */
  unreached: readonly Unreached[];
  /** Folders of other repositories, whose contents are not there. */
  submodules: readonly string[];
};

export function commandFailure(executed: Executed, run: CommandRun): RunFailure | null {
  const failed = failureOf(executed, run);
  if (!failed || run.submodules.length === 0 || !BY_WHAT_IS_MISSING.has(failed.class))
    return failed;
  return { ...failed, reason: `${failed.reason} ${withoutSubmodules(run.submodules)}` };
}

/** What may come of files that are not there. */
const BY_WHAT_IS_MISSING: ReadonlySet<FailureClass> = new Set(['red', 'install', 'not_found']);
const MOST_NAMED = 5;

function withoutSubmodules(paths: readonly string[]): string {
  const named = paths
    .slice(0, MOST_NAMED)
    .map(path => `\`${firstPart(path.replaceAll('`', ''), 100)}\``);
  const more = paths.length > MOST_NAMED ? [`${paths.length - MOST_NAMED} more`] : [];
  return `Gatehouse does not fetch submodules, so what is in ${[...named, ...more].join(', ')} was not there: that may be why.`;
}

function failureOf(executed: Executed, run: CommandRun): RunFailure | null {
  const { end } = executed;
  const command = `\`${commandText(run.argv)}\``;
  if (end.by === 'timeout') return failure('timeout', `${command} ran into its time limit.`);
  if (end.by === 'output_limit')
    return failure('output_limit', `${command} printed more than its limit.`);
  if (end.by === 'disk_full') return diskFailure;
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
    return failure(
      'no_network',
      `${command} ${how}. Policy or the gateway refused to it: ${run.refused.join('; ')}. ${otherHost(run)}`,
    );
  const [missed] = run.unreached;
  if (missed)
    return failure(
      'no_network',
      `${command} ${how}: it did not reach ${missed.destination}: ${missed.reason}. ${REACH[missed.by]}`,
    );
  const untrusted = run.installs && UNTRUSTED.test(output);
  if (untrusted)
    return failure(
      'no_network',
      `${command} ${how}: it does not trust a certificate. ${REACH.tls}`,
    );
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

/** By the program that installs: the ecosystem whose registry it reads. */
const INSTALLERS = new Map<string, Ecosystem>(
  Object.entries({
    npm: 'npm',
    pnpm: 'npm',
    yarn: 'npm',
    bun: 'npm',
    corepack: 'npm',
    pip: 'pypi',
    pip3: 'pypi',
    python: 'pypi',
    python3: 'pypi',
    uv: 'pypi',
    poetry: 'pypi',
    go: 'go',
    cargo: 'cargo',
    mvn: 'maven',
    gradle: 'maven',
    gradlew: 'maven',
    mvnw: 'maven',
    bundle: 'rubygems',
    composer: 'packagist',
  } satisfies Record<string, Ecosystem>),
);
const NOT_GRANTED = /^([\w.-]{1,253})(?::443)?: not granted to this run$/;

/** What to do about what a run may not connect to: with the very setting, where the host may be a registry. */
function otherHost({ argv, refused }: CommandRun): string {
  const known = 'An install reaches the registries of its ecosystems and no other host.';
  const host = refused.flatMap(one => NOT_GRANTED.exec(one)?.[1] ?? [])[0];
  const ecosystem = argv.flatMap(word => INSTALLERS.get(posix.basename(word)) ?? [])[0];
  if (host === undefined || ecosystem === undefined) return known;
  const setting = JSON.stringify({ [ecosystem]: { url: `https://${host}/` } });
  const scope =
    ecosystem === 'npm'
      ? ' Where it has the packages of one scope alone, that scope, such as "@acme", stands in place of "npm".'
      : '';
  return `${known} Where that is a registry, an operator lets it stand for the public one by GATEHOUSE_REGISTRIES=${setting}, with "token_file" where it wants a credential.${scope}`;
}

/** What to do about a host that was not reached. */
const REACH: Readonly<Record<Unreached['by'], string>> = {
  name: 'Look whether the name is right and whether DNS on the machine of Gatehouse knows it; where only a proxy leads out, an operator sets HTTPS_PROXY.',
  connection:
    'Look whether the host is up and whether the machine of Gatehouse reaches it; where only a proxy leads out, an operator sets HTTPS_PROXY.',
  tls: 'Where it is of an authority of your own, or of a proxy that opens TLS, an operator names the authority in NODE_EXTRA_CA_CERTS and the registry in GATEHOUSE_REGISTRIES: then the gateway reads it, and trusts that authority.',
};

/** How tools say that they do not trust the certificate of a host. */
const UNTRUSTED =
  /CERTIFICATE_VERIFY_FAILED|\b(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(?:_LOCALLY)?)|CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME_INVALID)\b|x509: certificate |SSL certificate problem|PKIX path building failed|invalid peer certificate|certificate verify failed|self[- ]signed certificate|unable to get local issuer certificate/;

/** What to do about what was not found. */
const MEND: Readonly<Record<NotFound['kind'], string>> = {
  program:
    'Install it on the machine below /usr or in a folder of GATEHOUSE_TOOLCHAINS, or with the install command.',
  service:
    'A sandbox reaches no service of its machine: name a command that needs none, under `commands` in `.github/gatehouse.yml`.',
  script: 'Name a command that the repository has, under `commands` in `.github/gatehouse.yml`.',
};

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
