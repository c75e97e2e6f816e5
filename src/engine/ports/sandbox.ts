/** The sandbox: the isolation around one process tree. */
import type { WorkTree } from './workspace.ts';

export type Limits = {
  wallMs: number;
  /** Bytes of stdout and stderr together; more ends the process. */
  outputBytes: number;
  /** Bytes that all processes together may hold. */
  memoryBytes: number;
  processes: number;
  /** Bytes of each tmpfs inside (home, /tmp). */
  tmpBytes: number;
};

export type SandboxSpec = {
  argv: string[];
  /** The whole environment of the process: nothing is inherited. */
  env: Record<string, string>;
  workTree: WorkTree;
  /** Where below the work tree it begins; empty for its root. */
  directory: string;
  /** `true` where the process must not change the work tree. */
  readOnly: boolean;
  /**
   * Names, and paths such as `.github/hooks/`, that are covered at any depth of the work tree, empty and
   * read-only, in whatever case they are written there. A folder's ends with a slash; where its name is
   * no path, it is covered at the root where it is missing too.
   */
  masks: string[];
  /** Read-only binds besides the allow-listed root: toolchains, prepared folders. */
  binds: { from: string; to: string }[];
  /** Files written into the fresh home before the start: path relative to it → content. */
  homeFiles: Record<string, string>;
  /** A folder of ours, writable at this path below the home: what is there outlives the process. */
  home: { from: string; to: string } | null;
  /** A folder of ours with `gw.sock`, bound at `/run/gw`; inside it answers on `GATEWAY_ORIGIN`. */
  gateway: { folder: string } | null;
  /** Text: sent, then closed. `first`: sent, and left open for `write`. `null`: closed at once. */
  stdin: string | { first: string } | null;
  limits: Limits;
  signal: AbortSignal;
};

/** Where the gateway answers inside every sandbox that has one. */
export const GATEWAY_ORIGIN = 'http://127.0.0.1:8787';

/** The fresh home inside every sandbox, where `homeFiles` lie; the work tree is `SANDBOX_WORK`. */
export const SANDBOX_HOME = '/home/agent';
export const SANDBOX_WORK = '/work';

/**
 * Where Gatehouse runs as root, agents run as this uid and gid on the host, and own their work
 * trees; otherwise they are whoever runs Gatehouse. No system and no person uses it.
 */
export const AGENT_UID = 61000;

export type SandboxEnd = {
  exitCode: number | null;
  signal: string | null;
  /**
   * Why it ended; `disk_full`: the disk of its work tree was about to be, whoever filled it. Whatever it
   * says, no process of the sandbox is alive any more.
   */
  by: 'exit' | 'timeout' | 'aborted' | 'output_limit' | 'disk_full';
  /** A process of the sandbox was killed because all together held more memory than they may. */
  outOfMemory: boolean;
  ms: number;
};

export type SandboxProcess = {
  /** Chunks in order of arrival; ends when the process does. */
  output: AsyncIterable<{ stream: 'stdout' | 'stderr'; chunk: Buffer }>;
  /** For agents that converse over stdio; a closed pipe is not an error. */
  write(text: string): void;
  /** Closes stdin. */
  closeInput(): void;
  done: Promise<SandboxEnd>;
};

export type SandboxProbe =
  | { ok: true; description: string }
  | { ok: false; problem: string; remediation: string };

export type Sandbox = {
  /** Whether sandboxes can be built on this machine; there is no silent fallback. */
  probe(): Promise<SandboxProbe>;
  /**
   * Throws where the sandbox can't be built; then nothing has run. It is `WorkspaceRefused` where the
   * work tree is why, and `DiskFull` where there is too little space to begin.
   */
  start(spec: SandboxSpec): Promise<SandboxProcess>;
};
