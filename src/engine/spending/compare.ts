/** Whether the ledger and a task's events say the same of what its runs have spent. */
import type { StoredEvent } from '../../core/event.ts';
import { canonical } from '../chain.ts';
import type { Ledger } from '../ports/ledger.ts';
import { parseEvent } from '../streams.ts';

/**
 * A difference, with the event that it is about; `null`: they agree. Of a run at work, and of what was settled
 * after its end, the events tell later.
 */
export async function spendDifference(
  ledger: Pick<Ledger, 'spentBy'>,
  task: string,
  events: AsyncIterable<StoredEvent>,
): Promise<{ seq: number; problem: string } | null> {
  // Read before the events, which may only tell more than there was.
  const entries = new Map((await ledger.spentBy(task)).map(found => [found.run, found]));
  const told = new Map<string, { seq: number; until: number; spend: unknown }>();
  const over = new Map<string, number>();
  for await (const stored of events) {
    const { seq, type } = stored;
    if (type === 'run.finished') over.set(String(parseEvent(stored).data.run), seq);
    if (type !== 'run.spent') continue;
    const { run, until, spend } = parseEvent(stored).data;
    told.set(String(run), { seq, until: Number(until), spend });
  }
  for (const [run, { seq, until, spend }] of told) {
    // What was told since then stood in the ledger before.
    const entry = entries.get(run) ?? (await ledger.spentBy(task, run))[0];
    if (!entry) return { seq, problem: `the ledger knows nothing of what run ${run} spent` };
    if (entry.until === until && canonical(entry.spend) !== canonical(spend))
      return { seq, problem: `the ledger says that run ${run} spent something else` };
  }
  for (const [run, { until, isTold }] of entries) {
    const seq = over.get(run);
    if (seq !== undefined && isTold && until > (told.get(run)?.until ?? 0))
      return { seq, problem: `the ledger has spends of run ${run} that no event tells` };
  }
  return null;
}
