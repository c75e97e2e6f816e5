/**
 * An adapter: how one provider's CLI is invoked and its output normalised. It starts nothing itself: the
 * engine owns the process, its deadline and its end.
 */
import type { AgentEvent } from '../../core/agent-event.ts';
import type { Profile } from '../../core/profile.ts';
import type { Decide, ModelRoute } from './gateway.ts';
import type { SandboxEnd, SandboxSpec } from './sandbox.ts';

/** A server of the Model Context Protocol: started in the sandbox, or reached by the gateway under its name. */
export type McpServer =
  | { name: string; kind: 'stdio'; command: string; args: string[]; env: Record<string, string> }
  | { name: string; kind: 'http' };

export type AgentRequest = {
  run: string;
  /**
   * What holds for the whole run: the role's text, then the instructions of the repository. The adapter
   * gives it as instructions, apart from the prompt, each time that the CLI is started.
   */
  instructions: string;
  /** The task, ready to be sent. */
  prompt: string;
  /** The model that it calls, and what the API of its provider speaks; `null`: it calls none. */
  model: { name: string; dialect: ModelRoute['dialect'] } | null;
  /** Continue this provider session, where the adapter can. */
  session: string | null;
  /** The role may look and answer, not change. The sandbox holds it to that, and the CLI is told. */
  readOnly: boolean;
  /** It may read what the repository says of how agents are configured, which is masked otherwise. */
  repositoryConfig: boolean;
  /** The kinds of tools that the role has. */
  tools: Profile['tools'];
  /** Those that its role names. */
  servers: McpServer[];
  /** The JSON Schema of the answer that is wanted; `null`: any text. The engine checks the answer itself. */
  outputSchema: Record<string, unknown> | null;
  /** For `command`: the repository's own command; for `simulated`: the script's path. */
  argv: string[];
};

/** How to start it in the sandbox. No secret is in here: the gateway holds them. */
export type AgentLaunch = {
  argv: string[];
  env: Record<string, string>;
  homeFiles: Record<string, string>;
  stdin: SandboxSpec['stdin'];
  /** What this CLI reads of a repository as its own configuration, such as `.claude/` and `.mcp.json`. */
  masks: SandboxSpec['masks'];
  /** Host folders that must be visible read-only: the CLI's own installation. */
  binds: { from: string; to: string }[];
};

/** What a reader may do while the agent's process lives. Afterwards, nothing comes of it. */
export type AgentChannel = {
  /** Written to the process's stdin, where its launch left that open. */
  write(text: string): void;
  /** The conversation is over: stdin is closed, and a process that goes on all the same is ended. */
  close(): void;
  /** Asks policy. The promise never settles where the run stops to wait for a person. */
  decide: Decide;
  /** What is reported besides the events of a line, such as after an answer. */
  report(events: AgentEvent[]): void;
};

export type AgentReader = {
  /** One complete line of output, without its end. */
  line(stream: 'stdout' | 'stderr', line: string): AgentEvent[];
  /** The rest, always closed by `session.finished`. Exit 0 alone is never success. */
  end(end: SandboxEnd): AgentEvent[];
  /** The provider's session id, once known. */
  session(): string | null;
};

/** What differs between two runs of the same: two requests to the model are compared without it. */
export type Volatile = {
  /** Fields of a request, such as `metadata.turn_id`; `*` stands for one key or place. */
  fields: readonly string[];
  /** Parts of texts anywhere in a request, such as dates and timings; each pattern is global. */
  texts: readonly RegExp[];
};
export const NOTHING_VOLATILE: Volatile = { fields: [], texts: [] };

export type AgentProbe =
  | { ok: true; version: string }
  | { ok: false; problem: string; remediation: string };

export type AgentAdapter = {
  name: string;
  /** What it can do, as data: what it can't is never asked of it. */
  capabilities: { resume: boolean; readOnly: boolean; structured: boolean; usage: boolean };
  /** The model that it calls where its profile names none; `null`: it calls none of such a provider. */
  defaultModel(dialect: ModelRoute['dialect']): string | null;
  /** Dates, random ids and timings in its requests to the model. */
  volatile: Volatile;
  /** The folder below its home that it continues a session from; `null`: it keeps none. */
  home: string | null;
  /** Present, and of the pinned version? Asked before any spend. */
  probe(): Promise<AgentProbe>;
  launch(request: AgentRequest): AgentLaunch;
  reader(request: AgentRequest, channel: AgentChannel): AgentReader;
};
