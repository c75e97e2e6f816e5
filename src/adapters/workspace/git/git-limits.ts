/**
 * What one git command may use up. Git reads what strangers wrote, and some of it makes git busy for
 * ever: patterns of `.gitattributes` with many stars, trees of ten trees each, ten levels deep.
 */
import type { ProgramEnd } from './run-program.ts';

export type GitLimits = {
  /** Seconds of processor time; a command that only waits is stopped after `ms`. */
  seconds: number;
  ms: number;
  /** Memory that it allocates, which the packs that it maps are no part of. */
  memoryBytes: number;
  /** The largest file that it may write, such as a pack that it fetches. */
  fileBytes: number;
  /** The most that it may print. */
  printedBytes: number;
  /** Whether meeting a limit is what the content is refused for; else it is an error, and tried again. */
  refuses: boolean;
};

const MEGABYTE = 1024 * 1024;

/** Of commands that read content. */
export const CONTENT_LIMITS: GitLimits = {
  seconds: 60,
  ms: 300_000,
  memoryBytes: 1024 * MEGABYTE,
  fileBytes: 4096 * MEGABYTE,
  printedBytes: 64 * MEGABYTE,
  refuses: true,
};

/** For a command that prints contents: those of a whole change. */
export const withContents = (limits: GitLimits): GitLimits => ({
  ...limits,
  printedBytes: 256 * MEGABYTE,
});

/** Of commands that speak with a remote. A fetch that stalls ends after a minute by git's settings. */
export const REMOTE_LIMITS: GitLimits = {
  seconds: 3 * 60 * 60,
  ms: 3 * 60 * 60_000,
  memoryBytes: 8 * 1024 * MEGABYTE,
  fileBytes: 4096 * MEGABYTE,
  printedBytes: 64 * MEGABYTE,
  refuses: false,
};

/** The beginning of a command that is held to these limits. */
export const limiter = ({ seconds, memoryBytes, fileBytes }: GitLimits): string[] => [
  'prlimit',
  // The second limit is for a process that does not end by the signal of the first.
  `--cpu=${seconds}:${seconds + 1}`,
  `--data=${memoryBytes}`,
  `--fsize=${fileBytes}`,
  '--core=0',
  '--',
];

/** Which limit a command met, as in "it …"; `null` where it met none. */
export function limitMet(limits: GitLimits, ended: ProgramEnd, stderr: string): string | null {
  const { seconds, ms, memoryBytes, printedBytes, fileBytes } = limits;
  if (ended.endedFor === 'time') return `took longer than ${ms / 1_000} s`;
  if (ended.endedFor === 'output') return `printed more than ${printedBytes} bytes`;
  if (ended.signal === 'SIGXCPU') return `used ${seconds} s of processor time`;
  if (ended.signal === 'SIGXFSZ' || FILE_SIZE.test(stderr))
    return `wrote a file of more than ${fileBytes} bytes`;
  // Git calls itself for each folder of a tree that it reads, until its stack ends.
  if (ended.signal === 'SIGSEGV') return 'crashed, as it does on folders thousands deep';
  const failed = ended.exitCode !== null && ended.exitCode > 1;
  return failed && MEMORY.test(stderr) ? `needed more than ${memoryBytes} bytes of memory` : null;
}

const MEMORY = /out of memory|cannot allocate memory/i;
/** A fetch says so of the program that writes its pack for it. */
const FILE_SIZE = /file too large|index-pack died of signal 25/i;
