/** What differs between the CLIs that speak ACP. */
import type { ErrorClass, Usage } from '../../../core/agent-event.ts';
import type { ToolCallPart } from './messages.ts';
import type { McpOf } from './questions.ts';

export type AcpFailure = { class: ErrorClass; httpStatus?: number };

export type AcpCli = {
  /** Its name, for people. */
  who: string;
  /** A tool's name, from the first message about a call. */
  toolOf(first: ToolCallPart): string;
  mcpOf: McpOf;
  /** A session is opened with its MCP servers; else its settings name them. */
  takesServers: boolean;
  /** How a session is continued. `load` repeats what was said in it; its end is the list of commands. */
  resumes: 'load' | 'resume';
  /** What an error of its own means. */
  classify(error: { code: number; message: string }): AcpFailure;
  /** What it used, where it tells that of the whole prompt; `null`: it does not. */
  usageOf(result: Record<string, unknown>): Usage | null;
  /** Why a call to its model failed, where a line of stderr tells that and it tries again. */
  readStderr(line: string): string | null;
  /** How often a call may fail in one way before it is given up: the engine decides when to try again. */
  mostTries(failure: AcpFailure): number;
  /** What the CLI tells of itself in a piece of a message; `null`: its model says that. */
  noticeIn(piece: string): AcpNotice | null;
  /** Why a call failed that is made again without a word; `null`: it does not tell when it calls. */
  silentFailure: string | null;
  /** A denial ends its turn. Another one then tells it why, and to go on. */
  stopsAtDenials: boolean;
};

/** `retries`: a call to its model failed and is made again. `failed`: it gave up. */
export type AcpNotice = { kind: 'told' | 'retries' | 'failed'; message: string };
