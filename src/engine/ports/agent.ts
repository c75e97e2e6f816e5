/**
 * An adapter: how one provider's CLI is invoked and its output normalised. Both are pure: the engine
 * owns the process, its deadline and its end.
 */
import type { AgentEvent } from '../../core/agent-event.ts';
import type { SandboxEnd } from './sandbox.ts';

export type AgentRequest = {
  run: string;
  /** The role's instructions and the task, ready to be sent. */
  prompt: string;
  /** `null`: the adapter's default. */
  model: string | null;
  /** Continue this provider session, where the adapter can. */
  session: string | null;
  /** The role may look and answer, not change. The sandbox holds it to that; issue 14 tells the CLI too. */
  readOnly: boolean;
  /** For `command`: the repository's own command; for `simulated`: the script's path. */
  argv: string[];
};

/** How to start it in the sandbox. No secret is in here: the gateway holds them. */
export type AgentLaunch = {
  argv: string[];
  env: Record<string, string>;
  homeFiles: Record<string, string>;
  stdin: string | null;
  /** Host folders that must be visible read-only: the CLI's own installation. */
  binds: { from: string; to: string }[];
};

export type AgentReader = {
  /** One complete line of output, without its end. `reply` is written to stdin. */
  line(stream: 'stdout' | 'stderr', line: string): { events: AgentEvent[]; reply: string | null };
  /** The rest, always closed by `session.finished`. Exit 0 alone is never success. */
  end(end: SandboxEnd): AgentEvent[];
  /** The provider's session id, once known. */
  session(): string | null;
};

export type AgentProbe =
  | { ok: true; version: string }
  | { ok: false; problem: string; remediation: string };

export type AgentAdapter = {
  name: string;
  /**
   * What it can do, as data: what it can't is never asked of it. `resume` is asked for; issue 14 asks for
   * the others when it chooses an agent for a role.
   */
  capabilities: { resume: boolean; readOnly: boolean; structured: boolean; usage: boolean };
  /** The model that it calls where its profile names none; `null`: it calls none. */
  defaultModel: string | null;
  /** The folder below its home that it continues a session from; `null`: it keeps none. */
  home: string | null;
  /** Present, and of the pinned version? Asked before any spend. */
  probe(): Promise<AgentProbe>;
  launch(request: AgentRequest): AgentLaunch;
  reader(request: AgentRequest): AgentReader;
};
