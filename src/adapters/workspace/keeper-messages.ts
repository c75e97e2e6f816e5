/** What passes between Gatehouse and the process that keeps its workspaces. */
import type { Workspace } from '../../engine/ports/workspace.ts';

/** A call of the port (or of the workspace of that number), or what a token asked for is. */
export type Question =
  | { id: number; method: string; args: unknown[]; workspace: number | null }
  | { id: number; token: string }
  | { id: number; problem: string };

export type Answer =
  | { id: number; ok: true; value: unknown }
  | { id: number; ok: false; problem: string; refused: boolean }
  /** The call needs the token of its remote. */
  | { id: number; token: true };

/** What can be told of a workspace that was opened. */
export type Opened = Pick<Workspace, 'workTree' | 'binds'> & { workspace: number };
