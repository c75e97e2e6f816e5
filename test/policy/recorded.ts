/** A record of decisions as the log keeps them, without the rest of their tasks. */
import type { PolicyDecision } from '../../src/core/decision.ts';
import type { StoredEvent } from '../../src/core/event.ts';
import type { AuditSource } from '../../src/engine/audit-source.ts';
import { decide, factsText } from '../../src/policy/decide.ts';
import type { Facts } from '../../src/policy/facts.ts';
import type { PolicySet } from '../../src/policy/load.ts';
import { digest } from './starter.ts';

export type Asked = { task: string; facts: Facts; set: PolicySet };

/** Each question decided by its set, and kept; `forget`: facts that the record shall lack. */
export function recordOf(
  asked: Asked[],
  forget: (facts: Facts) => boolean = () => false,
): AuditSource {
  const contents = new Map<string, string>();
  const events = new Map<string, StoredEvent[]>();
  for (const { task, facts, set } of asked) {
    const stream = events.get(task) ?? [
      event(task, 1, 'task.created', { repository: facts.repository }),
    ];
    events.set(task, stream);
    contents.set(set.digest, set.text);
    if (!forget(facts)) contents.set(digest(factsText(facts)), factsText(facts));
    const decision: PolicyDecision = decide(set, facts);
    stream.push(event(task, stream.length + 1, 'policy.decided', { decision }));
  }
  return {
    async *streams() {
      for (const id of events.keys()) yield { kind: 'task' as const, id };
    },
    async *events({ id }) {
      yield* events.get(id) ?? [];
    },
    content: async name => contents.get(name) ?? null,
  };
}

const event = (id: string, seq: number, type: string, data: object): StoredEvent =>
  ({
    stream: { kind: 'task', id },
    seq,
    type,
    v: 1,
    data,
    at: '2026-01-01T00:00:00.000Z',
    prev: '',
    hash: '',
    actor: { kind: 'gatehouse' },
    correlation: {},
  }) as unknown as StoredEvent;
