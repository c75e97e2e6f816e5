import type { AppIdentity } from '../../../src/adapters/github/triggers/origin.ts';
import { meaningOf } from '../../../src/compose/github/triggers.ts';
import type { Ignored, Trigger } from '../../../src/core/trigger.ts';

/** What a delivery means, without what would be done about it. */
export async function triggerOf(
  delivery: { event: string; payload: unknown },
  app: AppIdentity,
): Promise<Trigger | Ignored> {
  const meaning = await meaningOf(delivery, app);
  return 'ignored' in meaning ? meaning : meaning.trigger;
}
