/** What passes between Gatehouse and its keeper: the small process that starts programs. */
import type { SandboxEnd } from '../../engine/ports/sandbox.ts';
import type { Workspace } from '../../engine/ports/workspace.ts';

/** What the keeper builds its adapters with. */
export type ProcessHostOptions = {
  workspaces: { stateDir: string; quotaBytes?: number; quotaFiles?: number };
  sandbox: { stateDir: string; toolsDir?: string };
};

/** A method of a port; of a workspace that was opened by the call of that number. */
export type HostCall = { id: number; method: string; args: unknown[]; workspace: number | null };

/** What is said to a call that is under way. */
export type HostMessage =
  | { id: number; token: string }
  | { id: number; problem: string }
  | { id: number; write: string }
  | { id: number; abort: true };

export type HostReply =
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; problem: string; refused: boolean }
  /** The call needs the token of its remote. */
  | { id: number; token: true }
  /** Of a sandbox that was started by the call of that number. */
  | { id: number; output: { stream: 'stdout' | 'stderr'; chunk: Uint8Array } }
  | { id: number; ended: SandboxEnd };

/** What can be told of a workspace that was opened. */
export type RemoteWorkspace = Pick<Workspace, 'workTree' | 'binds' | 'home'> & {
  workspace: number;
};
