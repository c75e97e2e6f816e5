/** The lines between the program in the sandbox and its reader; the program imports their types only. */
import { z } from 'zod';
import { AgentEvent } from '../../../core/agent-event.ts';
import type { AgentRequest } from '../../../engine/ports/agent.ts';
import type { ReachedServer } from '../mcp/servers.ts';

/** The first line of the program's stdin; the session that it goes on with is its argument. */
export type ApiStart = {
  instructions: string;
  prompt: string;
  model: NonNullable<AgentRequest['model']>;
  tools: AgentRequest['tools'];
  readOnly: boolean;
  servers: ReachedServer[];
  /** Where the gateway answers, and where the program works. */
  gateway: string;
  work: string;
};

/** Each further line: the answer to one question. */
export type PolicyAnswer = { id: number; allowed: boolean; reason: string };

/** A line that the program prints. */
export const Printed = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('session'), id: z.string().min(1).max(100) }),
  /** It waits for the answer; what is asked is checked by whoever answers. */
  z.strictObject({ type: z.literal('ask'), id: z.number().int(), question: z.unknown() }),
  z.strictObject({ type: z.literal('event'), event: AgentEvent }),
  z.strictObject({ type: z.literal('done'), text: z.string() }),
]);
type Told = z.infer<typeof Printed>;
export type Print = (line: Exclude<Told, { type: 'ask' }>) => void;

/** What is asked before a tool acts, in the form of the engine's questions. */
export type ToolQuestion = { callId?: string } & (
  | { action: 'command.exec'; command: string }
  | { action: 'file.write'; path: string }
);

/** Asks before something is done; resolves to why it may not be, or to `null`. */
export type AskPolicy = (question: ToolQuestion) => Promise<string | null>;
