/** Answers what Claude Code asks before a call of a tool. Without an answer, the call does not happen. */
import { denied } from '../../../core/act.ts';
import type { AgentEvent } from '../../../core/agent-event.ts';
import type { AgentChannel, AgentRequest } from '../../../engine/ports/agent.ts';
import { denial } from './calls.ts';
import { allow, deny, refuse } from './control.ts';
import type { ControlRequest } from './lines.ts';
import { questionOf } from './questions.ts';

type CallPermissions = {
  ask(line: ControlRequest): AgentEvent[];
  /** The question is withdrawn. */
  cancel(requestId: string): void;
  /** Whether the call still waits for its decision. */
  waits(callId: string): boolean;
};

/** `closed`: called with a call that was denied, which is all that there is to tell of it. */
export function createPermissions(
  role: Pick<AgentRequest, 'tools' | 'servers'>,
  channel: AgentChannel,
  closed: (callId: string) => void,
): CallPermissions {
  /** The call of each question that waits, by the question. */
  const waiting = new Map<string, string>();

  const decide = async (id: string, question: unknown): Promise<ReturnType<typeof denied>> => {
    try {
      return await channel.decide(question);
    } catch {
      return denied(`The question ${id} could not be decided, so it is not allowed.`);
    }
  };

  return {
    ask({ request_id: id, request }) {
      if (request.subtype !== 'can_use_tool') {
        channel.write(refuse(id, 'Gatehouse answers questions about calls of tools alone.'));
        const asked = request.subtype.slice(0, 60);
        return [{ type: 'warning', message: `a request of the kind "${asked}" was refused` }];
      }
      const { input = {}, tool_use_id: callId = '' } = request;
      const question = questionOf(request, role);
      if (question === null) {
        channel.write(allow(id, input));
        return [];
      }
      if (typeof question === 'string') {
        channel.write(deny(id, question));
        closed(callId);
        return [denial(callId, 'mode', question)];
      }
      waiting.set(id, callId);
      void decide(id, question).then(({ outcome, reason }) => {
        if (!waiting.delete(id)) return;
        if (outcome === 'allow') return channel.write(allow(id, input));
        closed(callId);
        channel.write(deny(id, reason || 'Policy does not allow it.'));
      });
      return [];
    },
    cancel: id => void waiting.delete(id),
    waits: callId => [...waiting.values()].includes(callId),
  };
}
