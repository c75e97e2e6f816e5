/** Policy is asked: facts collected, decided, both kept by digest so that it can be decided again. */
import type { Effect } from '../../core/effect.ts';
import type { Folded } from '../../core/fold.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import type { TaskState } from '../../core/task/state.ts';
import { decide, factsText } from '../../policy/decide.ts';
import { collect } from '../facts/collect.ts';
import type { Parts } from '../parts.ts';

export async function askPolicy(
  parts: Parts,
  folded: Folded<TaskState>,
  effect: Extract<Effect, { kind: 'decide' }>,
): Promise<TaskCommand> {
  const collected = await collect(parts, folded, effect);
  if ('type' in collected) return collected;
  const { facts, verdicts } = collected;
  const decision = decide(parts.policies, facts);
  await Promise.all([factsText(facts), parts.policies.text].map(parts.artifacts.put));
  return { type: 'decided', run: effect.run, rework: effect.rework, decision, verdicts };
}
