/** The settings of all workspaces on one machine. */
import type { GitLimits } from './git-limits.ts';

export type WorkspaceQuota = { bytes: number; files: number };

export type WorkspaceSettings = {
  /** The folder that holds mirrors, runs, checkouts and prepared folders. */
  stateDir: string;
  /** The most that a checkout, and what a run leaves, may hold. */
  quota: WorkspaceQuota;
  /** What a git command that reads content may use up. */
  limits: GitLimits;
  /** Whether work trees are overlays; plain folders otherwise. */
  overlay: boolean;
  /** For how long the tags of a mirror are taken for the remote's, in milliseconds. */
  tagsMs: number;
  /** Variables of git's environment where it connects to a remote. */
  network: Readonly<Record<string, string>>;
};
