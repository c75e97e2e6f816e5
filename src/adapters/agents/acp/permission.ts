/** What an agent asks before it uses a tool, and what it is answered. */
import type { AgentEvent } from '../../../core/agent-event.ts';
import type { AgentChannel, AgentRequest } from '../../../engine/ports/agent.ts';
import { PermissionRequest, type ToolCallPart } from './messages.ts';
import { type McpOf, questionsOf } from './questions.ts';

/** What an answer rests on. */
type Judging = {
  role: Pick<AgentRequest, 'tools' | 'servers'>;
  mcpOf: McpOf;
  decide: AgentChannel['decide'];
};

type Refusal = { reason: string; events: AgentEvent[] };

/** What the conversation does about a question. */
type OnAsked = {
  /** It can't be read. */
  unreadable(): void;
  /** It is about this call, which waits for the answer. */
  asked(call: ToolCallPart): void;
  /** `events`: what is told of it besides what the engine tells. */
  denied(callId: string, refusal: Refusal): void;
};

/** The option that is chosen, which never holds for more than this call; `null`: none, and it does not happen. */
export async function answerTo(params: unknown, by: Judging, on: OnAsked): Promise<string | null> {
  const read = PermissionRequest.safeParse(params);
  if (!read.success) {
    on.unreadable();
    return null;
  }
  const { toolCall, options } = read.data;
  on.asked(toolCall);
  const refused = await whyNot(toolCall, by);
  if (refused !== null) on.denied(toolCall.toolCallId, refused);
  const wanted = refused === null ? 'allow_once' : 'reject_once';
  return options.find(({ kind }) => kind === wanted)?.optionId ?? null;
}

/** `null`: the call is allowed. */
async function whyNot(
  call: ToolCallPart,
  { role, mcpOf, decide }: Judging,
): Promise<Refusal | null> {
  const questions = questionsOf(call, role, mcpOf);
  if (typeof questions === 'string') {
    const { toolCallId: callId } = call;
    return {
      reason: questions,
      events: [{ type: 'tool.denied', by: 'mode', callId, ruleId: null, reason: questions }],
    };
  }
  for (const question of questions) {
    const { outcome, reason } = await decide(question);
    if (outcome !== 'allow') return { reason, events: [] };
  }
  return null;
}
