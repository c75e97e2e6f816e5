import type { AppIdentity } from '../../../src/adapters/github/triggers/origin.ts';
import { meaningOf } from '../../../src/compose/triggers.ts';
import type { Ignored, Trigger } from '../../../src/core/trigger.ts';

/** What a delivery means, without what would be done about it. */
export function triggerOf(
  delivery: { event: string; payload: unknown },
  app: AppIdentity,
): Trigger | Ignored {
  const meaning = meaningOf(delivery, app);
  return 'ignored' in meaning ? meaning : meaning.trigger;
}
