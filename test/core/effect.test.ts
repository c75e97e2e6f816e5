import { expect, it } from 'vitest';
import { Effect } from '../../src/core/effect.ts';

it('a question that an earlier version left open, with its gate, is asked all the same', () => {
  const effect = {
    kind: 'decide' as const,
    key: 'decide:task.start:task',
    since: 1,
    failures: 0,
    notBefore: null,
    action: 'task.start' as const,
    run: null,
    rework: null,
  };
  expect(Effect.parse({ ...effect, gate: 'admit' })).toEqual(effect);
});
