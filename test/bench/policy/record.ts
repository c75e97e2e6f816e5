/** A record of many decisions with different facts, made from one decision. */
import type { StoredEvent } from '../../../src/core/event.ts';
import type { AuditSource } from '../../../src/engine/audit-source.ts';
import { decide, factsText } from '../../../src/policy/decide.ts';
import type { Facts } from '../../../src/policy/facts.ts';
import type { PolicySet } from '../../../src/policy/load.ts';
import { digest } from '../../policy/starter.ts';

const A_TASK = 40;

export function recordedDecisions(set: PolicySet, questions: Facts[], count: number): AuditSource {
  const decisions = questions.map(facts => decide(set, facts));
  const contents = new Map([[set.digest, set.text]]);
  const events = new Map<string, object[]>();
  for (let index = 0; index < count; index++) {
    const asked = questions[index % questions.length] as Facts;
    // Another person makes the facts differ, without a change of the outcome.
    const subject = { ...asked.subject, person: { id: index + 1, login: `person-${index}` } };
    const text = factsText({ ...asked, subject } as Facts);
    const factsDigest = digest(text);
    contents.set(factsDigest, text);
    const id = `task-${Math.floor(index / A_TASK)}`;
    const stream = events.get(id) ?? [
      { type: 'task.created', seq: 1, at: '', data: { repository: asked.repository } },
    ];
    events.set(id, stream);
    const decision = { ...decisions[index % questions.length], factsDigest };
    stream.push({ type: 'policy.decided', seq: stream.length + 1, at: '', data: { decision } });
  }
  return {
    async *streams() {
      for (const id of events.keys()) yield { kind: 'task' as const, id };
    },
    async *events({ id }) {
      yield* (events.get(id) ?? []) as StoredEvent[];
    },
    content: async name => contents.get(name) ?? null,
  };
}
