/** The calls of tools that a run's journal tells, each told of once, when it is over. */
import type { AgentEvent } from '../../core/agent-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { Observe } from '../ports/telemetry.ts';

type Started = Extract<AgentEvent, { type: 'tool.started' }>;

/** Calls that are followed at a time: what an agent never ends must not grow for ever. */
const MOST_OPEN = 1_000;
/** Characters of a tool's name, which is the agent's to choose. */
const LONGEST_NAME = 100;

/** Takes each event of the journal as it is written; it holds no secret any more. */
export function createToolCalls(
  { observe, clock }: { observe: Observe; clock: Clock },
  of: { task: string; run: string },
): (event: AgentEvent) => void {
  const open = new Map<string, { started: Started; from: number }>();
  const denied = new Map<string, string | null>();
  return event => {
    const now = clock.now().getTime();
    switch (event.type) {
      case 'tool.started':
        if (open.size < MOST_OPEN) open.set(event.callId, { started: event, from: now });
        return;
      case 'tool.denied':
        if (event.callId !== undefined && denied.size < MOST_OPEN)
          denied.set(event.callId, event.ruleId);
        return;
      case 'tool.finished': {
        const call = open.get(event.callId);
        if (!call) return;
        open.delete(event.callId);
        const isDenied = denied.has(event.callId);
        observe({
          type: 'tool_called',
          ...of,
          tool: call.started.tool.slice(0, LONGEST_NAME),
          kind: call.started.kind,
          end: isDenied ? 'denied' : event.ok ? 'ok' : 'failed',
          policy: denied.get(event.callId) ?? null,
          from: call.from,
          to: now,
        });
        denied.delete(event.callId);
      }
    }
  };
}
