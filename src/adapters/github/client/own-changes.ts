/** The changes that a process knows of which shares them with none. */
import type { ChangeScope, Changes, Topic } from '../../../engine/ports/changes.ts';

export function createOwnChanges(): Changes {
  const counts = new Map<string, number>();
  const keyOf = (scope: ChangeScope, topic: Topic) => `${JSON.stringify(scope)} ${topic}`;
  const of = (scope: ChangeScope, topic: Topic) => counts.get(keyOf(scope, topic)) ?? 0;
  return {
    async changed(scope, topics) {
      for (const topic of topics) counts.set(keyOf(scope, topic), of(scope, topic) + 1);
    },
    count: async (topic, scopes) => scopes.map(scope => of(scope, topic)).join('+'),
  };
}
