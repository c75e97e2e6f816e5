/** Which calls of tools a replay has made as they were recorded, apart from what is volatile. */
import type { AgentEvent } from '../../core/agent-event.ts';
import { canonical } from '../chain.ts';
import type { Volatile } from '../ports/agent.ts';

/** How many came out the same, of how many that were recorded. */
export type SameOf = { same: number; of: number };

/** Each recorded call is met once. Their order is not compared: some run beside each other. */
export function sharedCalls(
  recorded: readonly AgentEvent[],
  replayed: readonly AgentEvent[],
  { texts }: Pick<Volatile, 'texts'>,
): SameOf {
  const called = (events: readonly AgentEvent[]): string[] =>
    events.flatMap(event =>
      event.type === 'tool.started'
        ? texts.reduce(
            (text, pattern) => text.replaceAll(pattern, '⟨volatile⟩'),
            canonical({ tool: event.tool, input: event.input ?? null }),
          )
        : [],
    );
  const were = called(recorded);
  const open = new Map<string, number>();
  for (const call of were) open.set(call, (open.get(call) ?? 0) + 1);
  let same = 0;
  for (const call of called(replayed)) {
    const left = open.get(call) ?? 0;
    if (left === 0) continue;
    open.set(call, left - 1);
    same += 1;
  }
  return { same, of: were.length };
}
