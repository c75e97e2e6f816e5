/** The question that an agent asks from inside the sandbox before it does something, and the answer. */
import { z } from 'zod';

const Text = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\p{Cc}]+$/u, 'holds control characters');
/** Which of the agent's calls it is about; comes back in the run's journal. */
const Call = { callId: z.string().max(200).optional() };

export const ActQuestion = z.discriminatedUnion('action', [
  z.strictObject({
    ...Call,
    action: z.literal('command.exec'),
    /** As argv, or as the line that a shell would be given. */
    command: z.union([
      z.string().min(1).max(65_536),
      z.array(z.string().max(65_536)).min(1).max(4096),
    ]),
  }),
  z.strictObject({
    ...Call,
    action: z.literal('file.write'),
    /** Below the work tree: relative to it, or absolute. */
    path: Text,
  }),
  z.strictObject({
    ...Call,
    action: z.literal('net.connect'),
    host: Text,
    port: z.number().int().min(1).max(65_535),
  }),
  z.strictObject({ ...Call, action: z.literal('mcp.call'), server: Text, tool: Text }),
]);
export type ActQuestion = z.infer<typeof ActQuestion>;

export const ACT_ACTIONS = ActQuestion.options.map(({ shape }) => shape.action.value);

/** Anything but `allow` means that it does not happen. */
export type ActAnswer = {
  outcome: 'allow' | 'deny' | 'require_approval';
  /** The first policy that determined it; `null` where none did. */
  ruleId: string | null;
  /** For the agent to read, and for people. */
  reason: string;
};

export const denied = (reason: string): ActAnswer => ({ outcome: 'deny', ruleId: null, reason });

/** A question as it was put, or what is wrong with it. */
export function readQuestion(
  asked: unknown,
): { ok: true; question: ActQuestion } | { ok: false; problem: string } {
  const parsed = ActQuestion.safeParse(asked);
  if (parsed.success) return { ok: true, question: parsed.data };
  const action = typeof asked === 'object' && asked && 'action' in asked ? asked.action : undefined;
  if (typeof action !== 'string' || !(ACT_ACTIONS as readonly string[]).includes(action))
    return {
      ok: false,
      problem: `Unknown action ${JSON.stringify(action)?.slice(0, 60) ?? ''}: ask about ${ACT_ACTIONS.join(', ')}.`,
    };
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return { ok: false, problem: `The question can't be read: ${faults.join('; ').slice(0, 500)}.` };
}
